import { findPart, type Part, partsOf, spaceOf } from '../drafts/parts.ts';
import type { DraftDocument } from '../drafts/types.ts';

/** Which part is meant, in an address or a form: `node-12`, `variable-n3`. */
export interface PartRef {
  space: 'node' | 'variable';
  key: string;
}

/** `node-12` as a reference; undefined for what is none. */
export function parseRef(text: string): PartRef | undefined {
  const match = /^(node|variable)-(n?\d{1,18})$/.exec(text);
  if (match === null) return undefined;
  const [, space, key = ''] = match;
  return { space: space === 'variable' ? 'variable' : 'node', key };
}

/** A part's reference as text. */
export function refOf({ kind, key }: Pick<Part, 'kind' | 'key'>): string {
  return `${spaceOf(kind)}-${key}`;
}

/** What the browser keeps of a part that was not published belongs to this draft: another one counts anew. */
export function keptWith({ id }: { id: string }, ref: string): string {
  return ref.includes('-n') ? `:${id}` : '';
}

/** The part that a reference means. */
export function partAt(draft: DraftDocument, ref: PartRef | undefined): Part | undefined {
  return ref === undefined ? undefined : findPart(draft, ref.space, ref.key);
}

/** Everything below a part, in the order of the page. */
export function partsBelow(draft: DraftDocument, part: Part): Part[] {
  return partsOf(draft).filter(({ parents }) => parents.some((above) => refOf(above) === refOf(part)));
}
