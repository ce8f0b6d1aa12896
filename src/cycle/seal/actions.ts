import { createHash } from 'node:crypto';
import type { Db, Transaction } from '../../db/database.ts';
import { assembleFramework } from '../../framework/assemble.ts';
import type { AppContext } from '../../http/context.ts';
import { notFound } from '../../lib/errors.ts';
import { queueMails } from '../../notifications/actions.ts';
import { workshopData } from '../../notifications/workshop-letters.ts';
import { verifyScoresWithin } from '../../scores/verification/actions.ts';
import { startTask } from '../../tasks/actions.ts';
import type { Progress } from '../../tasks/types.ts';
import { findName } from '../revisions/queries.ts';
import { canonicalText, inGroups, sha256Of } from './canonical.ts';
import { sealDifferences } from './differences.ts';
import { loadContent, loadFixed, sealedText } from './load.ts';
import {
  addPiece,
  findSealableRound,
  listKpiOffice,
  loadStoredSeal,
  lockWholeRound,
  openPieces,
  type StoredSeal,
  storeSeal,
} from './queries.ts';
import { sealRefusal } from './rules.ts';
import type {
  SealableRound,
  SealDifference,
  SealedContent,
  SealOrder,
  SealOutcome,
  VerifiedSeal,
} from './types.ts';

/** The name under which sealing is a task. */
export const SEAL_TASK = 'rounds.seal';

/**
 * Seals a round (domain rules, "Revisions and seals"): an immutable snapshot of framework, values, decisions and
 * scores with a SHA-256 over its canonical form, in the round's history and mailed to the KPI office; from then on
 * whoever locks an office of the round refuses to change it. Returns why not, and nothing is done, before
 * certification has closed for everybody, or where stored scores are not what the values give. Throws notFound for a
 * round of another system. `finish` is the transaction's last statement, e.g. a task's result. A few offices are in
 * the memory at a time.
 */
export async function sealRound(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  { systemId, userId, roundId, reason }: SealOrder,
  progress: Progress = () => {},
  finish: (trx: Transaction, outcome: SealOutcome) => Promise<void> = async () => {},
): Promise<SealOutcome> {
  return db.transaction(async (trx) => {
    await lockWholeRound(trx, { systemId, roundId });
    // the moment is that of the lock
    const now = clock();
    const round = await findSealableRound(trx, { systemId, roundId }, now);
    if (round === undefined) throw notFound();
    const refused = sealRefusal(round, now);
    if (refused !== null) return { refused };
    const { content, framework } = await loadFixed(trx, round);
    // what does not follow from the values is not sealed
    const { differences } = await verifyScoresWithin(trx, assembleFramework(framework), round);
    if (differences.length > 0) return { refused: 'scores' };
    const sha256 = await storePieces(trx, sealedText(trx, round, content, progress));
    await storeSeal(trx, { roundId, userId, now, reason: reason === '' ? null : reason, sha256 });
    const mailed = await tellKpiOffice(trx, { systemId, userId }, round, sha256, reason);
    await finish(trx, { sha256, mailed });
    return { sha256, mailed };
  });
}

/** Has the job queue seal the round; returns the task's id. */
export async function startSealing(
  { db }: Pick<AppContext, 'db'>,
  { systemId, userId: requestedBy, ...order }: SealOrder & { label: string },
): Promise<string> {
  return db.transaction((trx) => startTask(trx, { systemId, kind: SEAL_TASK, payload: order, requestedBy }));
}

/** Holds a snapshot's text for `storeSeal`; answers its SHA-256. */
async function storePieces(trx: Transaction, text: AsyncIterable<string>): Promise<string> {
  const hash = createHash('sha256');
  await openPieces(trx);
  let place = 0;
  for await (const piece of text) {
    hash.update(piece, 'utf8');
    await addPiece(trx, place, piece);
    place += 1;
  }
  return hash.digest('hex');
}

/** So that the hash lives outside the database as well; how many people it is mailed to, whatever they prefer. */
async function tellKpiOffice(
  trx: Transaction,
  { systemId, userId }: Pick<SealOrder, 'systemId' | 'userId'>,
  round: SealableRound,
  sha256: string,
  reason: string,
): Promise<number> {
  const people = await listKpiOffice(trx, systemId);
  const data = workshopData({
    event: 'sealed',
    by: await findName(trx, userId),
    round: round.label,
    about: [`SHA-256: ${inGroups(sha256)}`],
    reason,
    closes: null,
    until: null,
    path: `/rounds/${round.id}/seal`,
  });
  await queueMails(
    trx,
    people.map(({ id, email }) => ({ systemId, userId: id, address: email, kind: 'sealed' as const, data })),
  );
  return people.length;
}

/**
 * Recomputes a seal: the hash of the stored snapshot, and the canonical form of the round as it is in the tables now,
 * compared part by part. Reads only, at one moment. Undefined where the round has no seal.
 */
export async function verifySeal(db: Db, roundId: string): Promise<VerifiedSeal | undefined> {
  return db.transaction(
    async (trx) => {
      const seal = await loadStoredSeal(trx, roundId);
      if (seal === undefined) return undefined;
      return verified(seal, await loadContent(trx, { id: roundId, frameworkId: seal.frameworkId }));
    },
    { ofOneMoment: true },
  );
}

function verified({ snapshot, frameworkId: _, ...seal }: StoredSeal, now: SealedContent): VerifiedSeal {
  const sealed = readSnapshot(snapshot);
  const differences: SealDifference[] = sealed === undefined ? [] : sealDifferences(sealed, now);
  return { ...seal, computed: sha256Of(snapshot), unreadable: sealed === undefined, differences };
}

/** The snapshot as data; undefined where it is no canonical text. */
function readSnapshot(snapshot: string): SealedContent | undefined {
  try {
    const parsed = JSON.parse(snapshot);
    return canonicalText(parsed) === snapshot ? parsed : undefined;
  } catch {
    return undefined;
  }
}
