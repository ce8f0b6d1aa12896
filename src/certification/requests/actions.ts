import { assigneesForMail, type ConcernedSide } from '../../assignments/receivers/queries.ts';
import type { Transaction } from '../../db/database.ts';
import { labelOf, variableLabel } from '../../framework/rules.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notifyAll } from '../../notifications/actions.ts';
import type { Notice } from '../../notifications/types.ts';
import { workshopNotice } from '../../notifications/workshop-letters.ts';
import { actsInSteadOf } from '../../threads/rules.ts';
import { decideWithin } from '../actions.ts';
import { ofOneRound, reachOf } from '../rules.ts';
import { answerRequests, lockOfficesOfRequests, lockRequests } from './queries.ts';
import { answerable, grantRefusal, permitReason } from './rules.ts';
import type { RequestOutcome, RequestRow } from './types.ts';

interface Grant {
  ids: readonly string[];
  until: Date;
  /** What was typed, or ''. */
  answer: string;
  /** Stands in the permit where nothing was typed. */
  asAsked: string;
}

/**
 * Grants requests: each gives a permit, with history and thread as a permit has them (manual KRS 2559, R131) and one
 * mail for all of a sub-indicator, in one transaction and a constant number of statements. What cannot be granted is
 * left and told. Throws notFound for a request that is not the person's to answer, badRequest for several rounds at
 * once.
 */
export async function grantRequests(
  { db, clock }: AppContext,
  user: CurrentUser,
  { ids, until, answer, asAsked }: Grant,
): Promise<RequestOutcome> {
  const now = clock();
  return db.transaction(async (trx) => {
    const rows = await lockChosen(trx, user, ids);
    const outcome = grantable(answerable(rows, now));
    if (outcome.done.length === 0) return outcome;
    const seen = new Map(outcome.done.map((row) => [row.entryId ?? '', row.version ?? 0]));
    const reason = permitReason(answer, asAsked, outcome.done);
    const permit = { event: 'permit' as const, seen, reason, until };
    const decided = await decideWithin(trx, user, permit, now, { toldElsewhere: true });
    const { untilProblem, left } = decided.outcome;
    if (untilProblem !== null) return { done: [], left: [], untilProblem };
    // the offices were locked before: what was missed is permitted so already
    const refused = new Set(left.map(({ target }) => target.id));
    const done = outcome.done.filter(({ entryId }) => !refused.has(entryId ?? ''));
    const others = outcome.done.filter(({ entryId }) => refused.has(entryId ?? ''));
    if (done.length > 0) {
      const granted = { state: 'granted' as const, answer, until, userId: user.id, now };
      await answerRequests(trx, { ids: done.map(({ id }) => id), ...granted });
      await tell(trx, user, done, { event: 'editGranted', reason: answer, until });
    }
    return {
      ...outcome,
      done,
      left: [...outcome.left, ...others.map((row) => ({ row, why: 'other' as const }))],
    };
  });
}

/** Declines requests with an answer to the office; as `grantRequests` otherwise. */
export async function declineRequests(
  { db, clock }: AppContext,
  user: CurrentUser,
  { ids, answer }: Pick<Grant, 'ids' | 'answer'>,
): Promise<RequestOutcome> {
  const now = clock();
  return db.transaction(async (trx) => {
    const rows = await lockChosen(trx, user, ids);
    const outcome = answerable(rows, now);
    const { done } = outcome;
    if (done.length > 0) {
      const declined = { state: 'declined' as const, answer, until: null, userId: user.id, now };
      await answerRequests(trx, { ids: done.map(({ id }) => id), ...declined });
      await tell(trx, user, done, { event: 'editDeclined', reason: answer, until: null });
    }
    return outcome;
  });
}

/** The requests of a form, all of one round, under the locks of their offices. Throws as `grantRequests` does. */
async function lockChosen(
  trx: Transaction,
  user: CurrentUser,
  ids: readonly string[],
): Promise<RequestRow[]> {
  const reach = { systemId: user.systemId, bureauId: reachOf(user) };
  const [, rows] = await Promise.all([lockOfficesOfRequests(trx, ids), lockRequests(trx, reach, ids)]);
  return ofOneRound(rows, ids);
}

function grantable({ done, left, untilProblem }: RequestOutcome): RequestOutcome {
  const refused = done.flatMap((row) => {
    const why = grantRefusal(row);
    return why === null ? [] : [{ row, why }];
  });
  return {
    done: done.filter((row) => grantRefusal(row) === null),
    left: [...left, ...refused],
    untilProblem,
  };
}

interface AnswerTold {
  event: 'editGranted' | 'editDeclined';
  reason: string;
  until: Date | null;
}

/**
 * Tells who asked and who reports the sub-indicator, all requests for it at once. The bureau is told as of any permit,
 * and of a refusal in its stead.
 */
async function tell(
  trx: Transaction,
  user: CurrentUser,
  rows: readonly RequestRow[],
  told: AnswerTold,
): Promise<void> {
  const officeOf = ({ officeId, nodeId }: RequestRow): ConcernedSide => ({ officeId, nodeId });
  const bureauOf = ({ bureauId, nodeId }: RequestRow): ConcernedSide => ({ officeId: bureauId, nodeId });
  const toBureaus =
    told.event === 'editGranted'
      ? rows
      : rows.filter(({ bureauId }) => actsInSteadOf(user, bureauId) !== null);
  const sides = [...rows.map(officeOf), ...toBureaus.map(bureauOf)];
  const receivers = await assigneesForMail(trx, user.systemId, sides);
  const to = (side: ConcernedSide) => receivers.get(`${side.officeId} ${side.nodeId}`) ?? [];
  const notices = [
    ...groupsOf(rows, ({ officeId, nodeId }) => `${officeId} ${nodeId}`).map((of) => {
      const path = `/entry?round=${of[0].roundId}#i${of[0].nodeId}`;
      const people = [...of.map(({ requestedById }) => requestedById), ...to(officeOf(of[0]))];
      return notice(user, of, told, people, path);
    }),
    ...groupsOf(toBureaus, ({ bureauId, officeId, nodeId }) => `${bureauId} ${officeId} ${nodeId}`).map(
      (of) => notice(user, of, told, to(bureauOf(of[0])), `/requests?round=${of[0].roundId}&show=answered`),
    ),
  ];
  await notifyAll(trx, notices);
}

type Rows = [RequestRow, ...RequestRow[]];

/** The requests with the same key, together. */
function groupsOf(rows: readonly RequestRow[], keyOf: (row: RequestRow) => string): Rows[] {
  const groups = new Map<string, Rows>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function notice(
  user: CurrentUser,
  rows: Rows,
  { event, reason, until }: AnswerTold,
  people: readonly string[],
  path: string,
): Notice {
  const [{ officeId, office, nodeId, nodeCode, nodeName, round }] = rows;
  const node = labelOf({ code: nodeCode, name: nodeName });
  const userIds = [...new Set(people)].filter((id) => id !== user.id);
  const to = { systemId: user.systemId, userIds, groupKey: `thread-${officeId}-${nodeId}` };
  const by = `${user.name} (${user.officeShortName})`;
  const about = [`${office}: ${node}`, ...rows.map(variableLabel)];
  return workshopNotice(to, { event, by, round, about, reason, until, path });
}
