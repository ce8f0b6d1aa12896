import { createHash } from 'node:crypto';

/** Of a part's fields as somebody saw them: two are the same where nothing changed in between. */
export function fingerprintOf(fields: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(fields)))
    .digest('base64url')
    .slice(0, 16);
}

/** PostgreSQL gives back the fields of a JSON object in an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, inner]) => [name, sorted(inner)]);
}
