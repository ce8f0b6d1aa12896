import type { KnownThings } from '../known.ts';
import { lintFramework } from '../lint.ts';
import type { Problem } from '../problems.ts';
import { placeAmong } from '../year-rounds.ts';
import { type Difference, differencesOf } from './differences.ts';
import { plainDocument } from './document.ts';
import { partsOf, type SubIndicatorPart, subIndicatorsOf, type VariablePart } from './parts.ts';
import type { DraftDocument, DraftRound, DraftVariable } from './types.ts';

/** A round of the published year. */
export interface PinnedRound {
  id: string;
  label: string;
  kind: string;
  sequence: number;
  /** The revision that it is pinned to. */
  revision: number;
  /** Its certification has not closed and it is not sealed: a new revision takes it along. */
  follows: boolean;
  sealed: boolean;
  /** It has entry lists: there are scores, and people who are told of a revision. */
  listed: boolean;
}

/** What a draft is compared with. */
export interface PublishedYearState {
  frameworkId: string;
  revision: number;
  version: number;
  document: DraftDocument;
  rounds: readonly PinnedRound[];
}

/** How many offices reported a variable, or (AUDIT scores) how many scores a sub-indicator has, in one round. */
export interface Count {
  roundId: string;
  /** Of the variable, or of the sub-indicator. */
  key: string;
  count: number;
}

/** What stands in the way of publishing. */
export type Obstacle =
  | { kind: 'lint'; problem: Problem }
  /** Something else was published since the draft was made. */
  | { kind: 'outdated' }
  /** Reported values would hang in the air: the variable is dropped, not due any more or has another source. */
  | { kind: 'reported'; what: Loss; place: string; round: string; count: number }
  /** Reported values that the new kind or range does not admit. */
  | { kind: 'misfit'; place: string; round: string; count: number }
  /** A sub-indicator is dropped that has AUDIT scores. */
  | { kind: 'audited'; place: string; round: string; count: number }
  /** A variable leaves its sub-indicator, and a round that a new revision does not touch shows it there. */
  | { kind: 'moved'; place: string; round: string; count: number }
  /** A round is planned before one that is sealed, and there is no number free between. */
  | { kind: 'laterSealed'; place: string; round: string; count: number };

export type Loss = 'dropped' | 'notDue' | 'source';

/** Rounds that leave one revision for the new one, and what that changes for them. */
export interface Step {
  /** The revision that they are pinned to: the newest, or an older one where a round was closed and opened again. */
  from: number;
  /** That revision under the keys of the draft. */
  document: DraftDocument;
  rounds: PinnedRound[];
  changes: Difference[];
}

export interface Publication {
  /** `texts`: corrected in place; `revision`: the rounds that follow are pinned to a new one and scored anew. */
  kind: 'new' | 'nothing' | 'texts' | 'revision';
  changes: Difference[];
  obstacles: Obstacle[];
  /** The rounds that a revision takes along. */
  rounds: PinnedRound[];
}

/** Per kind of part: fields whose correction changes no value, no score and nobody's duty. */
const TEXTS: Record<Difference['kind'], readonly string[]> = {
  header: ['title_th', 'title_en'],
  round: [],
  dimension: ['name'],
  indicator: ['name'],
  sub_indicator: ['name', 'result_unit'],
  variable: ['name', 'unit', 'explanation', 'files_asked', 'copied_from'],
};

/**
 * What publishing the draft would do (domain rules, "Revisions and seals"): texts are corrected in place, unless a
 * sealed round shows them; everything else makes a new revision. `published` is undefined for a year without a
 * framework. Obstacles of what was reported are not among these: `loadPublication` looks for them.
 */
export function planPublication(
  draft: { document: DraftDocument; baseVersion: number | null },
  published: PublishedYearState | undefined,
  known: KnownThings,
): Publication {
  const linted = lintFramework(plainDocument(draft.document), known);
  const lint = 'problems' in linted ? linted.problems : [];
  const obstacles: Obstacle[] = lint.map((problem) => ({ kind: 'lint', problem }));
  if (published === undefined) return { kind: 'new', changes: [], obstacles, rounds: [] };
  if (draft.baseVersion !== published.version) obstacles.push({ kind: 'outdated' });
  obstacles.push(...sealedObstacles(draft.document, published));
  // the windows of rounds that are there are changed on their own page, and go on while there is a draft
  const isThere = (roundKind: string) => published.rounds.some(({ kind }) => kind === roundKind);
  const changes = differencesOf(published.document, draft.document).filter(
    ({ kind, place }) => kind !== 'round' || !isThere(place),
  );
  const kind = kindOf(changes, published);
  return { kind, changes, obstacles, rounds: kind === 'revision' ? published.rounds.filter(isTaken) : [] };
}

/** A sealed round never changes, its place in the year included. */
function sealedObstacles({ rounds }: DraftDocument, published: PublishedYearState): Obstacle[] {
  return roundsToCreate(rounds, published.rounds).flatMap(({ round, moved }) =>
    moved
      .filter(({ sealed }) => sealed)
      .map(({ label }) => ({ kind: 'laterSealed', place: round.label, round: label, count: 1 })),
  );
}

/** A planned round that is not there yet, and the rounds that move on by `shift` before it is created. */
export interface NewRound {
  round: DraftRound;
  sequence: number;
  moved: PinnedRound[];
  shift: number;
}

/** The rounds that publishing creates, in their order, each with its place among those that are there. */
export function roundsToCreate(planned: readonly DraftRound[], existing: readonly PinnedRound[]): NewRound[] {
  const inDraft = new Map(planned.map(({ kind, sequence }) => [kind, sequence]));
  let there: PlacedRound[] = existing.map((round) => ({ sequence: round.sequence, kind: round.kind, round }));
  const missing = planned.filter(({ kind }) => !existing.some((round) => round.kind === kind));
  return missing
    .sort((a, b) => a.sequence - b.sequence)
    .map((round) => {
      const isBefore = (other: PlacedRound) => (inDraft.get(other.kind) ?? other.sequence) < round.sequence;
      const { sequence, shift } = placeAmong(there, isBefore, round.sequence);
      const later = there.filter((other) => shift > 0 && !isBefore(other));
      const moved = later.flatMap(({ round: other }) => (other === undefined ? [] : [other]));
      there = there.map((other) =>
        later.includes(other) ? { ...other, sequence: other.sequence + shift } : other,
      );
      there.push({ sequence, kind: round.kind, round: undefined });
      return { round, sequence, moved, shift };
    });
}

interface PlacedRound {
  kind: string;
  sequence: number;
  /** Undefined: it is among those that are created. */
  round: PinnedRound | undefined;
}

const isTaken = ({ follows }: PinnedRound) => follows;

function kindOf(
  changes: readonly Difference[],
  { rounds, revision }: PublishedYearState,
): Publication['kind'] {
  if (changes.length === 0) return 'nothing';
  if (!changes.every(isText)) return 'revision';
  const shownUnderSeal = rounds.some((round) => round.sealed && round.revision === revision);
  return shownUnderSeal ? 'revision' : 'texts';
}

function isText({ what, kind, before, after }: Difference): boolean {
  if (kind === 'round') return true;
  if (what !== 'changed') return false;
  // a result in percent is shown in another way than a score
  const percent = (fields: Difference['before']) => fields?.result_unit === 'percent';
  return (
    percent(before) === percent(after) &&
    Object.keys(after ?? {}).every((field) => TEXTS[kind].includes(field))
  );
}

interface Affected {
  roundId: string;
  variable: VariablePart;
  what: Loss;
}

/** Variables that are reported in these rounds as they are, and would not be so any more. */
export function losses({ document, rounds }: Step, draft: DraftDocument): Affected[] {
  const now = new Map(variablesOf(draft).map((variable) => [variable.key, variable.part]));
  return variablesOf(document).flatMap((variable) =>
    rounds.flatMap((round) => {
      const what = lossOf(variable.part, now.get(variable.key), round.kind);
      return what === undefined ? [] : [{ roundId: round.id, variable, what }];
    }),
  );
}

function lossOf(was: DraftVariable, is: DraftVariable | undefined, roundKind: string): Loss | undefined {
  const before = sourceOf(was, roundKind);
  if (before === undefined) return undefined;
  if (is === undefined) return 'dropped';
  const after = sourceOf(is, roundKind);
  if (after === undefined) return 'notDue';
  return after === before ? undefined : 'source';
}

/** Closing leaves it where it is reported. */
function sourceOf({ sources }: DraftVariable, roundKind: string) {
  const source = sources[roundKind];
  return source === 'not_due' ? undefined : source;
}

/** Variables of these rounds whose values must meet another kind or range. */
export function tightened({ document }: Step, draft: DraftDocument): VariablePart[] {
  const before = new Map(variablesOf(document).map(({ key, part }) => [key, part]));
  return variablesOf(draft).filter(({ key, part }) => {
    const was = before.get(key);
    return (
      was !== undefined &&
      (['kind', 'decimals', 'min', 'max'] as const).some((field) => was[field] !== part[field])
    );
  });
}

/** Published variables that the draft has in another sub-indicator. */
export function movedVariables(published: PublishedYearState, draft: DraftDocument): VariablePart[] {
  const parent = ({ parents }: VariablePart) => parents.at(-1)?.key;
  const now = new Map(variablesOf(draft).map((variable) => [variable.key, parent(variable)]));
  return variablesOf(published.document).filter(
    (variable) => now.has(variable.key) && now.get(variable.key) !== parent(variable),
  );
}

/** Sub-indicators of these rounds that the draft has no longer. */
export function droppedSubIndicators({ document }: Step, draft: DraftDocument): SubIndicatorPart[] {
  const kept = new Set(subIndicatorsOf(draft).map(({ key }) => key));
  return subIndicatorsOf(document).filter(({ key }) => !kept.has(key));
}

function variablesOf(document: DraftDocument): VariablePart[] {
  return partsOf(document).filter((part) => part.kind === 'variable');
}

/** The keys of the sub-indicators that anything changed in or above; for telling those who report and certify them. */
export function touchedSubIndicators(before: DraftDocument, after: DraftDocument): Set<string> {
  const touched = new Set(
    differencesOf(before, after).flatMap(({ kind, key }) => (key === null ? [] : [`${kind} ${key}`])),
  );
  const isTouched = (sub: SubIndicatorPart) =>
    [...sub.parents, sub].some(({ kind, key }) => touched.has(`${kind} ${key}`)) ||
    sub.part.variables.some(({ key }) => touched.has(`variable ${key}`));
  return new Set(
    [...subIndicatorsOf(before), ...subIndicatorsOf(after)].filter(isTouched).map(({ key }) => key),
  );
}
