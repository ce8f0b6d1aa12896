import type { AppContext } from '../../http/context.ts';
import { forbidden, notFound } from '../../lib/errors.ts';
import { registerReceipts } from '../receipts/queries.ts';
import type { ReceiptRef } from '../receipts/types.ts';
import type { NewsScope } from './types.ts';

/**
 * Registers the receipt of items of several threads at once (manual KRS 2559, R97–R99), all or none. Of two people
 * at once the first wins. Returns how many are registered by this. Throws notFound where one was not sent to
 * these sides, forbidden where the person only reads its thread.
 */
export async function registerAll(
  { db, clock }: AppContext,
  scope: NewsScope,
  refs: readonly ReceiptRef[],
): Promise<number> {
  return db.transaction(async (trx) => {
    const { found, own, done } = await registerReceipts(trx, scope, refs, { variableId: null, now: clock() });
    if (found !== refs.length) throw notFound();
    if (own !== refs.length) throw forbidden();
    return done;
  });
}
