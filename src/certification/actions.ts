import { loadFramework } from '../framework/queries.ts';
import { subIndicatorsOf } from '../framework/rules.ts';
import type { AppContext } from '../http/context.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { AppError, notFound } from '../lib/errors.ts';
import { lockRoundOffices } from '../rounds/queries.ts';
import { refreshScores } from '../scores/actions.ts';
import type { OfficeScore } from '../scoring/index.ts';
import { type DecidedEntry, loadTargets, writeDecisions } from './queries.ts';
import { checkUntil, isRepeated, reachOf, situationOf } from './rules.ts';
import { type CertifierEvent, refusal, statusAfter } from './transitions.ts';
import type { Decision, DecisionRound, LeftReason, Outcome, Target } from './types.ts';

/**
 * Certifies, rejects, cancels or permits (manual KRS 2559, R125–R131): status, history, permits and scores in
 * one transaction and a constant number of statements, however many entries. An entry that changed since it was
 * seen, or whose status does not allow it, is left and told; the others are done.
 * Throws notFound when one of the entries is not the person's to decide, badRequest for several rounds at once.
 */
export async function decide(context: AppContext, user: CurrentUser, decision: Decision): Promise<Outcome> {
  const now = context.clock();
  const { targets, round } = await findTargets(context, user, [...decision.seen.keys()]);
  const { possible, already, left } = planDecision(decision, targets, user, now);
  const outcome: Outcome = { round, done: [], already, left, scores: new Map(), untilProblem: null };
  if (possible.length === 0) return outcome;
  if (decision.until !== null) outcome.untilProblem = checkUntil(decision.until, round, now);
  if (outcome.untilProblem !== null) return outcome;
  const { written, scores } = await write(context, user, decision, round, possible, now);
  outcome.done = possible.filter((target) => written.has(target.id));
  outcome.scores = scores;
  const missed = possible.filter((target) => !written.has(target.id)).map((target) => target.id);
  if (missed.length > 0) explainMissed(outcome, decision, user, await findTargets(context, user, missed));
  return outcome;
}

interface Found {
  targets: Target[];
  round: DecisionRound;
}

/** The entries of a form, all of one round. Throws as `decide` does. */
export async function findTargets(
  { db, clock }: AppContext,
  user: CurrentUser,
  ids: readonly string[],
): Promise<Found> {
  const reach = { systemId: user.systemId, bureauId: reachOf(user), now: clock() };
  const targets = await loadTargets(db, reach, ids);
  const [first] = targets;
  if (first === undefined || targets.length !== ids.length) throw notFound();
  if (targets.some((target) => target.roundId !== first.roundId)) throw new AppError('badRequest');
  return { targets, round: first.round };
}

export interface Plan {
  possible: Target[];
  already: Target[];
  left: { target: Target; why: LeftReason }[];
}

/** Sorts the entries of a form into those that can be decided so, that were, and that cannot be. */
export function planDecision(
  decision: Decision,
  targets: readonly Target[],
  user: CurrentUser,
  now: Date,
): Plan {
  const { event, seen } = decision;
  const plan: Plan = { possible: [], already: [], left: [] };
  for (const target of targets) {
    const refused = refusal(event, target, situationOf(user, target.round, target, now));
    if (refused === 'closed' || refused === 'upcoming') plan.left.push({ target, why: refused });
    else if (event !== 'permit' && isRepeated(decision, target, user.id)) plan.already.push(target);
    else if (target.version !== seen.get(target.id)) plan.left.push({ target, why: 'changed' });
    else if (refused !== null) plan.left.push({ target, why: refused });
    else plan.possible.push(target);
  }
  return plan;
}

interface Written {
  written: ReadonlySet<string>;
  scores: ReadonlyMap<string, OfficeScore>;
}

async function write(
  { db }: AppContext,
  user: CurrentUser,
  decision: Decision,
  round: DecisionRound,
  targets: readonly Target[],
  now: Date,
): Promise<Written> {
  const { event, reason, until } = decision;
  const standInOfficeId = user.role === 'kpi_office' ? user.officeId : null;
  const row = { event, userId: user.id, standInOfficeId, reason, until, now };
  const entries = targets.map((target) => decidedEntry(event, target));
  const officeIds = [...new Set(targets.map((target) => target.officeId))];
  const framework = await loadFramework(db, round.frameworkId, round.frameworkVersion);
  return db.transaction(async (trx) => {
    const offices = await lockRoundOffices(trx, round.id, officeIds);
    const written = await writeDecisions(trx, row, entries);
    if (event === 'permit') return { written, scores: new Map() };
    const decided = targets.filter(({ id }) => written.has(id));
    const changed = new Set(decided.map(({ officeId }) => officeId));
    const rescored = offices.filter(({ officeId }) => changed.has(officeId));
    if (rescored.length === 0) return { written, scores: new Map() };
    const subIndicatorIds = subIndicatorsOf(
      framework,
      decided.map(({ variableId }) => variableId),
    );
    return { written, scores: await refreshScores(trx, framework, round, rescored, subIndicatorIds) };
  });
}

function decidedEntry(event: CertifierEvent, target: Target): DecidedEntry {
  const { id: entryId, version, status } = target;
  return { entryId, version, statusBefore: status, statusAfter: statusAfter(event, target) };
}

/** Entries that somebody else reached first, between our reading and our lock: told with what they are now. */
function explainMissed(outcome: Outcome, decision: Decision, user: CurrentUser, present: Found): void {
  for (const target of present.targets) {
    if (isRepeated(decision, target, user.id)) outcome.already.push(target);
    else outcome.left.push({ target, why: 'changed' });
  }
}
