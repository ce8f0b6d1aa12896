import { toScaled } from '../lib/decimal.ts';
import { type CriterionPoint, isReached, RESULT_PLACES, statedLevels } from './criteria.ts';
import { parseFormula } from './formula.ts';
import { shortest } from './fraction.ts';
import { isReported } from './reasons.ts';
import type { Facts, Level, ScoredSubIndicator, ScoredVariable, SubIndicatorScore } from './types.ts';

/** Decimals of the steps of a numerator that is not a whole number (money has two). */
const STEP_PLACES = 2;
const UNIT = 10n ** BigInt(RESULT_PLACES);

/** What is still missing to the next stated level. */
export interface Distance {
  /** The level that will be reached. */
  level: Level;
  /** The result it needs. */
  target: string;
  /** How far the result is from it, in the result's unit, never negative. */
  distance: string;
  /** The same in numbers of the numerator, for formulas of the form `a / b * 100` only. */
  numerator: NumeratorDistance | null;
}

export interface NumeratorDistance {
  variableId: string;
  /** The value that is needed while the denominator stays as it is. */
  target: string;
  /** What has to be added, negative where less is better; whole for a whole number, else up to 2 decimals. */
  change: string;
}

/**
 * The distance to the next stated level above the one held; null without a result, at level 5, or where every
 * level left has been reached. Below all levels one holds level 1 already, so the distance is that to the next one;
 * of equal neighbours the highest is named. `score` is what `scoreSubIndicator` answered for the same facts.
 */
export function distanceToNextLevel(
  sub: ScoredSubIndicator,
  score: SubIndicatorScore,
  facts: Facts,
): Distance | null {
  const points = statedLevels(sub.criteria);
  if (score.placement === null || points === null) return null;
  const x = toScaled(score.placement.x, RESULT_PLACES);
  const held = score.placement.from?.level ?? 1;
  const next = points.find((point) => point.level > held && !isReached(x, point.value, sub.direction));
  const goal = next && points.findLast((point) => point.value === next.value);
  if (!goal) return null;
  const gap = goal.value > x ? goal.value - x : x - goal.value;
  return {
    level: goal.level,
    target: shortest(goal.value, RESULT_PLACES),
    distance: shortest(gap, RESULT_PLACES),
    numerator: numeratorDistance(sub, goal, facts),
  };
}

function numeratorDistance(
  sub: ScoredSubIndicator,
  goal: CriterionPoint,
  facts: Facts,
): NumeratorDistance | null {
  const codes = sub.variables.map((variable) => variable.code);
  const { ratio } = parseFormula(sub.formula, codes);
  const numerator = sub.variables.find((variable) => variable.code === ratio?.numerator);
  const denominator = sub.variables.find((variable) => variable.code === ratio?.denominator);
  if (!numerator || !denominator) return null;
  const a = reportedValue(numerator, facts);
  const b = reportedValue(denominator, facts);
  if (a === null || b === null || b <= 0n || goal.value < 0n) return null;
  const places = numerator.kind === 'number' ? STEP_PLACES : 0;
  const step = 10n ** BigInt(RESULT_PLACES - places);
  // goal · b / 100 is the numerator needed, scaled twice; the nearest step on the good side of it.
  const needed = goal.value * b;
  const size = 100n * UNIT * step;
  const roundUp = sub.direction === 'more' && needed % size > 0n;
  const steps = needed / size + (roundUp ? 1n : 0n);
  return {
    variableId: numerator.id,
    target: shortest(steps * step, RESULT_PLACES),
    change: shortest(steps * step - a, RESULT_PLACES),
  };
}

/** Scaled by 10^15. */
function reportedValue(variable: ScoredVariable, facts: Facts): bigint | null {
  const fact = facts.get(variable.id);
  return isReported(fact) ? toScaled(fact.value, RESULT_PLACES) : null;
}
