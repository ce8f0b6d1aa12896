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
  /** Its counterparts in the new year; none where nothing there fits and applies to the office. */
  pairs: Counterpart[];
  people: OfficeAssignment[];
}

export interface Counterpart {
  /** `<from>:<to>`, as a form names it. */
  key: string;
  to: SubIndicator;
  /** Copied, or of the same name; otherwise only the code agrees, and somebody has to say that it is the same. */
  sure: boolean;
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
    return [{ from, pairs: counterpartsOf(from, candidates), people }];
  });
}

/** The assignments that the chosen pairs of a plan make, each once. */
export function assignmentsOf(plan: readonly TakenOver[], chosen: ReadonlySet<string>): Assignment[] {
  const pairs = plan.flatMap(({ pairs, people }) =>
    pairs
      .filter(({ key }) => chosen.has(key))
      .flatMap(({ to }) => people.map(({ userId }) => ({ userId, nodeId: to.id }))),
  );
  return [...new Map(pairs.map((pair) => [`${pair.userId} ${pair.nodeId}`, pair])).values()];
}

function counterpartsOf(from: SubIndicator, candidates: readonly SubIndicator[]): Counterpart[] {
  const copies = candidates.filter((sub) => isCopied(sub, from));
  const found = copies.length > 0 ? copies : candidates.filter((sub) => sub.code === from.code);
  return found.map((to) => ({
    key: `${from.id}:${to.id}`,
    to,
    sure: isCopied(to, from) || bareName(to) === bareName(from),
  }));
}

/** What a name says, without its code and without the ways to write the same. */
function bareName({ code, name }: Pick<SubIndicator, 'code' | 'name'>): string {
  const bare = name.startsWith(code) ? name.slice(code.length) : name;
  return bare
    .normalize('NFKC')
    .replace(/[\u200b\s]+/g, '')
    .toLowerCase();
}

function isCopied(sub: SubIndicator, from: SubIndicator): boolean {
  const variables = new Set(from.variables.map(({ id }) => id));
  return sub.variables.some(({ copiedFromId }) => copiedFromId !== null && variables.has(copiedFromId));
}
