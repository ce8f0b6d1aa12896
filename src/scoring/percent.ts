import { divideHalfUp, fromScaled, toScaled } from '../lib/decimal.ts';
import { SCORE_PLACES } from './criteria.ts';

/** "ร้อยละ" of a score: score ÷ 5 × 100 with 2 decimals (Scores 5), e.g. `3.3333` → `66.67`. */
export function percentOfScore(score: string): string {
  return fromScaled(divideHalfUp(toScaled(score, SCORE_PLACES) * 20n, 100n), 2);
}
