import type { SubIndicator } from '../framework/types.ts';
import { trimZeros } from '../lib/decimal.ts';
import {
  type ExplainedInput,
  type Explanation,
  explainSubIndicator,
  type Facts,
  type ScoredSubIndicator,
  type SubIndicatorScore,
  weightedColumn,
} from '../scoring/index.ts';

/** A number put into the formula, with the words that stand beside it. */
export interface DescribedInput extends ExplainedInput {
  variableName: string;
  unit: string;
  /** Why the certifier rejected it. */
  rejection: string | null;
}

/** Everything that views/partials/explanation.ejs shows about one score (Scores 8). */
export interface ScoreExplanation extends Explanation {
  code: string;
  name: string;
  inputs: DescribedInput[];
  /** The formula with the numbers put in; `?` stands for a missing one. */
  substituted: string;
  /** weight × certified score ÷ 100, 4 decimals. */
  weighted: string;
  /** Variables of other bureaus were left out, and with them the result. */
  partial: boolean;
}

export interface ScoreToDescribe {
  subIndicator: SubIndicator;
  /** The same, as it is due in the round and applies to the office. */
  scored: ScoredSubIndicator;
  facts: Facts;
  score: SubIndicatorScore;
  /** Rejection texts by variable. */
  rejections: ReadonlyMap<string, string>;
}

/** The explanation of a score as the page, the print and the command line show it; nothing is computed anew. */
export function describeScore(what: ScoreToDescribe): ScoreExplanation {
  const { subIndicator, scored, facts, score, rejections } = what;
  const explanation = explainSubIndicator(scored, facts, score);
  const inputs = explanation.inputs.map((input) => {
    const variable = subIndicator.variables.find((one) => one.id === input.variableId);
    const { name: variableName = '', unit = '' } = variable ?? {};
    return { ...input, variableName, unit, rejection: rejections.get(input.variableId) ?? null };
  });
  return {
    ...explanation,
    code: subIndicator.code,
    name: subIndicator.name,
    weight: trimZeros(explanation.weight),
    inputs,
    substituted: substitute(explanation.formula, inputs),
    weighted: weightedColumn(explanation.weight, score.certified),
    partial: false,
  };
}

/**
 * The same for a reader who may see some of the variables only: without the others, their numbers and their own
 * scores, and without the result, from which they could be told. Why a score is 1.0000 stays: that is the status word.
 */
export function withoutForeign(
  explanation: ScoreExplanation,
  maySee: (variableId: string) => boolean,
): ScoreExplanation {
  const { inputs, score } = explanation;
  const seen = ({ variableId }: { variableId: string }) => maySee(variableId);
  const reasonsOf = (reasons: SubIndicatorScore['reasons']) =>
    reasons.map((reason) => ({ ...reason, variableIds: reason.variableIds.filter(maySee) }));
  return {
    ...explanation,
    inputs: inputs.filter(seen),
    substituted: '',
    partial: true,
    score: {
      ...{ ...score, result: null, noResult: null, placement: null, percent: null },
      selfReasons: reasonsOf(score.selfReasons),
      reasons: reasonsOf(score.reasons),
      variables: score.variables.filter(seen),
    },
  };
}

function substitute(formula: string, inputs: readonly DescribedInput[]): string {
  const values = new Map(inputs.map((input) => [input.name, input.value]));
  return formula.replace(/[A-Za-z_][A-Za-z0-9_]*/g, (name) => {
    if (!values.has(name)) return name;
    const value = values.get(name) ?? null;
    if (value === null) return '?';
    return value.startsWith('-') ? `(${trimZeros(value)})` : trimZeros(value);
  });
}
