import { divideHalfUp, fromScaled, trimZeros } from '../lib/decimal.ts';

/** An exact rational number; d > 0, except in `NOTHING`. Not reduced: a formula is too short for that to matter. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

/** What a division by zero gives; every operation on it gives it again. */
export const NOTHING: Fraction = { n: 0n, d: 0n };

/** The fraction of a plain decimal (see `isDecimal`). */
export function toFraction(decimal: string): Fraction {
  const dot = decimal.indexOf('.');
  if (dot < 0) return { n: BigInt(decimal), d: 1n };
  const places = decimal.length - dot - 1;
  return { n: BigInt(decimal.slice(0, dot) + decimal.slice(dot + 1)), d: 10n ** BigInt(places) };
}

/** Rounded half-up to `places` decimals, scaled by 10^`places`. Not for `NOTHING`. */
export function scaleFraction(x: Fraction, places: number): bigint {
  return divideHalfUp(x.n * 10n ** BigInt(places), x.d);
}

/** a + b. */
export function add(a: Fraction, b: Fraction): Fraction {
  return a.d === b.d ? { n: a.n + b.n, d: a.d } : { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
}

/** a − b. */
export function subtract(a: Fraction, b: Fraction): Fraction {
  return add(a, negate(b));
}

/** −a. */
export function negate(a: Fraction): Fraction {
  return { n: -a.n, d: a.d };
}

/** a · b. */
export function multiply(a: Fraction, b: Fraction): Fraction {
  return { n: a.n * b.n, d: a.d * b.d };
}

/** a ÷ b; `NOTHING` where b is zero. */
export function divide(a: Fraction, b: Fraction): Fraction {
  if (b.n === 0n) return NOTHING;
  return b.n < 0n ? { n: -a.n * b.d, d: -a.d * b.n } : { n: a.n * b.d, d: a.d * b.n };
}

/** a < b. Not for `NOTHING`, which is neither less nor more than anything. */
export function isLess(a: Fraction, b: Fraction): boolean {
  return a.n * b.d < b.n * a.d;
}

/** Not for `NOTHING`, which would be one. */
export function isOne(a: Fraction): boolean {
  return a.n === a.d;
}

/** A scaled whole number as the shortest decimal. */
export function shortest(value: bigint, places: number): string {
  return trimZeros(fromScaled(value, places));
}
