import type { Transaction } from '../../db/database.ts';
import { assembleFramework } from '../../framework/assemble.ts';
import { touchedSubIndicators } from '../../framework/drafts/publication.ts';
import { deleteDraft, insertFrameworkEvents, lockDraft } from '../../framework/drafts/queries.ts';
import type { StoredDraft } from '../../framework/drafts/types.ts';
import type { FrameworkRows } from '../../framework/rows.ts';
import type { AppContext } from '../../http/context.ts';
import { notifyAll } from '../../notifications/actions.ts';
import type { Notice } from '../../notifications/types.ts';
import { workshopData } from '../../notifications/workshop-letters.ts';
import { listRoundOffices, reconcileEntryLists } from '../../rounds/queries.ts';
import { scoreAnew } from '../../scores/actions.ts';
import { startTask } from '../../tasks/actions.ts';
import type { Progress } from '../../tasks/types.ts';
import { countCarriableBy } from '../carry-over/load.ts';
import { type LoadedPublication, loadPublication, namesOf } from './load.ts';
import {
  findName,
  insertRevisionEvents,
  listConcerned,
  lockOffices,
  lockYear,
  pinRounds,
} from './queries.ts';
import { storeDraft } from './store.ts';
import type { PublishOrder, PublishOutcome, RevisedRound } from './types.ts';

/** The name under which publishing is a task. */
export const PUBLISH_TASK = 'publish';

/** Steps of each round for the progress bar: lists, scores. */
const STEPS = 2;

/** What the last statement of the transaction stores, e.g. a task's result. */
type Finish = (trx: Transaction, outcome: PublishOutcome) => Promise<void>;

/**
 * Publishes a draft, all or nothing (domain rules, "Revisions and seals"). A year without a framework gets it with
 * the rounds that are planned, without lists. Texts are corrected in place. Anything else makes a new revision: the
 * replaced one is kept whole, every round whose certification has not closed is pinned to the new one, its lists
 * follow, and all its scores are computed anew; rounds that are closed or sealed are not touched. History, mail and
 * scores in one transaction; the number of statements depends on the number of rounds only, but for three for each 100
 * offices that are scored.
 */
export async function publishDraft(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  order: PublishOrder,
  progress: Progress = () => {},
  finish: Finish = async () => {},
): Promise<PublishOutcome> {
  return db.transaction(async (trx) => {
    const outcome = await publishWithin(trx, order, clock(), progress);
    await finish(trx, outcome);
    return outcome;
  });
}

/** Has the job queue publish the draft; returns the task's id. */
export async function startPublishing({ db }: Pick<AppContext, 'db'>, order: PublishOrder): Promise<string> {
  const { systemId, userId: requestedBy, ...payload } = order;
  return db.transaction((trx) => startTask(trx, { systemId, kind: PUBLISH_TASK, payload, requestedBy }));
}

async function publishWithin(
  trx: Transaction,
  order: PublishOrder,
  now: Date,
  progress: Progress,
): Promise<PublishOutcome> {
  const { systemId, fiscalYear } = order;
  await lockYear(trx, { systemId, fiscalYear });
  const draft = await lockDraft(trx, systemId, fiscalYear);
  if (draft === undefined) return { outcome: 'gone' };
  if (draft.version !== order.version) return { outcome: 'changed' };
  // entries are looked at and then stay: nobody reports meanwhile what a draft drops
  const planned = await loadPublication(trx, draft, now);
  const rounds = planned.publication.rounds;
  if (rounds.length > 0)
    await lockOffices(
      trx,
      rounds.map(({ id }) => id),
    );
  const loaded = rounds.length > 0 ? await loadPublication(trx, draft, now) : planned;
  const { kind, obstacles, changes } = loaded.publication;
  if (obstacles.length > 0) return { outcome: 'refused', obstacles };
  if (kind === 'revision' && order.reason === '') return { outcome: 'reasonMissing' };
  const rows = kind === 'nothing' ? undefined : await storeDraft(trx, draft, loaded, order.userId, now);
  await deleteDraft(trx, draft.id);
  const event = { new: 'publish', texts: 'correct', revision: 'revise', nothing: 'discard' }[kind];
  const told = {
    systemId,
    fiscalYear,
    userId: order.userId,
    at: now,
    kind: event,
    reason: order.reason || null,
  };
  await insertFrameworkEvents(trx, told, changes);
  const revision = rows?.framework.revision ?? loaded.published?.revision ?? 1;
  const revised =
    rows !== undefined && kind === 'revision' ? await revise(trx, rows, loaded, order, now, progress) : [];
  if (revised.length > 0) await tell(trx, draft, loaded, order, revised);
  return { outcome: 'published', kind, fiscalYear, revision, changes: changes.length, rounds: revised };
}

/** Takes the rounds along whose offices are locked: pinned, lists, scores, history. */
async function revise(
  trx: Transaction,
  rows: FrameworkRows,
  { publication: { rounds } }: LoadedPublication,
  { userId, reason }: PublishOrder,
  now: Date,
  progress: Progress,
): Promise<RevisedRound[]> {
  // not by loadFramework: its memory would hold what this transaction may still take back
  const framework = assembleFramework(rows);
  const { revision } = rows.framework;
  const ids = rounds.map(({ id }) => id);
  await pinRounds(trx, ids, revision);
  const revised: RevisedRound[] = [];
  for (const [index, { id, label, kind }] of rounds.entries()) {
    progress(index * STEPS, rounds.length * STEPS);
    // a round without lists gets them when they are created
    if ((await listRoundOffices(trx, id)).length === 0) continue;
    const counts = await reconcileEntryLists(trx, { roundId: id, userId, now, reason });
    progress(index * STEPS + 1, rounds.length * STEPS);
    const offices = await listRoundOffices(trx, id);
    await scoreAnew(trx, framework, { id, kind }, offices);
    const carriable = await countCarriableBy(trx, framework, { id, kind });
    revised.push({ id, label, ...counts, offices: offices.length, carriable });
  }
  const events = rounds.map(({ id, revision: was }) => {
    const { added = 0, setAside = 0, broughtBack = 0 } = revised.find((round) => round.id === id) ?? {};
    return { id, was, counts: { created: added, setAside, broughtBack } };
  });
  if (events.length > 0) await insertRevisionEvents(trx, { now, userId, revision, reason }, events);
  return revised;
}

/**
 * Tells the admins of the offices and the people of the bureaus whose sub-indicators changed; rounds that leave
 * another revision are another notice, since more changed for them.
 */
async function tell(
  trx: Transaction,
  { document }: StoredDraft,
  { steps }: LoadedPublication,
  { systemId, userId, reason, fiscalYear }: PublishOrder,
  revised: readonly RevisedRound[],
): Promise<void> {
  const by = await findName(trx, userId);
  const notices: Notice[] = [];
  for (const step of steps) {
    const rounds = step.rounds.filter(({ id }) => revised.some((round) => round.id === id));
    const touched = touchedSubIndicators(step.document, document);
    const nodeIds = [...touched].filter((key) => /^\d+$/.test(key));
    if (rounds.length === 0) continue;
    const roundIds = rounds.map(({ id }) => id);
    const userIds = await listConcerned(trx, { systemId, userId, roundIds, nodeIds });
    if (userIds.length === 0) continue;
    const data = workshopData({
      event: 'revised',
      by,
      round: rounds.map(({ label }) => label).join(', '),
      about: namesOf(step.document, document, touched),
      reason,
      closes: null,
      until: null,
      path: '/reports/office',
    });
    notices.push({ systemId, userIds, kind: 'workshop', groupKey: `revised ${fiscalYear}`, data });
  }
  if (notices.length > 0) await notifyAll(trx, notices);
}
