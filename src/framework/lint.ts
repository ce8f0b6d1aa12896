import type { z } from 'zod';
import { lint as english } from '../i18n/en/lint.ts';
import { type Path, placeOf, readDraft, valueAt } from './draft.ts';
import { type FrameworkDocument, frameworkDocument } from './format.ts';
import type { KnownThings } from './known.ts';
import { roundProblems } from './lint-rounds.ts';
import { scopeProblems } from './lint-scope.ts';
import { subIndicatorProblems } from './lint-sub-indicator.ts';
import { treeProblems } from './lint-tree.ts';
import { type Problem, type ProblemText, problem } from './problems.ts';

/** The typed document, or every error; warnings with both. */
export type Linted = { warnings: Problem[] } & ({ document: FrameworkDocument } | { problems: Problem[] });

// Far above any real framework, far below what would exhaust the stack.
const MAX_DEPTH = 40;

/**
 * Checks a framework file completely: its shape and all rules. Answers the typed document, or every error at once, and
 * what is merely strange beside it. Bureaus and office types are checked only where they are known. Never throws,
 * whatever `json` is.
 */
export function lintFramework(json: unknown, known: KnownThings | null): Linted {
  if (isDeeper(json, MAX_DEPTH)) {
    const problems = [problem({ place: 'file' }, 'too_deep', 'tooDeep', { limit: MAX_DEPTH })];
    return { problems, warnings: [] };
  }
  const parsed = frameworkDocument.safeParse(json);
  const draft = readDraft(json);
  const found = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => shapeProblems(json, issue)),
    ...roundProblems(draft),
    ...treeProblems(draft),
    ...subIndicatorProblems(draft, known),
    ...scopeProblems(draft, known),
  ];
  const problems = found.filter(({ severity }) => severity === 'error');
  const warnings = found.filter(({ severity }) => severity === 'warning');
  return problems.length === 0 && parsed.success
    ? { document: parsed.data, warnings }
    : { problems, warnings };
}

function isDeeper(json: unknown, limit: number): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}

function shapeProblems(json: unknown, issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path as Path;
  const at = { place: placeOf(json, path), path };
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => problem(at, 'unknown_field', 'unknownField', { field: key.slice(0, 40) }));
  }
  if (issue.code === 'invalid_key') {
    return [misshapen(at, issue.issues[0] ?? issue)];
  }
  if (valueAt(json, path) !== undefined) return [misshapen(at, issue)];
  const isVariable = path.at(-3) === 'variables';
  if (isVariable && path.at(-1) === 'bureau') return [problem(at, 'uncertified', 'uncertified')];
  return [problem(at, 'missing', 'missing')];
}

const TEXTS = new Map(
  Object.entries(english.text).flatMap(([text, words]) =>
    text.startsWith('shape') ? [[words as string, text as ProblemText]] : [],
  ),
);

/** In the words of the format; in the checker's own where they say enough. */
function misshapen(at: Parameters<typeof problem>[0], issue: z.core.$ZodIssue): Problem {
  const wrong = (text: ProblemText, values = {}) => problem(at, 'wrong_shape', text, values);
  const own = TEXTS.get(issue.message);
  if (own !== undefined) return wrong(own);
  if (issue.code === 'invalid_type') return wrong('shapeType', { expected: issue.expected });
  if (issue.code === 'invalid_value') return wrong('shapeChoice', { choices: issue.values.join(', ') });
  if (issue.code === 'too_small') return wrong('shapeSmall', { limit: String(issue.minimum) });
  if (issue.code !== 'too_big') return wrong('shape', { what: issue.message });
  const limit = String(issue.maximum);
  return wrong(issue.origin === 'string' ? 'shapeLong' : 'shapeLarge', { limit });
}
