import { hasOwnHeading, variableLabel } from '../framework/rules.ts';
import type { Framework } from '../framework/types.ts';
import type { Flash } from '../http/flash.ts';
import { formatDateTime, type Locale } from '../i18n/dates.ts';
import { withDescendants } from '../scores/actions.ts';
import type { OfficeScore } from '../scoring/index.ts';
import type { HeadingScore } from './headings/queries.ts';
import type { Place } from './page.ts';
import { isOutside } from './rules.ts';
import type { CertifierEvent } from './transitions.ts';
import type { LeftReason, Outcome, Target } from './types.ts';

/** What is said about a decision: the message, who was left and why, and what undoes it. */
export interface Said extends Flash {
  left: { name: string; why: LeftReason }[];
  /** The entries in their new versions, `<id>:<version>,…`: sent back, they cancel the decision. */
  undo: string | null;
}

/** 200 when anything was done, or had been done before; otherwise 403 outside certifying, 409 for the rest. */
export function statusOf(outcome: Outcome): 200 | 403 | 409 {
  if (outcome.done.length + outcome.already.length > 0) return 200;
  return outcome.left.some(({ why }) => isOutside(why)) ? 403 : 409;
}

/** The answer to a decision in words: names where it is about one entry, the exact count where about many. */
export function say(
  outcome: Outcome,
  event: CertifierEvent,
  place: Place,
  framework: Framework,
  locale: Locale,
): Said {
  const { done, already, left, round } = outcome;
  const nameOf = (target: Target) => targetName(target, place, framework);
  const [first, ...more] = [...done, ...already, ...left.map(({ target }) => target)];
  const one = more.length === 0 && first !== undefined;
  const values = {
    name: first === undefined ? '' : nameOf(first),
    count: done.length,
    left: left.length,
    opens: formatDateTime(round.entryOpensAt, locale),
    closes: formatDateTime(round.certificationClosesAt, locale),
  };
  const said = (level: Flash['level'], key: string) => ({
    level,
    key: `certify.${key}`,
    values,
    left: one ? [] : left.map(({ target, why }) => ({ name: nameOf(target), why })),
    undo: undoOf(done, event),
  });
  if (done.length > 0) {
    if (one) return said('success', `done.${event}`);
    const manyOf = place.view === 'variables' ? 'offices' : 'variables';
    return said(left.length > 0 ? 'warning' : 'success', `done.${manyOf}.${event}`);
  }
  if (already.length > 0) return said('info', one ? `already.${event}` : 'already.many');
  const closed = left.find((one) => isOutside(one.why));
  const why = closed?.why ?? (one ? left[0]?.why : undefined);
  return said('danger', why === undefined ? 'left.all' : `left.${why}`);
}

/** Which entries were left, for their rows. */
export function leftMarks(outcome: Outcome): Map<string, LeftReason> {
  return new Map(outcome.left.map(({ target, why }) => [target.id, why]));
}

/** The office, or the variable with its code: what the rows of the list are called. */
export function targetName(target: Target, place: Pick<Place, 'view'>, framework: Framework): string {
  if (place.view === 'variables') return target.office;
  const variable = framework.variables.get(target.variableId);
  return variable === undefined ? target.office : variableLabel(variable);
}

/** The new scores of the headings above the entries of one office, and its total under '' : what its list replaces. */
export function changedScores(outcome: Outcome, framework: Framework): Map<string, HeadingScore> {
  const [office] = outcome.scores.values();
  if (office === undefined) return new Map();
  const decided = new Set(
    outcome.done.map((target) => framework.variables.get(target.variableId)?.subIndicatorId),
  );
  const above = framework.subIndicators
    .filter((sub) => decided.has(sub.id))
    .flatMap((sub) => [sub, ...sub.path.filter(hasOwnHeading)]);
  const wanted = new Set(['', ...above.map((node) => node.id)]);
  return new Map([...headingScores(office)].filter(([id]) => wanted.has(id)));
}

function headingScores(office: OfficeScore): Map<string, HeadingScore> {
  const scores = new Map<string, HeadingScore>();
  const add = (nodeId: string, self: string | null, certified: string | null, audit: string | null) => {
    if (self !== null && certified !== null) {
      scores.set(nodeId, { nodeId, selfAssessed: self, certified, reason: null, audit });
    }
  };
  for (const sub of office.subIndicators.values()) add(sub.id, sub.selfAssessed, sub.certified, sub.audit);
  for (const node of withDescendants(office.nodes)) add(node.id, node.selfAssessed, node.certified, null);
  add('', office.total.selfAssessed, office.total.certified, null);
  return scores;
}

function undoOf(done: readonly Target[], event: CertifierEvent): string | null {
  if (done.length === 0 || (event !== 'certify' && event !== 'reject')) return null;
  return done.map((target) => `${target.id}:${target.version + 1}`).join(',');
}
