import { checkValue } from '../../entries/rules.ts';
import type { ValueProblem } from '../../entries/types.ts';
import type { SubIndicator } from '../../framework/types.ts';
import { describeScore, type ScoreExplanation } from '../../scores/explanation.ts';
import { type Facts, type Levels, type ScoredSubIndicator, scoreSubIndicator } from '../../scoring/index.ts';

/** What the typed values of a sub-indicator give. */
export interface Calculation {
  explanation: ScoreExplanation;
  /** By variable: values that its kind and limits do not admit; they count as not typed. */
  problems: ReadonlyMap<string, ValueProblem>;
  /** Level 1–5 that the result holds; null: there is no result. */
  level: number | null;
}

/**
 * The score of a sub-indicator for typed values, computed as for a report in which all of them are certified: in rounds
 * of the kind, or with the criteria of all rounds where there is none. `texts` by variable. Nothing is stored.
 */
export function calculate(
  sub: SubIndicator,
  roundKind: string,
  texts: ReadonlyMap<string, string>,
): Calculation {
  const problems = new Map<string, ValueProblem>();
  const facts: Facts = new Map(
    sub.variables.flatMap((variable) => {
      const checked = checkValue(texts.get(variable.id) ?? '', variable);
      if ('problem' in checked) {
        problems.set(variable.id, checked.problem);
        return [];
      }
      const { value } = checked;
      return value === null ? [] : [[variable.id, { value, status: 'certified' as const }]];
    }),
  );
  const scored = scoredFor(sub, roundKind);
  const score = scoreSubIndicator(scored, facts, null);
  const explanation = describeScore({ subIndicator: sub, scored, facts, score, rejections: new Map() });
  const level = score.placement === null ? null : (score.placement.from?.level ?? 1);
  return { explanation, problems, level };
}

const NO_CRITERIA: Levels = ['', null, null, null, ''];

/** The sub-indicator as if it were due. */
function scoredFor(sub: SubIndicator, roundKind: string): ScoredSubIndicator {
  const { id, code, weight, formula, direction, wholeLevels, resultUnit } = sub;
  const criteria = sub.criteria.get(roundKind) ?? sub.criteria.get('') ?? NO_CRITERIA;
  const variables = sub.variables.map((variable) => {
    const source = variable.sources.get(roundKind) ?? ('office' as const);
    return { id: variable.id, code: variable.code, kind: variable.kind, source };
  });
  return { id, code, weight, formula, direction, wholeLevels, resultUnit, criteria, variables };
}
