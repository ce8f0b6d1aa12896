import { z } from 'zod';
import { checkValue } from '../entries/rules.ts';
import type { ValueProblem } from '../entries/types.ts';
import { decimal } from '../framework/format.ts';
import { sourceIn } from '../framework/rules.ts';
import type { Framework, SubIndicator, Variable } from '../framework/types.ts';
import { type EntryFact, validateAuditScore } from '../scoring/index.ts';

const entry = z.strictObject({
  value: decimal.nullable(),
  status: z.enum(['unreported', 'pending', 'certified', 'rejected']).optional(),
});

/** The format of a values file, docs/framework-format.md: one office in one round. */
const valuesFile = z.strictObject({
  values: z.record(z.string(), z.record(z.string(), entry)),
  audit_scores: z.record(z.string(), decimal).default({}),
});

/** The same with null for whatever is not formed like that: a mistake in the form hides none in the contents. */
const wellFormed = z
  .object({
    values: z.record(z.string(), z.record(z.string(), entry.nullable().catch(null)).catch({})).catch({}),
    audit_scores: z.record(z.string(), decimal.nullable().catch(null)).catch({}),
  })
  .catch({ values: {}, audit_scores: {} });

type EntryDocument = z.output<typeof entry>;

/** What `scoreOffice` is told. `entries` by variable id, `audits` by sub-indicator id. */
export interface OfficeValues {
  entries: Map<string, EntryFact>;
  audits: Map<string, string>;
}

/**
 * Reads a values file for this framework and round kind. Values of what is not due in the round are checked and
 * carried along; they count for nothing. Answers the values, or every problem at once as `place: message`.
 */
export function readValues(
  json: unknown,
  framework: Framework,
  roundKind: string,
): OfficeValues | { problems: string[] } {
  const { values: given, audit_scores: scores } = wellFormed.parse(json);
  const entries = new Map<string, EntryFact>();
  const audits = new Map<string, string>();
  const problems = (valuesFile.safeParse(json).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(' > ') || 'file'}: ${message}`,
  );
  const subIndicators = new Map(framework.subIndicators.map((sub) => [sub.code, sub]));
  for (const [code, values] of Object.entries(given)) {
    const sub = subIndicators.get(code);
    if (sub === undefined) problems.push(`values > ${code}: there is no sub-indicator ${code}`);
    else
      problems.push(
        ...readEntries(values, sub, roundKind, entries).map((text) => `values > ${code} > ${text}`),
      );
  }
  for (const [code, text] of Object.entries(scores)) {
    const sub = subIndicators.get(code);
    if (sub === undefined) problems.push(`audit_scores > ${code}: there is no sub-indicator ${code}`);
    if (sub === undefined || text === null) continue;
    const audit = validateAuditScore(text);
    if (audit.ok) audits.set(sub.id, audit.score);
    else problems.push(`audit_scores > ${code}: ${text} is not a score from 1 to 5 with at most 4 decimals`);
  }
  return problems.length > 0 ? { problems } : { entries, audits };
}

function readEntries(
  values: Record<string, EntryDocument | null>,
  sub: SubIndicator,
  roundKind: string,
  entries: Map<string, EntryFact>,
): string[] {
  const problems: string[] = [];
  for (const [code, given] of Object.entries(values)) {
    const variable = sub.variables.find((one) => one.code === code);
    if (variable === undefined) {
      problems.push(`${code}: there is no variable ${code}`);
      continue;
    }
    if (given === null) continue;
    const fact = toFact(given, variable, roundKind);
    const problem = factProblem(fact, variable, roundKind);
    if (problem === undefined) entries.set(variable.id, fact);
    else problems.push(`${code}: ${problem}`);
  }
  return problems;
}

/** Without a status a value counts as reported, a central one as loaded; no value counts as unreported. */
function toFact({ value, status }: EntryDocument, variable: Variable, roundKind: string): EntryFact {
  const usual = sourceIn(variable, roundKind) === 'central' ? 'certified' : 'pending';
  return { value, status: status ?? (value === null ? 'unreported' : usual) };
}

/** The same limits as on the entry page, and only what the life of an entry admits. */
function factProblem(
  { value, status }: EntryFact,
  variable: Variable,
  roundKind: string,
): string | undefined {
  if (value === null && (status === 'pending' || status === 'certified')) return `${status} without a value`;
  if (value !== null && status === 'unreported') return 'unreported, but with a value';
  if (sourceIn(variable, roundKind) === 'central' && (status === 'pending' || status === 'rejected')) {
    return `central data are certified or unreported, not ${status}`;
  }
  const checked = checkValue(value ?? '', variable);
  return 'problem' in checked ? VALUE_PROBLEMS[checked.problem.key](variable) : undefined;
}

const VALUE_PROBLEMS: Record<ValueProblem['key'], (variable: Variable) => string> = {
  notANumber: () => 'is not a number',
  notWhole: () => 'must be a whole number',
  tooManyDecimals: ({ decimals }) => `has more than ${decimals} decimals`,
  notYesNo: () => 'must be 1 or 0',
  tooSmall: ({ min }) => `is less than ${min}`,
  tooLarge: ({ max }) => `is greater than ${max}`,
};
