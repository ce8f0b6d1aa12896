import {
  FormulaError,
  formulaBounds,
  formulaName,
  type Limits,
  parseFormula,
  unreachableLevels,
} from '../scoring/index.ts';
import type { DraftSubIndicator } from './draft.ts';
import type { CriteriaDocument } from './format.ts';
import { type Problem, problem } from './problems.ts';

/** The formula can be read, uses every variable, and gives results that meet the criteria. */
export function formulaProblems(sub: DraftSubIndicator): Problem[] {
  const { fields, variables, place, path } = sub;
  const { formula } = fields;
  if (formula === undefined) return [];
  const codes = variables.flatMap((variable) => variable.fields.code ?? []);
  const allReadable = codes.length === variables.length;
  try {
    const used = new Set(parseFormula(formula, codes).codes);
    const unused = variables.filter(({ fields: { code } }) => {
      return allReadable && code !== undefined && !used.has(code) && formulaName(code) !== null;
    });
    return [
      ...unused.map((variable) => {
        const at = { place: `${place} > variable ${variable.fields.code}`, path: [...variable.path, 'code'] };
        return problem(at, 'unused_variable', 'unusedVariable', { formula });
      }),
      ...resultProblems(sub, formula),
    ];
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    if (error.reason === 'unknown_name' && !allReadable) return [];
    const values = { formula, detail: error.detail ?? '' };
    return [problem({ place, path: [...path, 'formula'] }, 'formula', `formula_${error.reason}`, values)];
  }
}

/** What the limits of the variables leave possible: a divisor of 0, levels out of reach. */
function resultProblems({ fields, variables, place, path }: DraftSubIndicator, formula: string): Problem[] {
  const limits = new Map<string, Limits>();
  for (const { fields: variable } of variables) {
    const { code, min, max } = variable;
    if (code !== undefined && min !== undefined && max !== undefined) limits.set(code, { min, max });
  }
  const bounds = formulaBounds(formula, limits);
  if (bounds === null) return [];
  const { criteria, criteria_by_round: byRound = {}, direction } = fields;
  const at = { place, path: [...path, 'formula'] };
  const divisors = [
    ...bounds.alwaysZero.map((divisor) =>
      problem(at, 'division_by_zero_always', 'divisionByZeroAlways', { divisor }),
    ),
    ...bounds.zeroDivisors.map((divisor) => problem(at, 'division_by_zero', 'divisionByZero', { divisor })),
  ];
  if (direction === undefined) return divisors;
  const levels = (where: string, field: (string | number)[], stated: CriteriaDocument): Problem[] => {
    const out = unreachableLevels(stated, direction, bounds);
    const limit = direction === 'more' ? bounds.high : bounds.low;
    if (out.length === 0 || limit === null) return [];
    const text = direction === 'more' ? 'unreachableHigh' : 'unreachableLow';
    const values = { levels: out.join(', '), limit };
    return [problem({ place: where, path: [...path, ...field] }, 'level_unreachable', text, values)];
  };
  return [
    ...divisors,
    ...(criteria === undefined ? [] : levels(`${place} > criteria`, ['criteria'], criteria)),
    ...Object.entries(byRound).flatMap(([kind, stated]) =>
      levels(`${place} > criteria_by_round > ${kind}`, ['criteria_by_round', kind], stated),
    ),
  ];
}
