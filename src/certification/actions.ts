import type { Transaction } from '../db/database.ts';
import { loadFrameworkOf } from '../framework/queries.ts';
import { subIndicatorsOf } from '../framework/rules.ts';
import type { Framework } from '../framework/types.ts';
import type { AppContext } from '../http/context.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { refreshScores, type ScoredOffice } from '../scores/actions.ts';
import { type FactsAround, loadFactsAround } from '../scores/queries.ts';
import type { OfficeScore } from '../scoring/index.ts';
import { postDecision } from '../threads/actions.ts';
import {
  type DecidedEntry,
  loadTargets,
  lockTargets,
  writeDecisions,
  writePermits,
} from './decisions/queries.ts';
import { checkUntil, isOutside, isRepeated, ofOneRound, reachOf, situationOf } from './rules.ts';
import { type CertifierEvent, refusal, statusAfter } from './transitions.ts';
import type { AskedTarget, Decision, DecisionRound, LeftReason, Outcome, Target } from './types.ts';

/**
 * Certifies, rejects, cancels or permits (manual KRS 2559, R125–R131): status, history, permits, scores, the reason
 * in the threads and the notices in one transaction and a constant number of statements, however many entries. An
 * entry that changed or was set aside since it was seen, or whose status does not allow it, is left and told; the
 * others are done.
 * Throws notFound when one of the entries is not the person's to decide, badRequest for several rounds at once.
 */
export async function decide(context: AppContext, user: CurrentUser, decision: Decision): Promise<Outcome> {
  const now = context.clock();
  const { outcome, missed } = await context.db.transaction((trx) => decideWithin(trx, user, decision, now));
  if (missed.length > 0) explainMissed(outcome, decision, user, await findTargets(context, user, missed));
  return outcome;
}

/**
 * The same in the caller's transaction; `missed`: the ids of those whom somebody else reached first. With
 * `toldElsewhere` the caller tells the people.
 */
export async function decideWithin(
  trx: Transaction,
  user: CurrentUser,
  decision: Decision,
  now: Date,
  { toldElsewhere = false } = {},
): Promise<{ outcome: Outcome; missed: string[] }> {
  const reach = { systemId: user.systemId, bureauId: reachOf(user), now };
  const ids = [...decision.seen.keys()];
  // one packet, in this order: the facts are read under the lock
  const [locked, around] = await Promise.all([lockTargets(trx, reach, ids), loadFactsAround(trx, ids)]);
  const { targets, round } = allOfOneRound(locked, ids);
  const { possible, already, left } = planDecision(decision, targets.sort(byOffice), user, now);
  const { until } = decision;
  const untilProblem = until === null || possible.length === 0 ? null : checkUntil(until, round, now);
  const outcome: Outcome = { round, done: [], already, left, scores: new Map(), untilProblem };
  if (possible.length === 0 || untilProblem !== null) return { outcome, missed: [] };
  const framework = await loadFrameworkOf(trx, round);
  const { event, reason } = decision;
  const row = { event, userId: user.id, standInOfficeId: standsIn(user), reason, until, now };
  if (event === 'permit') {
    const permitted = await writePermits(trx, row, decidedEntries(event, possible));
    outcome.done = possible.filter(({ id }) => permitted.has(id));
  } else {
    // who waited for the lock has read the entry as it was before
    outcome.done = possible.filter(({ id, version }) => around.versions.get(id) === version);
    const decided = decidedEntries(event, outcome.done);
    await writeDecisions(trx, row, decided);
    outcome.scores = await rescore(trx, framework, round, decided, around);
  }
  const places = outcome.done;
  await postDecision(trx, { event, by: user, framework, round, reason, until, places, now, toldElsewhere });
  const done = new Set(places);
  return { outcome, missed: possible.filter((target) => !done.has(target)).map(({ id }) => id) };
}

const thai = new Intl.Collator('th', { numeric: true });

/** Locked in the order of ids, told in the order of the lists. */
function byOffice(left: Target, right: Target): number {
  return thai.compare(left.office, right.office);
}

interface Found<Listed extends Target> {
  targets: Listed[];
  round: DecisionRound;
}

/** The entries of a form, all of one round. Throws as `decide` does. */
export async function findTargets(
  { db, clock }: AppContext,
  user: CurrentUser,
  ids: readonly string[],
): Promise<Found<AskedTarget>> {
  const reach = { systemId: user.systemId, bureauId: reachOf(user), now: clock() };
  return allOfOneRound(await loadTargets(db, reach, ids), ids);
}

function allOfOneRound<Listed extends Target>(targets: Listed[], ids: readonly string[]): Found<Listed> {
  const [first] = ofOneRound(targets, ids);
  return { targets, round: first.round };
}

export interface Plan<Planned extends Target> {
  possible: Planned[];
  already: Planned[];
  left: { target: Planned; why: LeftReason }[];
}

/** Sorts the entries of a form into those that can be decided so, that were, and that cannot be. */
export function planDecision<Planned extends Target>(
  decision: Decision,
  targets: readonly Planned[],
  user: CurrentUser,
  now: Date,
): Plan<Planned> {
  const { event, seen } = decision;
  const plan: Plan<Planned> = { possible: [], already: [], left: [] };
  for (const target of targets) {
    const refused = refusal(event, target, situationOf(user, target.round, target, now));
    if (refused !== null && isOutside(refused)) plan.left.push({ target, why: refused });
    else if (target.setAside) plan.left.push({ target, why: 'setAside' });
    else if (event !== 'permit' && isRepeated(decision, target, user.id)) plan.already.push(target);
    else if (target.version !== seen.get(target.id)) plan.left.push({ target, why: 'changed' });
    else if (refused !== null) plan.left.push({ target, why: refused });
    else plan.possible.push(target);
  }
  return plan;
}

function standsIn(user: CurrentUser): string | null {
  return user.role === 'kpi_office' ? user.officeId : null;
}

function rescore(
  trx: Transaction,
  framework: Framework,
  round: DecisionRound,
  decided: readonly DecidedEntry[],
  { facts }: FactsAround,
): Promise<Map<string, OfficeScore>> {
  const offices = new Map<string, ScoredOffice>();
  for (const { target, statusAfter: status } of decided) {
    const { officeId, officeType, variableId, value } = target;
    offices.set(officeId, { officeId, officeType });
    facts.get(officeId)?.entries.set(variableId, { value, status });
  }
  const changed = subIndicatorsOf(
    framework,
    decided.map(({ target }) => target.variableId),
  );
  // a revision may have other sub-indicators than those that were read
  const known = round.revision === round.newestRevision ? facts : undefined;
  return refreshScores(trx, framework, round, [...offices.values()], { changed, known });
}

function decidedEntries(event: CertifierEvent, targets: readonly Target[]): DecidedEntry[] {
  return targets.map((target) => ({ target, statusAfter: statusAfter(event, target) }));
}

/** Entries that somebody else reached first, between our reading and our lock: told with what they are now. */
function explainMissed(
  outcome: Outcome,
  decision: Decision,
  user: CurrentUser,
  present: Found<Target>,
): void {
  for (const target of present.targets) {
    if (target.setAside) outcome.left.push({ target, why: 'setAside' });
    else if (isRepeated(decision, target, user.id)) outcome.already.push(target);
    else outcome.left.push({ target, why: 'changed' });
  }
}
