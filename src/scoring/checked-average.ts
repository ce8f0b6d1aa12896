import { divideHalfUp, fromScaled, toScaled } from '../lib/decimal.ts';
import { SCORE_PLACES } from './criteria.ts';

/** Values of the mean needed for levels 2, 3, 4, 5 (R205). */
const CHECKED_THRESHOLDS: readonly string[] = ['2', '3', '4', '5'];

export interface CheckedAverage {
  /** 2 decimals, half-up; lists drop its trailing zeros (R208). */
  average: string;
  /** 1–5, decided by the unrounded mean. */
  level: number;
}

/** KPI-ONLINE (Scores 9): the mean of the checked scores and its level; null where nothing was checked yet. */
export function averageOfChecked(
  scores: readonly string[],
  thresholds: readonly string[] = CHECKED_THRESHOLDS,
): CheckedAverage | null {
  if (scores.length === 0) return null;
  const count = BigInt(scores.length);
  const sum = scores.reduce((total, score) => total + toScaled(score, SCORE_PLACES), 0n);
  const reached = thresholds.findLastIndex((value) => sum >= toScaled(value, SCORE_PLACES) * count);
  const perHundredth = 10n ** BigInt(SCORE_PLACES - 2);
  return { average: fromScaled(divideHalfUp(sum, count * perHundredth), 2), level: reached + 2 };
}
