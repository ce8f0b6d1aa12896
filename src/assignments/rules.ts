import { appliesTo } from '../framework/rules.ts';
import type { Framework, SubIndicator } from '../framework/types.ts';
import type { AssignedOffice, Assignment, AssignmentChange, OfficeAssignment } from './types.ts';

/**
 * Whether a sub-indicator is an office's business (manual KRS 2558, R67): of a district office by its scope and
 * while the office exists, of a bureau where it certifies one of the variables.
 */
export function concerns(sub: SubIndicator, office: AssignedOffice, fiscalYear: number): boolean {
  if (office.kind !== 'district') return sub.variables.some((variable) => variable.bureauId === office.id);
  const { validFrom, validTo } = office;
  return validFrom <= fiscalYear && (validTo === null || validTo >= fiscalYear) && appliesTo(sub, office);
}

/** Whether somebody has to type something for it, in one of the year's rounds: central data need nobody. */
export function needsReporter(sub: SubIndicator): boolean {
  return sub.variables.some((variable) => [...variable.sources.values()].includes('office'));
}

/**
 * What a form changes: only the difference to what it showed, so that a tick that somebody else set or took away
 * in the meantime stays as it is.
 */
export function differenceOf(shown: readonly string[], ticked: readonly string[]): AssignmentChange {
  const [before, after] = [new Set(shown), new Set(ticked)];
  return {
    added: [...after].filter((id) => !before.has(id)),
    removed: [...before].filter((id) => !after.has(id)),
  };
}

export interface TakenOver {
  from: SubIndicator;
  /** The sub-indicators of the new year; none where there is no counterpart that applies to the office. */
  to: SubIndicator[];
  /** A counterpart found by its code has another name: worth a second look. */
  renamed: boolean;
  people: OfficeAssignment[];
}

/**
 * An earlier year's assignments carried into a new framework: a sub-indicator's counterparts are those with a
 * variable copied from one of its variables, otherwise the one with the same code.
 */
export function takeOver(
  earlier: Framework,
  newest: Framework,
  office: AssignedOffice,
  assignments: readonly OfficeAssignment[],
): TakenOver[] {
  const candidates = newest.subIndicators.filter((sub) => concerns(sub, office, newest.fiscalYear));
  return earlier.subIndicators.flatMap((from) => {
    const people = assignments.filter(({ nodeId }) => nodeId === from.id);
    if (people.length === 0) return [];
    const to = counterpartsOf(from, candidates);
    const renamed = to.some((sub) => sub.name !== from.name && !isCopied(sub, from));
    return [{ from, to, renamed, people }];
  });
}

/** The assignments that a plan makes, each once. */
export function assignmentsOf(plan: readonly TakenOver[]): Assignment[] {
  const pairs = plan.flatMap(({ to, people }) =>
    to.flatMap((sub) => people.map(({ userId }) => ({ userId, nodeId: sub.id }))),
  );
  return [...new Map(pairs.map((pair) => [`${pair.userId} ${pair.nodeId}`, pair])).values()];
}

function counterpartsOf(from: SubIndicator, candidates: readonly SubIndicator[]): SubIndicator[] {
  const copies = candidates.filter((sub) => isCopied(sub, from));
  return copies.length > 0 ? copies : candidates.filter((sub) => sub.code === from.code);
}

function isCopied(sub: SubIndicator, from: SubIndicator): boolean {
  const variables = new Set(from.variables.map(({ id }) => id));
  return sub.variables.some(({ copiedFromId }) => copiedFromId !== null && variables.has(copiedFromId));
}

/** `2.1 การจัดทำแผน`; many a name begins with its code already. */
export function labelOf({ code, name }: Pick<SubIndicator, 'code' | 'name'>): string {
  return name.startsWith(code) ? name : `${code} ${name}`;
}
