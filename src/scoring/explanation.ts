import { formulaName } from './formula.ts';
import { isReported } from './reasons.ts';
import type { EntryStatus, Facts, ScoredSubIndicator, SubIndicatorScore, VariableScore } from './types.ts';

/** One of the numbers put into the formula. */
export interface ExplainedInput extends VariableScore {
  code: string;
  /** As written in the formula: `a`, `v1`. */
  name: string | null;
  source: 'office' | 'central';
  /** Null where nothing was reported. */
  value: string | null;
  status: EntryStatus;
}

/** How a score came about (Scores 8); `score` holds result, placement, reasons and AUDIT. */
export interface Explanation {
  formula: string;
  inputs: ExplainedInput[];
  resultUnit: string | null;
  direction: ScoredSubIndicator['direction'];
  wholeLevels: boolean;
  criteria: ScoredSubIndicator['criteria'];
  weight: string;
  score: SubIndicatorScore;
}

/**
 * The explanation of a score, as plain data that can be sent as JSON. Nothing is computed here: it lays the scored
 * sub-indicator and its facts beside what `scoreSubIndicator` answered for them.
 */
export function explainSubIndicator(
  sub: ScoredSubIndicator,
  facts: Facts,
  score: SubIndicatorScore,
): Explanation {
  const inputs: ExplainedInput[] = [];
  for (const [index, variable] of sub.variables.entries()) {
    const variableScore = score.variables[index];
    if (!variableScore) continue;
    const fact = facts.get(variable.id);
    inputs.push({
      ...variableScore,
      code: variable.code,
      name: formulaName(variable.code),
      source: variable.source,
      value: isReported(fact) ? fact.value : null,
      status: fact?.status ?? 'unreported',
    });
  }
  const { formula, resultUnit, direction, wholeLevels, criteria, weight } = sub;
  return { formula, inputs, resultUnit, direction, wholeLevels, criteria, weight, score };
}
