import type { Knex } from 'knex';
import { deleteSessionsOf } from './queries.ts';

/**
 * Signs a person out everywhere, in the caller's transaction: after a new password, or when the account is
 * disabled. `except` is the session id (`req.sessionID`) of the browser that goes on. Returns how many ended.
 */
export async function endSessionsOf(
  trx: Knex.Transaction,
  userId: string | readonly string[],
  { except }: { except?: string | undefined } = {},
): Promise<number> {
  return deleteSessionsOf(trx, typeof userId === 'string' ? [userId] : userId, except ?? null);
}
