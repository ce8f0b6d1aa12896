import type { Variable } from '../framework/types.ts';
import { compareDecimals } from '../lib/decimal.ts';
import { decimalsOf, parseTypedNumber } from '../lib/numbers.ts';
import { entryWindow } from '../rounds/rules.ts';
import type { Round } from '../rounds/types.ts';
import { reporterMay } from './transitions.ts';
import type { Entry, LockReason, TypedValue, ValueProblem } from './types.ts';

/**
 * Why this person may not type into the entry now, or null where the box is white
 * (manual KRS 2558, R75, R84–R87): assigned, the window open or a permit running, and not certified.
 */
export function lockReason(
  entry: Pick<Entry, 'source' | 'status' | 'value' | 'permitUntil'>,
  assigned: boolean,
  round: Round,
  now: Date,
): LockReason | null {
  if (entry.source === 'central') return 'central';
  if (!reporterMay('save', entry)) return 'certified';
  const permitted = entry.permitUntil !== null && now < entry.permitUntil;
  const window = entryWindow(round, now);
  if (window !== 'open' && !permitted) return window;
  return assigned ? null : 'notAssigned';
}

export type CheckedValue = { value: string | null } | { problem: ValueProblem };

/**
 * Reads a typed value for its variable: empty means no value. Yes/no takes 1 or 0, whole numbers no
 * decimals, and everything lies within the variable's range (manual KRS 2562, R78–R80).
 */
export function checkValue(text: string, variable: Variable): CheckedValue {
  if (text.trim() === '') return { value: null };
  const value = parseTypedNumber(text);
  if (value === undefined) return problem('notANumber');
  if (variable.kind === 'yes_no') return value === '0' || value === '1' ? { value } : problem('notYesNo');
  if (decimalsOf(value) > variable.decimals) {
    return variable.decimals === 0
      ? problem('notWhole')
      : problem('tooManyDecimals', { decimals: variable.decimals });
  }
  if (compareDecimals(value, variable.min) < 0) return problem('tooSmall', range(variable));
  if (compareDecimals(value, variable.max) > 0) return problem('tooLarge', range(variable));
  return { value };
}

/** Whether two values are the same number; `45`, `45.00` and none against none. */
export function sameValue(left: string | null, right: string | null): boolean {
  if (left === null || right === null) return left === right;
  return compareDecimals(left, right) === 0;
}

/** A typed value that is what the form started from: nobody touched this box. */
export function isUntouched(typed: TypedValue, value: string | null): boolean {
  return sameValue(value, typed.baseValue);
}

function problem(key: ValueProblem['key'], values: ValueProblem['values'] = {}): CheckedValue {
  return { problem: { key, values } };
}

function range(variable: Variable): ValueProblem['values'] {
  return { min: variable.min, max: variable.max };
}
