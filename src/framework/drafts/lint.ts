import type { Path } from '../draft.ts';
import type { KnownThings } from '../known.ts';
import { lintFramework } from '../lint.ts';
import type { Problem } from '../problems.ts';
import { plainDocument } from './document.ts';
import { type Part, type PartKind, partsOf, spaceOf } from './parts.ts';
import type { DraftDocument } from './types.ts';

/** A part of a draft as a problem names it. */
export interface ConcernedPart {
  /** `node-12`, `variable-n3`. */
  ref: string;
  kind: PartKind;
  code: string;
  name: string;
}

/** A problem of a draft, and the parts that it is about. */
export interface DraftProblem extends Problem {
  /** Empty: the titles, the rounds, or the framework as a whole. */
  parts: ConcernedPart[];
  /** The field of the part, of the header, or of a round, as the format calls it; null: the part itself. */
  field: string | null;
  /** The kind of the round that it is about; null: none. */
  round: string | null;
}

const LISTS = {
  dimension: 'dimensions',
  indicator: 'indicators',
  sub_indicator: 'sub_indicators',
  variable: 'variables',
} as const;

/** Everything that is wrong or strange in a draft, errors first, each in the order of the page. */
export function lintDraft(draft: DraftDocument, known: KnownThings): DraftProblem[] {
  const linted = lintFramework(plainDocument(draft), known);
  const problems = 'problems' in linted ? linted.problems : [];
  const parts = new Map(partsOf(draft).map((part) => [pathOf(part).join('/'), part]));
  return [...problems, ...linted.warnings].map((problem) => concerning(problem, draft, parts));
}

function concerning(problem: Problem, draft: DraftDocument, parts: ReadonlyMap<string, Part>): DraftProblem {
  const concerned = new Map<string, ConcernedPart>();
  let field: string | null = null;
  let round: string | null = null;
  for (const path of problem.paths) {
    const { part, rest } = nearest(path, parts);
    const isRound = part === undefined && rest[0] === 'rounds';
    const name = isRound ? rest[2] : rest[0];
    field = typeof name === 'string' ? name : null;
    if (isRound && typeof rest[1] === 'number') round = draft.rounds[rest[1]]?.kind ?? null;
    if (part === undefined) continue;
    const ref = `${spaceOf(part.kind)}-${part.key}`;
    concerned.set(ref, { ref, kind: part.kind, code: part.part.code, name: part.part.name });
  }
  return { ...problem, parts: [...concerned.values()], field, round };
}

/** The innermost part on the way, and what of the way lies within it. */
function nearest(path: Path, parts: ReadonlyMap<string, Part>): { part: Part | undefined; rest: Path } {
  for (let length = path.length; length > 0; length -= 1) {
    const part = parts.get(path.slice(0, length).join('/'));
    if (part !== undefined) return { part, rest: path.slice(length) };
  }
  return { part: undefined, rest: path };
}

function pathOf(part: Part): Path {
  return [...part.parents, part].flatMap(({ kind, index }) => [LISTS[kind], index]);
}
