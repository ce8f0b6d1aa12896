import type { Db, Transaction } from '../../db/database.ts';
import { loadFramework } from '../../framework/queries.ts';
import { toScoring } from '../../framework/rules.ts';
import type { Framework } from '../../framework/types.ts';
import { scoreOffice } from '../../scoring/index.ts';
import { loadFacts, noFacts } from '../queries.ts';
import { listRoundOffices, type RoundOffice, type RoundToVerify } from './queries.ts';
import { compareScores, type Difference } from './rules.ts';

export interface Verification {
  offices: RoundOffice[];
  framework: Framework;
  /** How many entries were read, and how many stored scores compared. */
  entries: number;
  scores: number;
  differences: Difference[];
}

/** Recomputes all scores of a round and compares them with the stored ones, at one moment; changes nothing. */
export async function verifyScores(db: Db, round: RoundToVerify): Promise<Verification> {
  const framework = await loadFramework(db, round.frameworkId, round.frameworkVersion);
  return db.transaction((trx) => verifyScoresWithin(trx, framework, round), { ofOneMoment: true });
}

/** Offices whose facts are in the memory at a time while they are verified. */
const VERIFIED_AT_ONCE = 50;

/** The same in the caller's transaction, which holds the locks of the round's offices or sees one moment. */
export async function verifyScoresWithin(
  trx: Transaction,
  framework: Framework,
  round: { id: string; kind: string },
): Promise<Verification> {
  const offices = await listRoundOffices(trx, round.id);
  const verification: Verification = { offices, framework, entries: 0, scores: 0, differences: [] };
  for (let at = 0; at < offices.length; at += VERIFIED_AT_ONCE) {
    const some = offices.slice(at, at + VERIFIED_AT_ONCE);
    const officeIds = some.map((office) => office.officeId);
    const facts = await loadFacts(trx, round.id, officeIds);
    for (const { officeId, officeType, total } of some) {
      const { entries, audits, stored: nodes } = facts.get(officeId) ?? noFacts();
      const tree = toScoring(framework, round.kind, { id: officeId, type: officeType });
      const computed = scoreOffice(tree, entries, audits);
      verification.differences.push(...compareScores(officeId, { nodes, total }, computed));
      verification.entries += entries.size;
      verification.scores += nodes.size;
    }
  }
  return verification;
}
