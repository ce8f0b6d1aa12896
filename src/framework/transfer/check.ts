import { readHeader } from '../draft.ts';
import { draftFromDocument } from '../drafts/document.ts';
import type { DraftDocument } from '../drafts/types.ts';
import type { KnownThings } from '../known.ts';
import { lintFramework } from '../lint.ts';
import type { Problem, ProblemCode } from '../problems.ts';
import { refusal } from './read-file.ts';
import type { FileIssue, FileRefusal, ReadFile } from './types.ts';

/** With these the draft could not hold what the file says, or nobody could tell which part is meant. */
const REFUSES: ReadonlySet<ProblemCode> = new Set([
  'too_deep',
  'wrong_shape',
  'unknown_field',
  'duplicate_code',
  'unknown_office_type',
  'unknown_office',
  'unknown_bureau',
  'ambiguous_bureau',
]);

/** Which year of this system a file is about, or why it is not for it. */
export function yearOf({ json }: ReadFile, system: string): number | FileRefusal {
  const { system: named, fiscal_year: fiscalYear } = readHeader(json);
  if (named !== undefined && named !== system) {
    return refusal('otherSystem', { named: named.slice(0, 40), system });
  }
  return fiscalYear ?? refusal('noYear');
}

/**
 * Everything that is wrong with a file, in its order; the draft it makes, under new keys. What only an unfinished
 * framework has (weights that are not 100, a missing formula) does not refuse it.
 */
export function checkFile(
  file: ReadFile,
  target: { system: string; fiscalYear: number; known: KnownThings },
): { issues: FileIssue[]; document: DraftDocument } {
  const linted = lintFramework(file.json, target.known);
  const problems = [...('problems' in linted ? linted.problems : []), ...linted.warnings];
  const issues = [...file.issues, ...problems.map((problem) => issueOf(problem, file))];
  return { issues, document: draftFromDocument(file.json, target) };
}

function issueOf({ severity, code, place, paths, text, values }: Problem, { locate }: ReadFile): FileIssue {
  const weight = severity === 'warning' ? 'warning' : REFUSES.has(code) ? 'refuses' : 'later';
  // of something that is there twice, the second one
  const path = code === 'duplicate_code' ? paths.at(-1) : paths[0];
  const found = locate?.(path ?? []);
  return { weight, place: found ?? { path: place }, text: { lint: text, values } };
}
