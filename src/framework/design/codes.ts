import { type Part, type PartKind, partsOf } from '../drafts/parts.ts';
import type { DraftDocument } from '../drafts/types.ts';

const MAX_LENGTH = 20;

/** The first free code after this one: `11.2` → `11.3`, `a` → `b`, `O-NET` → `O-NET-2`. */
export function nextCode(code: string, taken: ReadonlySet<string>): string {
  let next = code;
  do next = following(next);
  while (taken.has(next));
  return next;
}

function following(code: string): string {
  const [, before = '', digits] = /^(.*?)(\d{1,9})$/.exec(code) ?? [];
  if (digits !== undefined) return shortened(before, String(Number(digits) + 1));
  if (/^[a-y]$/i.test(code)) return String.fromCodePoint((code.codePointAt(0) ?? 0) + 1);
  return shortened(code, '-2');
}

function shortened(before: string, end: string): string {
  return before.slice(0, MAX_LENGTH - end.length) + end;
}

/** The codes that parts of this kind have: variables within their sub-indicator, others in the whole framework. */
export function takenCodes(draft: DraftDocument, kind: PartKind, parent: Part | undefined): Set<string> {
  if (kind === 'variable') {
    return new Set(parent?.kind === 'sub_indicator' ? parent.part.variables.map(({ code }) => code) : []);
  }
  return new Set(partsOf(draft).flatMap((part) => (part.kind === kind ? [part.part.code] : [])));
}

/** A code for a new part at the end of its parent's list: it goes on counting. */
export function proposedCode(draft: DraftDocument, kind: PartKind, parent: Part | undefined): string {
  const taken = takenCodes(draft, kind, parent);
  const last = siblingsIn(draft, kind, parent).at(-1);
  if (last !== undefined && last !== '') return nextCode(last, taken);
  const first = firstCode(draft, kind, parent);
  return taken.has(first) ? nextCode(first, taken) : first;
}

function siblingsIn(draft: DraftDocument, kind: PartKind, parent: Part | undefined): string[] {
  const parts = partsOf(draft).filter((part) => part.kind === kind);
  return parts.flatMap(({ parents, part }) =>
    parents.at(-1)?.part.key === parent?.part.key ? [part.code] : [],
  );
}

function firstCode(draft: DraftDocument, kind: PartKind, parent: Part | undefined): string {
  if (kind === 'dimension') return '1';
  if (kind === 'variable') return 'a';
  if (kind === 'sub_indicator') return parent?.part.code || '1';
  if (parent?.kind === 'indicator') return `${parent.part.code}.1`.slice(0, MAX_LENGTH);
  // indicators count on through all dimensions
  const before = partsOf(draft).filter((part) => part.kind === 'indicator' && part.parents.length === 1);
  const last = before.at(-1)?.part.code;
  return last ? nextCode(last, takenCodes(draft, kind, parent)) : '1';
}
