import { isDeepStrictEqual } from 'node:util';
import { fieldsOf } from '../drafts/differences.ts';
import { type Part, type PartKind, partsOf } from '../drafts/parts.ts';
import type { DraftDocument } from '../drafts/types.ts';
import type { PartFields } from './edits.ts';
import { type PartRef, partAt, refOf } from './refs.ts';

/*
 * A form that is sent twice at once, as without script a double click does: the second one finds what the first one
 * made. `since`: the draft's next key when the form was filled, so that what stood there before is not meant.
 */

/** The part that the same form has added already; undefined where it has not. */
export function madeBefore(
  document: DraftDocument,
  { kind, parent, fields }: { kind: PartKind; parent: PartRef | undefined; fields: PartFields },
  since: number,
): Part | undefined {
  const above = partAt(document, parent);
  return newParts(document, kind, above, since).find((part) => {
    const now = fieldsOf(part);
    return isDeepStrictEqual(now, { ...now, ...fields });
  });
}

/** The duplicate of a part that the same form has made already; undefined where it has not. */
export function copiedBefore(document: DraftDocument, ref: PartRef, since: number): Part | undefined {
  const original = partAt(document, ref);
  if (original === undefined) return undefined;
  const wanted = withoutNames(original.part);
  return newParts(document, original.kind, original.parents.at(-1), since).find(
    (part) => part.key !== original.key && isDeepStrictEqual(withoutNames(part.part), wanted),
  );
}

function newParts(document: DraftDocument, kind: PartKind, above: Part | undefined, since: number): Part[] {
  const place = above && refOf(above);
  return partsOf(document).filter((part) => {
    const parent = part.parents.at(-1);
    return part.kind === kind && (parent && refOf(parent)) === place && numberOf(part.key) >= since;
  });
}

/** Of a new key its number; an id of what is published came before all of them. */
function numberOf(key: string): number {
  return key.startsWith('n') ? Number(key.slice(1)) : 0;
}

/** A duplicate has other keys and codes, and nobody copied it from the year before. */
function withoutNames(part: object): unknown {
  const own = new Set(['key', 'code', 'copied_from']);
  return JSON.parse(JSON.stringify(part, (name, value) => (own.has(name) ? undefined : value)));
}
