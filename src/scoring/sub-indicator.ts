import { compareDecimals, fromScaled, roundHalfUp } from '../lib/decimal.ts';
import { levelScore, placeOnCriteria, RESULT_PLACES, SCORE_PLACES, statedLevels } from './criteria.ts';
import { type ParsedFormula, parseFormula } from './formula.ts';
import { FormulaError } from './formula-error.ts';
import { type Fraction, scaleFraction, shortest, toFraction } from './fraction.ts';
import { percentOfScore } from './percent.ts';
import { certifiedReasons, entryReason, isReported, selfReasons } from './reasons.ts';
import type {
  EntryFact,
  Facts,
  NoResult,
  Placement,
  ScoredSubIndicator,
  ScoredVariable,
  SubIndicatorScore,
  VariableScore,
} from './types.ts';

/** What everything counts as that is not reported, not certified or not computable. */
const LOWEST_SCORE = levelScore(1);

interface Computed {
  /** Scaled by 10^15. */
  result: bigint | null;
  noResult: NoResult | null;
  placement: Placement | null;
}

/**
 * Scores one sub-indicator of one office (Scores 1–6). `facts` may hold the entries of the whole office;
 * `audit` is the score given by AUDIT, if any. Never throws for a bad formula or bad criteria: that is `noResult`.
 */
export function scoreSubIndicator(
  sub: ScoredSubIndicator,
  facts: Facts,
  audit: string | null,
): SubIndicatorScore {
  const computed = compute(sub, facts);
  const missing = sub.variables.filter((variable) => !isReported(facts.get(variable.id)));
  const held = selfReasons(missing, computed.noResult);
  const selfAssessed = computed.placement && missing.length === 0 ? computed.placement.score : LOWEST_SCORE;
  const entries = sub.variables.map((variable) => scoreEntry(variable, facts.get(variable.id), selfAssessed));
  const reasons = audit === null ? certifiedReasons(entries, computed.noResult) : [];
  const isCertified = reasons.length === 0 && sub.variables.length > 0;
  const given = audit === null ? null : roundHalfUp(audit, SCORE_PLACES);
  const certified = given ?? (isCertified ? selfAssessed : LOWEST_SCORE);
  return {
    id: sub.id,
    code: sub.code,
    result: computed.result === null ? null : shortest(computed.result, RESULT_PLACES),
    noResult: computed.noResult,
    placement: computed.placement,
    percent: percentOf(sub, computed.result, selfAssessed),
    selfAssessed,
    selfReasons: held,
    certified,
    reason: reasons[0]?.reason ?? null,
    reasons,
    audit: given,
    anySaved: missing.length < sub.variables.length,
    variables: entries.map((entry) => shareCertified(entry, certified)),
  };
}

function compute(sub: ScoredSubIndicator, facts: Facts): Computed {
  const none = { result: null, placement: null };
  const { formula, operands, points } = prepared(sub);
  if ('reason' in formula) return { ...none, noResult: formula };
  const { values, missing } = valuesOf(operands, facts);
  if (missing.length > 0) return { ...none, noResult: { reason: 'missing_value', variableIds: missing } };
  const exact = formula.evaluate(values);
  if (exact.d === 0n) return { ...none, noResult: { reason: 'division_by_zero' } };
  const result = scaleFraction(exact, RESULT_PLACES);
  if (points === null) return { result, placement: null, noResult: { reason: 'criteria' } };
  return {
    result,
    placement: placeOnCriteria(result, points, sub.direction, sub.wholeLevels),
    noResult: null,
  };
}

/** What of a sub-indicator is the same for every office. */
interface Prepared {
  formula: ParsedFormula | NoResult;
  /** The variables that the formula uses, in the order in which it takes their values. */
  operands: readonly ScoredVariable[];
  points: ReturnType<typeof statedLevels>;
}

// Shared by many offices, and asked at every page, save and decision; it is not changed afterwards.
const known = new WeakMap<ScoredSubIndicator, Prepared>();

function prepared(sub: ScoredSubIndicator): Prepared {
  const before = known.get(sub);
  if (before !== undefined) return before;
  const formula = parseOrReason(sub);
  const codes = 'reason' in formula ? [] : formula.codes;
  const operands = codes.flatMap((code) => sub.variables.find((variable) => variable.code === code) ?? []);
  const made = { formula, operands, points: statedLevels(sub.criteria) };
  known.set(sub, made);
  return made;
}

function parseOrReason(sub: ScoredSubIndicator): ParsedFormula | NoResult {
  try {
    return parseFormula(
      sub.formula,
      sub.variables.map((variable) => variable.code),
    );
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return { reason: 'formula', formulaReason: error.reason, detail: error.detail };
  }
}

function valuesOf(operands: readonly ScoredVariable[], facts: Facts) {
  const values: Fraction[] = [];
  const missing: string[] = [];
  for (const { id } of operands) {
    const fact = facts.get(id);
    if (isReported(fact)) values.push(toFraction(fact.value));
    else missing.push(id);
  }
  return { values, missing };
}

/** Scores 3 and 4, as far as the entry itself goes; the certified score still has to be shared. */
function scoreEntry(variable: ScoredVariable, fact: EntryFact | undefined, shared: string): VariableScore {
  const own = variable.kind === 'yes_no' || variable.kind === 'level';
  const selfAssessed = own ? ownScore(variable, fact) : shared;
  const reason = entryReason(variable, fact);
  const certified = own && reason === null ? selfAssessed : LOWEST_SCORE;
  return { variableId: variable.id, own, selfAssessed, certified, reason };
}

function ownScore(variable: ScoredVariable, fact: EntryFact | undefined): string {
  if (!isReported(fact)) return LOWEST_SCORE;
  if (variable.kind === 'yes_no') return levelScore(compareDecimals(fact.value, '1') === 0 ? 5 : 1);
  if (compareDecimals(fact.value, '1') <= 0) return levelScore(1);
  return compareDecimals(fact.value, '5') >= 0 ? levelScore(5) : roundHalfUp(fact.value, SCORE_PLACES);
}

function shareCertified(entry: VariableScore, certified: string): VariableScore {
  return entry.own || entry.reason !== null ? entry : { ...entry, certified };
}

function percentOf(sub: ScoredSubIndicator, result: bigint | null, score: string): string | null {
  if (sub.resultUnit !== 'percent') return percentOfScore(score);
  return result === null ? null : roundHalfUp(fromScaled(result, RESULT_PLACES), 2);
}
