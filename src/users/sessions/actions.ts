import type { Db, Transaction } from '../../db/database.ts';
import { deleteSession, deleteSessionsOf } from './queries.ts';

/**
 * Signs a person out everywhere, in the caller's transaction: after a new password, or when the account is
 * disabled. `except` is the session id (`req.sessionID`) of the browser that goes on. Returns how many ended.
 */
export async function endSessionsOf(
  trx: Transaction,
  userId: string | readonly string[],
  { except }: { except?: string | undefined } = {},
): Promise<number> {
  return deleteSessionsOf(trx, typeof userId === 'string' ? [userId] : userId, except ?? null);
}

/** Ends one session of a person, by its handle; false where the person has no such session. */
export async function endSession(db: Db, userId: string, handle: string): Promise<boolean> {
  return deleteSession(db, userId, handle);
}

/** Signs a person out everywhere but in the session with this id; returns in how many places. */
export async function endOtherSessions(db: Db, userId: string, own: string): Promise<number> {
  return deleteSessionsOf(db, [userId], own);
}
