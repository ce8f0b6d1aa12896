import type { Transaction } from '../../db/database.ts';
import { loadFrameworkOf } from '../../framework/queries.ts';
import type { Framework } from '../../framework/types.ts';
import type { AppContext } from '../../http/context.ts';
import { listRoundOffices, reconcileEntryLists, storeEntryLists } from '../../rounds/queries.ts';
import {
  refreshScoresInParts,
  type ScoredOffice,
  scoreAnew,
  storeEmptyScores,
} from '../../scores/actions.ts';
import { listOfficesWithReports } from '../../scores/queries.ts';
import { finishTask, startTask } from '../../tasks/actions.ts';
import type { Progress, RunningTask } from '../../tasks/types.ts';
import { carryOver } from '../carry-over/actions.ts';
import { insertRoundEvents, lockManagedRound, lockOfficesOfRound } from '../rounds/queries.ts';
import type { ManagedRound } from '../rounds/types.ts';
import { deleteLists, listObstacles } from './queries.ts';
import { type CreatedLists, type CreationResult, type DeletionResult, OBSTACLES } from './types.ts';

/** How many parts creating lists has, for its progress bar. */
const PARTS = 3;

/**
 * Completes the entry lists of a round (สร้างรายการกรอกข้อมูล, manual KRS 2559, R162, R168), in the caller's
 * transaction: adds the entries that are missing, brings back those that are in scope again (and sets aside those that
 * are not any more, with their values), carries over what stays in force from the round before, and stores the scores
 * of the offices. Nothing is duplicated or erased, however often it is repeated, but for scores of what does not apply
 * any more. A constant number of statements, however many offices; of those that have reported already two for each
 * 100, and three for each 100 of all where something was set aside. `by` is missing for a year that comes from a file:
 * nothing of it was reported, so there is nothing to bring back or to carry.
 */
export async function createLists(
  trx: Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  by?: { userId: string; now: Date },
  progress: Progress = () => {},
): Promise<CreatedLists> {
  progress(0, PARTS);
  const { added, broughtBack, setAside } =
    by === undefined
      ? { added: await storeEntryLists(trx, round), broughtBack: 0, setAside: 0 }
      : await reconcileEntryLists(trx, { roundId: round.id, reason: null, ...by });
  progress(1, PARTS);
  const carried = by === undefined ? undefined : await carryOver(trx, framework, round, by);
  progress(2, PARTS);
  const offices = await listRoundOffices(trx, round.id);
  if (setAside > 0) await scoreAnew(trx, framework, round, offices);
  else await completeScores(trx, framework, round, offices);
  progress(PARTS, PARTS);
  return {
    offices: offices.length,
    created: added,
    broughtBack,
    setAside,
    carried: carried?.entries ?? 0,
    carriedAudits: carried?.auditScores ?? 0,
    misfits: carried?.misfits ?? 0,
  };
}

/** Those of offices that have reported nothing are computed and written once for all of them. */
async function completeScores(
  trx: Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  offices: readonly ScoredOffice[],
): Promise<void> {
  const reporting = await listOfficesWithReports(trx, round.id);
  const hasReported = ({ officeId }: ScoredOffice) => reporting.has(officeId);
  const others = offices.filter((office) => !hasReported(office));
  await storeEmptyScores(trx, framework, round, others);
  await refreshScoresInParts(trx, framework, round, offices.filter(hasReported));
}

type RoundTask = RunningTask<{ roundId: string; label: string }>;

/**
 * The work of a task: the lists of a round, in one transaction with its history and the task's result. A round that is
 * sealed, or that stays with a revision of the framework that was replaced, is left as it is.
 */
export async function createRoundLists(
  context: AppContext,
  task: RoundTask,
  progress: Progress,
): Promise<CreationResult> {
  return changeLists(context, task, async (trx, round, now): Promise<CreationResult> => {
    if (round.revision !== round.newestRevision) return { outcome: 'replaced' };
    const by = { userId: task.requestedBy, now };
    const framework = await loadFrameworkOf(trx, round);
    const made = await createLists(trx, framework, round, by, progress);
    if (made.offices === 0) return { outcome: 'nothingDue' };
    const event = { roundId: round.id, at: now, userId: by.userId, kind: 'createLists' as const };
    await insertRoundEvents(trx, [{ ...event, after: made }]);
    const result: CreationResult = { outcome: 'created', ...made };
    await finishTask(trx, task.id, result);
    return result;
  });
}

/**
 * The work of a task: takes the lists of a round away again (ลบรายการกรอกข้อมูล, R162, R168), while nobody
 * reported, said or decided anything in it; otherwise everything that stands in the way is told. What was carried over
 * and not touched since goes as well: creating the lists again carries it over again. The round itself stays.
 */
export async function deleteRoundLists(
  context: AppContext,
  task: RoundTask,
  progress: Progress,
): Promise<DeletionResult> {
  return changeLists(context, task, async (trx, { id: roundId }, now): Promise<DeletionResult> => {
    progress(0, 2);
    const obstacles = await listObstacles(trx, roundId, OBSTACLES);
    if (obstacles.length > 0) return { outcome: 'refused', obstacles };
    progress(1, 2);
    const before = await deleteLists(trx, roundId);
    const event = { roundId, at: now, userId: task.requestedBy, kind: 'deleteLists' as const };
    await insertRoundEvents(trx, [{ ...event, before }]);
    const result: DeletionResult = { outcome: 'deleted', ...before };
    await finishTask(trx, task.id, result);
    return result;
  });
}

/** One transaction that holds the round and the lists of all its offices; a sealed round is left as it is. */
async function changeLists<Result>(
  { db, clock }: AppContext,
  { systemId, payload: { roundId } }: RoundTask,
  change: (trx: Transaction, round: ManagedRound, now: Date) => Promise<Result>,
): Promise<Result | { outcome: 'gone' | 'sealed' }> {
  return db.transaction(async (trx) => {
    const now = clock();
    const round = await lockManagedRound(trx, { systemId, roundId });
    if (round === undefined) return { outcome: 'gone' as const };
    const lists = await lockOfficesOfRound(trx, roundId);
    const isSealed = round.sealedAt !== null || lists.some(({ sealedAt }) => sealedAt !== null);
    return isSealed ? { outcome: 'sealed' as const } : change(trx, round, now);
  });
}

/** Has the lists of a round created or deleted by the job queue; returns the task's id. */
export async function startListTask(
  { db }: AppContext,
  task: { kind: string; round: Pick<ManagedRound, 'id' | 'systemId' | 'label'>; userId: string },
): Promise<string> {
  const { id: roundId, systemId, label } = task.round;
  return db.transaction((trx) =>
    startTask(trx, { systemId, kind: task.kind, payload: { roundId, label }, requestedBy: task.userId }),
  );
}
