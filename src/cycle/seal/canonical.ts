import { createHash } from 'node:crypto';

/** What a canonical form is made of: numbers are whole, decimals are strings. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * The one text of a value: JSON without spaces, keys in the order of their code units. Who writes the same value
 * writes the same bytes, in any language.
 */
export function canonicalText(value: Plain): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new RangeError(`${value} has no exact form`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`;
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] ?? null)}`);
  return `{${fields.join(',')}}`;
}

/** SHA-256 over the bytes of a text in UTF-8, as 64 hexadecimal digits. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** A hash in groups that can be read out and compared: `1a2b 3c4d …`. */
export function inGroups(hash: string): string {
  return (hash.match(/.{1,4}/g) ?? []).join(' ');
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
