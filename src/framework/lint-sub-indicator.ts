import {
  checkCriteria,
  FormulaError,
  type FormulaReason,
  formulaName,
  parseFormula,
} from '../scoring/index.ts';
import type { DraftFramework, DraftSubIndicator } from './draft.ts';
import type { CriteriaDocument } from './format.ts';
import type { KnownThings } from './known.ts';
import { withDescendants } from './lint-tree.ts';
import { variableProblems } from './lint-variable.ts';
import type { Problem } from './problems.ts';

/** Every sub-indicator by itself: formula, criteria, what is due when, and its variables. */
export function subIndicatorProblems(framework: DraftFramework, known: KnownThings | null): Problem[] {
  const kinds = framework.rounds.flatMap(({ fields }) => fields.kind ?? []);
  const subIndicators = framework.dimensions.flatMap(withDescendants).flatMap((node) => node.subIndicators);
  return subIndicators.flatMap((sub) => [
    ...formulaProblems(sub),
    ...criteriaProblems(sub, kinds),
    ...officeTypeProblems(sub, known),
    ...officeExceptionProblems(sub, known),
    ...sub.variables.flatMap((variable) => variableProblems(variable, kinds, known)),
    ...dueProblems(sub, kinds),
  ]);
}

function formulaProblems({ fields, variables, place }: DraftSubIndicator): Problem[] {
  const { formula } = fields;
  if (formula === undefined) return [];
  const codes = variables.flatMap((variable) => variable.fields.code ?? []);
  const allReadable = codes.length === variables.length;
  try {
    const used = new Set(parseFormula(formula, codes).codes);
    const unused = allReadable ? codes.filter((code) => !used.has(code) && formulaName(code) !== null) : [];
    return unused.map((code) => ({
      place: `${place} > variable ${code}`,
      code: 'unused_variable',
      message: `does not appear in the formula "${formula}"`,
    }));
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    if (error.reason === 'unknown_name' && !allReadable) return [];
    return [
      {
        place,
        code: 'formula',
        message: `the formula "${formula}" ${FORMULA_FAULTS[error.reason](error.detail)}`,
      },
    ];
  }
}

const FORMULA_FAULTS: Record<FormulaReason, (detail: string | null) => string> = {
  empty: () => 'is empty',
  too_long: () => 'is longer than 500 characters',
  too_deep: () => 'is nested deeper than 20 levels',
  forbidden_character: (detail) => `contains the character "${detail}", which formulas do not know`,
  forbidden_number: (detail) => `contains "${detail}", which is no plain number`,
  forbidden_node: (detail) => `contains "${detail}", which formulas do not know`,
  forbidden_operator: (detail) => `uses the operator "${detail}"; there are only + - * /`,
  forbidden_function: (detail) => `calls "${detail}"; there are only sum, avg, min, max, count and steps`,
  wrong_arguments: (detail) => `calls "${detail}" without arguments`,
  unknown_name: (detail) => `names "${detail}", which is no variable of this sub-indicator`,
  ambiguous_name: (detail) => `names "${detail}", which stands for more than one variable`,
  syntax: (detail) => `cannot be read: ${detail}`,
};

function criteriaProblems(
  { fields, variables, place }: DraftSubIndicator,
  kinds: readonly string[],
): Problem[] {
  const { criteria, criteria_by_round: byRound = {}, direction } = fields;
  const problems: Problem[] = [];
  if (criteria !== undefined) problems.push(...levelProblems(`${place} > criteria`, criteria, direction));
  for (const [kind, levels] of Object.entries(byRound)) {
    const where = `${place} > criteria_by_round > ${kind}`;
    problems.push(...levelProblems(where, levels, direction));
    if (!kinds.includes(kind))
      problems.push({ place: where, code: 'unknown_round', message: `the year has no round ${kind}` });
  }
  const areReadable = 'criteria' in fields && 'criteria_by_round' in fields;
  if (criteria !== undefined || !areReadable) return problems;
  const isDue = (kind: string) => variables.some(({ fields: { sources } }) => isDueSource(sources?.[kind]));
  for (const kind of kinds) {
    if (byRound[kind] !== undefined || !isDue(kind)) continue;
    problems.push({ place, code: 'criteria_missing', message: `has no criteria for the round ${kind}` });
  }
  return problems;
}

function levelProblems(
  place: string,
  levels: CriteriaDocument,
  direction: 'more' | 'less' | undefined,
): Problem[] {
  return checkCriteria(levels, direction ?? 'more').flatMap(({ level, problem }): Problem[] => {
    if (problem === 'missing') {
      return [{ place, code: 'criteria_level_missing', message: `level ${level} is missing` }];
    }
    if (direction === undefined) return [];
    const order = direction === 'more' ? 'rise' : 'fall';
    const message = `the value of level ${level} runs against the direction: values must ${order} from level to level`;
    return [{ place, code: 'criteria_order', message }];
  });
}

function officeTypeProblems({ fields, place }: DraftSubIndicator, known: KnownThings | null): Problem[] {
  if (known === null) return [];
  return (fields.office_types ?? [])
    .filter((type) => !known.officeTypes.includes(type))
    .map((type) => ({
      place: `${place} > office_types`,
      code: 'unknown_office_type',
      message: `there is no office of the type "${type}"; there are ${known.officeTypes.join(', ') || 'none'}`,
    }));
}

/** Single offices are there, and named once. */
function officeExceptionProblems({ fields, place }: DraftSubIndicator, known: KnownThings | null): Problem[] {
  const named = (fields.office_exceptions ?? []).map(({ office }) => office);
  const where = `${place} > office_exceptions`;
  const twice = [...new Set(named.filter((office, at) => named.indexOf(office) !== at))];
  const unknown =
    known === null ? [] : named.filter((code) => !known.offices.some((one) => one.code === code));
  return [
    ...twice.map((office): Problem => {
      return {
        place: where,
        code: 'duplicate_code',
        message: `the office "${office}" is named more than once`,
      };
    }),
    ...unknown.map((office): Problem => {
      return {
        place: where,
        code: 'unknown_office',
        message: `there is no office with the code "${office}"`,
      };
    }),
  ];
}

/** All variables of the formula are due in a round kind, or none (Due and applicable). */
function dueProblems({ variables, place }: DraftSubIndicator, kinds: readonly string[]): Problem[] {
  return kinds.flatMap((kind): Problem[] => {
    const named = (due: boolean) =>
      variables
        .filter(
          ({ fields: { sources } }) => sources?.[kind] !== undefined && isDueSource(sources[kind]) === due,
        )
        .map(({ fields: { code } }) => code ?? '?');
    const due = named(true);
    const notDue = named(false);
    if (due.length === 0 || notDue.length === 0) return [];
    const message = `in the round ${kind} ${due.join(', ')} is due but ${notDue.join(', ')} is not: all or none`;
    return [{ place, code: 'mixed_due', message }];
  });
}

function isDueSource(source: string | undefined): boolean {
  return source === 'office' || source === 'central';
}
