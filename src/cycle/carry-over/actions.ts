import type { Transaction } from '../../db/database.ts';
import { loadFramework } from '../../framework/queries.ts';
import { subIndicatorsOf } from '../../framework/rules.ts';
import type { Framework } from '../../framework/types.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { refuseSealed } from '../../rounds/rules.ts';
import { refreshScoresInParts } from '../../scores/actions.ts';
import { finishTask, startTask } from '../../tasks/actions.ts';
import type { Progress, RunningTask } from '../../tasks/types.ts';
import { findCarryRound, insertCarryEvent, lockForCarrying, writeCarried } from './queries.ts';
import { carriedParts } from './rules.ts';
import { CARRY_OVER, type Carried, type CarryRound } from './types.ts';

export interface CarryOptions {
  /** In whose name the history says it. */
  userId: string;
  now: Date;
  /** Only the lists of these offices; absent = of all. */
  officeIds?: readonly string[];
}

const NOTHING: Carried = { entries: 0, auditScores: 0, misfits: 0, offices: [] };

/**
 * Carries what is flagged from the round before in the same fiscal year into the entries that are still unreported
 * and were never carried (รับรองต่อเนื่อง, manual KRS 2559, R147–R152): value, status, reason, who reported and
 * decided, with history; AUDIT scores where all variables of a sub-indicator are flagged. Values that the new round
 * does not admit (another kind, fewer decimals, another range) stay behind, with their decisions. In the caller's
 * transaction, two statements, however many offices; the caller computes the scores of the offices afterwards
 * (`Carried.offices`), with the criteria of the new round. Throws `sealed` when the round is.
 */
export async function carryOver(
  trx: Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  { userId, now, officeIds }: CarryOptions,
): Promise<Carried> {
  const parts = carriedParts(framework, round.kind);
  if (parts.variables.length === 0) return NOTHING;
  const scope = { roundId: round.id, officeIds: officeIds ?? null };
  refuseSealed(...(await lockForCarrying(trx, scope)));
  return writeCarried(trx, { ...scope, ...parts, userId, now });
}

export type CarryResult =
  | { outcome: 'carried'; entries: number; auditScores: number; misfits: number; offices: number }
  | { outcome: 'nothing'; misfits: number }
  | { outcome: 'gone' | 'sealed' };

/** How many parts the work has, for its progress bar. */
const PARTS = 2;

/**
 * The work of the task "carry over now": the same for all offices of a round that has its lists, with the scores, the
 * round's history and the task's result in one transaction; a constant number of statements, and two for each 100
 * offices that are scored.
 */
export async function carryOverNow(
  { db, clock }: AppContext,
  task: RunningTask<{ roundId: string; label: string }>,
  progress: Progress,
): Promise<CarryResult> {
  const { systemId, requestedBy: userId } = task;
  const { roundId } = task.payload;
  return db.transaction(async (trx): Promise<CarryResult> => {
    const now = clock();
    const round = await findCarryRound(trx, { systemId, roundId });
    if (round === undefined) return { outcome: 'gone' };
    if (round.sealed) return { outcome: 'sealed' };
    progress(0, PARTS);
    const framework = await loadFramework(trx, round.frameworkId, round.frameworkVersion);
    const { offices, ...carried } = await carryOver(trx, framework, round, { userId, now });
    if (offices.length === 0) return { outcome: 'nothing', misfits: carried.misfits };
    progress(1, PARTS);
    const changed = subIndicatorsOf(
      framework,
      carriedParts(framework, round.kind).variables.map(({ id }) => id),
    );
    await refreshScoresInParts(trx, framework, round, offices, { changed });
    const after = {
      carried: carried.entries,
      carriedAudits: carried.auditScores,
      misfits: carried.misfits,
      offices: offices.length,
    };
    await insertCarryEvent(trx, { roundId, userId, now, after });
    const result: CarryResult = { outcome: 'carried', ...carried, offices: offices.length };
    await finishTask(trx, task.id, result);
    return result;
  });
}

/** Has it done by the job queue; returns the task's id. */
export async function startCarrying(
  { db }: AppContext,
  user: Pick<CurrentUser, 'id' | 'systemId'>,
  { id: roundId, label }: Pick<CarryRound, 'id' | 'label'>,
): Promise<string> {
  const task = {
    systemId: user.systemId,
    kind: CARRY_OVER,
    payload: { roundId, label },
    requestedBy: user.id,
  };
  return db.transaction((trx) => startTask(trx, task));
}
