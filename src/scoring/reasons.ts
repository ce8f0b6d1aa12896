import { isDecimal } from '../lib/decimal.ts';
import type { EntryFact, NoResult, Reason, ScoredVariable, VariableScore, WhyOne } from './types.ts';

/**
 * Which of several reasons is named first: what the office must act on before what others owe, and a result that
 * certification would not help before mere waiting.
 */
const WHY_ONE_PRECEDENCE: readonly WhyOne[] = [
  'rejected',
  'unreported',
  'central_missing',
  'no_result',
  'pending',
];

export type EntryReason = VariableScore['reason'];

/** Whether the entry carries a value that counts for the self-assessed score; `NaN` is none. */
export function isReported(fact: EntryFact | undefined): fact is EntryFact & { value: string } {
  return fact !== undefined && fact.status !== 'unreported' && fact.value !== null && isDecimal(fact.value);
}

/** Why an entry does not count as certified, or null. A status that is not known never counts as certified. */
export function entryReason(variable: ScoredVariable, fact: EntryFact | undefined): EntryReason {
  const reported = isReported(fact);
  if (reported && fact.status === 'certified') return null;
  if (variable.source === 'central') return 'central_missing';
  if (fact?.status === 'rejected') return 'rejected';
  return reported ? 'pending' : 'unreported';
}

/** Everything that keeps a certified score at 1.0000, foremost first. */
export function certifiedReasons(variables: readonly VariableScore[], noResult: NoResult | null): Reason[] {
  const reasons: Reason[] = [];
  if (noResult === null && variables.every((v) => v.reason === null)) return reasons;
  for (const reason of WHY_ONE_PRECEDENCE) {
    const variableIds = variables.filter((v) => v.reason === reason).map((v) => v.variableId);
    const holds = variableIds.length > 0 || (reason === 'no_result' && isOwnFault(noResult));
    if (holds) reasons.push({ reason, variableIds });
  }
  return reasons;
}

/** Everything that keeps a self-assessed score at 1.0000: values that are not there, or no result from them. */
export function selfReasons(missing: readonly ScoredVariable[], noResult: NoResult | null): Reason[] {
  const reasons: Reason[] = [];
  if (noResult === null && missing.length === 0) return reasons;
  for (const [reason, source] of [
    ['unreported', 'office'],
    ['central_missing', 'central'],
  ] as const) {
    const variableIds = missing.filter((v) => v.source === source).map((v) => v.id);
    if (variableIds.length > 0) reasons.push({ reason, variableIds });
  }
  if (isOwnFault(noResult)) reasons.push({ reason: 'no_result', variableIds: [] });
  return reasons;
}

/** A missing value is told by the entry's own reason; anything else is the formula's or the numbers' doing. */
function isOwnFault(noResult: NoResult | null): boolean {
  return noResult !== null && noResult.reason !== 'missing_value';
}
