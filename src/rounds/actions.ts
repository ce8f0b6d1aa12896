import type { Transaction } from '../db/database.ts';
import { AppError } from '../lib/errors.ts';
import { type CreatedRound, type PlannedRound, storeEntryLists, storeRound } from './queries.ts';

/**
 * Creates a round and the entries of all its offices (สร้างรายการกรอกข้อมูล, manual KRS 2559, R162, R168), in two
 * statements. Entries exist for the variables that are due in rounds of this kind, of the offices that take part
 * in the system, exist in the fiscal year and are in the sub-indicator's scope (domain.md, Due and applicable).
 *
 * Repeatable: a round that is there keeps its windows and its entries, only what is missing is added. The caller
 * stores the scores of the offices afterwards, in the same transaction. Throws `conflict` where there is no such
 * framework.
 */
export async function createRound(
  trx: Transaction,
  planned: PlannedRound,
): Promise<CreatedRound & { createdEntries: number }> {
  const round = await storeRound(trx, planned);
  if (round === undefined) throw new AppError('conflict');
  return { ...round, createdEntries: await storeEntryLists(trx, round) };
}
