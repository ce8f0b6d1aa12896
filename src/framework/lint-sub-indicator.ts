import { compareDecimals, isDecimal } from '../lib/decimal.ts';
import { checkCriteria } from '../scoring/index.ts';
import type { DraftFramework, DraftSubIndicator } from './draft.ts';
import type { CriteriaDocument } from './format.ts';
import type { KnownThings } from './known.ts';
import { formulaProblems } from './lint-formula.ts';
import { withDescendants } from './lint-tree.ts';
import { variableProblems } from './lint-variable.ts';
import { type Placed, type Problem, problem } from './problems.ts';

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
    ...openProblems(sub),
  ]);
}

function criteriaProblems(
  { fields, variables, place, path }: DraftSubIndicator,
  kinds: readonly string[],
): Problem[] {
  const { criteria, criteria_by_round: byRound = {}, direction } = fields;
  const problems: Problem[] = [];
  if (criteria !== undefined) {
    const at = { place: `${place} > criteria`, path: [...path, 'criteria'] };
    problems.push(...levelProblems(at, criteria, direction));
  }
  for (const [kind, levels] of Object.entries(byRound)) {
    const where = {
      place: `${place} > criteria_by_round > ${kind}`,
      path: [...path, 'criteria_by_round', kind],
    };
    problems.push(...levelProblems(where, levels, direction));
    if (!kinds.includes(kind))
      problems.push(problem(where, 'unknown_round', 'unknownRound', { round: kind }));
  }
  const areReadable = 'criteria' in fields && 'criteria_by_round' in fields;
  if (criteria !== undefined || !areReadable) return problems;
  const isDue = (kind: string) => variables.some(({ fields: { sources } }) => isDueSource(sources?.[kind]));
  for (const kind of kinds) {
    if (byRound[kind] !== undefined || !isDue(kind)) continue;
    const at = { place, path: [...path, 'criteria'] };
    problems.push(problem(at, 'criteria_missing', 'criteriaMissing', { round: kind }));
  }
  return problems;
}

function levelProblems(
  at: Placed,
  levels: CriteriaDocument,
  direction: 'more' | 'less' | undefined,
): Problem[] {
  const found = checkCriteria(levels, direction ?? 'more').flatMap(({ level, problem: fault }): Problem[] => {
    if (fault === 'missing') return [problem(at, 'criteria_level_missing', 'levelMissing', { level })];
    if (direction === undefined) return [];
    const text = direction === 'more' ? 'levelOrderMore' : 'levelOrderLess';
    return [problem(at, 'criteria_order', text, { level })];
  });
  return [...found, ...equalLevels(at, levels)];
}

/** Allowed, but of two stated levels with one value the lower is never given. */
function equalLevels(at: Placed, levels: CriteriaDocument): Problem[] {
  const stated = levels.flatMap((value, index) =>
    value !== null && isDecimal(value) ? [{ level: index + 1, value }] : [],
  );
  return stated.slice(1).flatMap((next, index) => {
    const lower = stated[index];
    if (lower === undefined || compareDecimals(lower.value, next.value) !== 0) return [];
    // below the first level everybody has level 1
    const text = lower.level === 1 ? 'levelsEqualFirst' : 'levelsEqual';
    return [problem(at, 'levels_equal', text, { ...lower, next: next.level })];
  });
}

/** Types of offices that are there; at least one, or a single office. */
function officeTypeProblems(
  { fields, place, path }: DraftSubIndicator,
  known: KnownThings | null,
): Problem[] {
  const at = { place: `${place} > office_types`, path: [...path, 'office_types'] };
  if (isWithoutScope(fields)) return [problem(at, 'missing', 'noScope')];
  if (known === null) return [];
  const types = known.officeTypes.join(', ') || '–';
  return (fields.office_types ?? [])
    .filter((type) => !known.officeTypes.includes(type))
    .map((type) => problem(at, 'unknown_office_type', 'unknownOfficeType', { type, types }));
}

/** Neither types of offices nor single offices: nobody was thought of, which is not the same as nobody being there. */
export function isWithoutScope({
  office_types: types,
  office_exceptions: exceptions,
}: DraftSubIndicator['fields']): boolean {
  const isReadable = types !== undefined && exceptions !== undefined;
  return isReadable && types.length === 0 && !exceptions.some(({ included }) => included);
}

/** Single offices are there, and named once. */
function officeExceptionProblems(
  { fields, place, path }: DraftSubIndicator,
  known: KnownThings | null,
): Problem[] {
  const named = (fields.office_exceptions ?? []).map(({ office }) => office);
  const at = { place: `${place} > office_exceptions`, path: [...path, 'office_exceptions'] };
  const twice = [...new Set(named.filter((office, index) => named.indexOf(office) !== index))];
  const unknown =
    known === null ? [] : named.filter((code) => !known.offices.some((one) => one.code === code));
  return [
    ...twice.map((office) => problem(at, 'duplicate_code', 'officeTwice', { office })),
    ...unknown.map((office) => problem(at, 'unknown_office', 'unknownOffice', { office })),
  ];
}

/** All variables of the formula are due in a round kind, or none (Due and applicable). */
function dueProblems({ variables, place, path }: DraftSubIndicator, kinds: readonly string[]): Problem[] {
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
    const values = { round: kind, due: due.join(', '), notDue: notDue.join(', ') };
    return [problem({ place, path: [...path, 'variables'] }, 'mixed_due', 'mixedDue', values)];
  });
}

/** A closed variable is not due in any round: with open ones beside it the formula could never be computed. */
function openProblems({ variables, place, path }: DraftSubIndicator): Problem[] {
  const named = (isOpen: boolean) =>
    variables.filter(({ fields: { open } }) => open === isOpen).map(({ fields: { code } }) => code ?? '?');
  const [open, closed] = [named(true), named(false)];
  if (open.length === 0 || closed.length === 0) return [];
  const values = { open: open.join(', '), closed: closed.join(', ') };
  return [problem({ place, path: [...path, 'variables'] }, 'mixed_open', 'mixedOpen', values)];
}

function isDueSource(source: string | undefined): boolean {
  return source === 'office' || source === 'central';
}
