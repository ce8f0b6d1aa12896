/**
 * Exact decimals. Everywhere in the application a decimal is a string as PostgreSQL's `numeric` prints it
 * (`-12.50`): no floating point, no exponent. To calculate, it becomes a bigint scaled by a power of ten.
 * Rounding is always half-up, ties away from zero, as PostgreSQL's `round(numeric)` does (domain rules, Scores).
 */

const DECIMAL = /^[+-]?\d+(?:\.\d+)?$/;

/** Whether the text is a plain decimal: optional sign, digits, optional fraction; no spaces, no exponent. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** `text` rounded half-up to `places` decimals, e.g. `roundHalfUp('2.66665', 4)` = `'2.6667'`. Throws RangeError. */
export function roundHalfUp(text: string, places: number): string {
  return fromScaled(toScaled(text, places), places);
}

/** -1, 0 or 1, as `a` is less than, equal to or greater than `b` by value. Throws RangeError. */
export function compareDecimals(a: string, b: string): -1 | 0 | 1 {
  const places = Math.max(fractionOf(a).length, fractionOf(b).length);
  const x = toScaled(a, places);
  const y = toScaled(b, places);
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

/** The same number without trailing zeros: `3.5000` → `3.5`, `75.00` → `75`, `100` → `100`. */
export function trimZeros(text: string): string {
  if (!text.includes('.')) return text;
  let end = text.length;
  while (text.charAt(end - 1) === '0') end -= 1;
  return text.slice(0, text.charAt(end - 1) === '.' ? end - 1 : end);
}

/** `text` × 10^`places` as a whole number, rounded half-up. Throws RangeError if the text is no decimal. */
export function toScaled(text: string, places: number): bigint {
  if (!isDecimal(text)) throw new RangeError(`Not a decimal: ${text.slice(0, 40)}`);
  const negative = text.startsWith('-');
  const digits = negative || text.startsWith('+') ? text.slice(1) : text;
  const fraction = fractionOf(digits);
  const whole = fraction === '' ? digits : digits.slice(0, -fraction.length - 1);
  const kept = BigInt(whole + fraction.slice(0, places).padEnd(places, '0'));
  const size = fraction.charAt(places) >= '5' ? kept + 1n : kept;
  return negative ? -size : size;
}

/** The inverse of `toScaled`, with exactly `places` decimals; zero never carries a sign. */
export function fromScaled(value: bigint, places: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const sign = value < 0n ? '-' : '';
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** `numerator / denominator` as a whole number, rounded half-up (ties away from zero). Throws for a zero denominator. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const size = (2n * n + d) / (2n * d);
  return numerator < 0n === denominator < 0n ? size : -size;
}

function fractionOf(text: string): string {
  const dot = text.indexOf('.');
  return dot < 0 ? '' : text.slice(dot + 1);
}
