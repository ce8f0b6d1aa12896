import type { Knex } from 'knex';
import type { Db } from '../../db/database.ts';
import { assembleFramework } from '../../framework/assemble.ts';
import { readFrameworkRows } from '../../framework/queries.ts';
import type { FrameworkRows } from '../../framework/rows.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { notifyAll } from '../../notifications/actions.ts';
import { workshopData } from '../../notifications/workshop-letters.ts';
import { verifyScoresWithin } from '../../scores/actions.ts';
import { canonicalText, inGroups, type Plain, sha256Of } from './canonical.ts';
import { sealedContent } from './content.ts';
import { sealDifferences } from './differences.ts';
import {
  type ContentRows,
  findSealableRound,
  listKpiOffice,
  loadContentRows,
  loadStoredSeal,
  lockWholeRound,
  type StoredSeal,
  storeSeal,
} from './queries.ts';
import { sealRefusal } from './rules.ts';
import type { SealableRound, SealDifference, SealedContent, SealRefusal, VerifiedSeal } from './types.ts';

/**
 * Seals a round (domain rules, "Revisions and seals"): an immutable snapshot of framework, values, decisions and
 * scores with a SHA-256 over its canonical form, in the round's history and mailed to the KPI office; from then on
 * whoever locks an office of the round refuses to change it. Returns why not, and nothing is done, before
 * certification has closed for everybody, or where stored scores are not what the values give. Throws notFound for a round of another system.
 */
export async function sealRound(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  user: Pick<CurrentUser, 'id' | 'systemId' | 'name'>,
  { roundId, reason }: { roundId: string; reason: string },
): Promise<{ refused: SealRefusal } | { sha256: string }> {
  const { systemId } = user;
  return db.transaction(async (trx) => {
    await lockWholeRound(trx, { systemId, roundId });
    // the moment is that of the lock
    const now = clock();
    const round = await findSealableRound(trx, { systemId, roundId }, now);
    if (round === undefined) throw notFound();
    const refused = sealRefusal(round, now);
    if (refused !== null) return { refused };
    const { rows, framework } = await loadRows(trx, round);
    // what does not follow from the values is not sealed
    const { differences } = await verifyScoresWithin(trx, assembleFramework(framework), round);
    if (differences.length > 0) return { refused: 'scores' };
    const snapshot = canonicalText(sealedContent(rows, framework) as unknown as Plain);
    const sha256 = sha256Of(snapshot);
    await storeSeal(trx, {
      roundId,
      userId: user.id,
      now,
      reason: reason === '' ? null : reason,
      sha256,
      snapshot,
    });
    await tellKpiOffice(trx, user, round, sha256, reason);
    return { sha256 };
  });
}

async function loadRows(
  db: Knex.Transaction,
  { id, frameworkId }: Pick<SealableRound, 'id' | 'frameworkId'>,
): Promise<{ rows: ContentRows; framework: FrameworkRows }> {
  const rows = await loadContentRows(db, id);
  return { rows, framework: rows.replaced ?? (await readFrameworkRows(db, frameworkId)) };
}

/** So that the hash lives outside the database as well. */
async function tellKpiOffice(
  trx: Knex.Transaction,
  by: Pick<CurrentUser, 'systemId' | 'name'>,
  round: SealableRound,
  sha256: string,
  reason: string,
): Promise<void> {
  const userIds = await listKpiOffice(trx, by.systemId);
  const data = workshopData({
    event: 'sealed',
    by: by.name,
    round: round.label,
    about: [`SHA-256: ${inGroups(sha256)}`],
    reason,
    closes: null,
    until: null,
    path: `/rounds/${round.id}/seal`,
  });
  const groupKey = `seal ${round.id}`;
  await notifyAll(trx, [{ systemId: by.systemId, userIds, kind: 'workshop', groupKey, data }]);
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
      const { rows, framework } = await loadRows(trx, { id: roundId, frameworkId: seal.frameworkId });
      return verified(seal, sealedContent(rows, framework));
    },
    { isolationLevel: 'repeatable read', readOnly: true },
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
