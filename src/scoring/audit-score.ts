import { compareDecimals, isDecimal, roundHalfUp } from '../lib/decimal.ts';
import { SCORE_PLACES } from './criteria.ts';

export type AuditScoreCheck =
  | { ok: true; score: string }
  | { ok: false; problem: 'not_a_number' | 'out_of_range' | 'too_many_decimals' };

/** A score that a certifier typed for AUDIT: 1–5 with up to 4 decimals (R144); given back with 4 decimals. */
export function validateAuditScore(text: string): AuditScoreCheck {
  const typed = text.trim();
  // a sign may be a slip: 1–5 has none
  if (!isDecimal(typed) || typed.startsWith('+')) return { ok: false, problem: 'not_a_number' };
  if (compareDecimals(typed, '1') < 0 || compareDecimals(typed, '5') > 0)
    return { ok: false, problem: 'out_of_range' };
  const decimals = typed.split('.')[1] ?? '';
  if (decimals.length > SCORE_PLACES) return { ok: false, problem: 'too_many_decimals' };
  return { ok: true, score: roundHalfUp(typed, SCORE_PLACES) };
}
