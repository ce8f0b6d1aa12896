import type { z } from 'zod';
import { type Path, placeOf, readDraft, valueAt } from './draft.ts';
import { type FrameworkDocument, frameworkDocument } from './format.ts';
import type { KnownThings } from './known.ts';
import { roundProblems } from './lint-rounds.ts';
import { subIndicatorProblems } from './lint-sub-indicator.ts';
import { treeProblems } from './lint-tree.ts';
import type { Problem } from './problems.ts';

export type Linted = { document: FrameworkDocument } | { problems: Problem[] };

// Far above any real framework, far below what would exhaust the stack.
const MAX_DEPTH = 40;

/**
 * Checks a framework file completely: its shape and all rules. Answers the typed document, or every problem at
 * once. Bureaus and office types are checked only where they are known. Never throws, whatever `json` is.
 */
export function lintFramework(json: unknown, known: KnownThings | null): Linted {
  if (isDeeper(json, MAX_DEPTH)) {
    return {
      problems: [{ place: 'file', code: 'too_deep', message: `is nested deeper than ${MAX_DEPTH} levels` }],
    };
  }
  const parsed = frameworkDocument.safeParse(json);
  const draft = readDraft(json);
  const problems = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => shapeProblems(json, issue)),
    ...roundProblems(draft),
    ...treeProblems(draft),
    ...subIndicatorProblems(draft, known),
  ];
  return problems.length === 0 && parsed.success ? { document: parsed.data } : { problems };
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
  const place = placeOf(json, issue.path as Path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      place,
      code: 'unknown_field',
      message: `there is no field "${key.slice(0, 40)}" here`,
    }));
  }
  if (issue.code === 'invalid_key') {
    return [{ place, code: 'wrong_shape', message: issue.issues[0]?.message ?? issue.message }];
  }
  if (valueAt(json, issue.path as Path) === undefined) {
    return [{ place, code: 'missing', message: 'is missing' }];
  }
  return [{ place, code: 'wrong_shape', message: issue.message }];
}
