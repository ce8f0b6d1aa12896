import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { reachOf, withdrawRefusal } from '../rules.ts';
import type { WithdrawRefusal } from '../types.ts';
import { findItem, lockReceivers, withdrawItem } from './queries.ts';

/**
 * Takes an item back, leaving its trace. Waits for decisions and receipts that are under way: whoever comes first
 * wins. Returns why not, and changes nothing, where it is too late or not the person's. Throws notFound for an
 * item of other people's threads.
 */
export async function withdraw(
  { db, clock }: AppContext,
  user: CurrentUser,
  itemId: string,
): Promise<WithdrawRefusal | null> {
  return db.transaction(async (trx) => {
    if ((await findItem(trx, reachOf(user), itemId)) === undefined) throw notFound();
    await lockReceivers(trx, itemId);
    const item = await findItem(trx, reachOf(user), itemId);
    if (item === undefined) throw notFound();
    const refused = withdrawRefusal(user, item);
    if (refused === null) await withdrawItem(trx, itemId, clock());
    return refused;
  });
}
