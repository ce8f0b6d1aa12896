import { AppError, notFound } from '../../lib/errors.ts';
import { takeKey } from '../drafts/document.ts';
import { type Part, type PartKind, partsOf } from '../drafts/parts.ts';
import type { DraftDocument, DraftNode, DraftSubIndicator, DraftVariable } from '../drafts/types.ts';
import { nextCode, takenCodes } from './codes.ts';
import { type PartRef, parseRef, partAt, refOf } from './refs.ts';
import { twinOf } from './undivided.ts';

/*
 * The ways in which a draft is changed: each takes a document and answers a new one. Throws notFound where the part
 * is not there (any more), and a conflict where it cannot stand in the place that is asked for.
 */

/** Headings in headings: above any real framework, below what a file may be nested. */
const MAX_HEADINGS = 6;

type AnyPart = DraftNode | DraftSubIndicator | DraftVariable;
export type NodeFields = Pick<DraftNode, 'code' | 'name'>;
export type SubIndicatorFields = Omit<DraftSubIndicator, 'key' | 'variables'>;
/** Without the link to the year before, which nobody types. */
export type VariableFields = Omit<DraftVariable, 'key' | 'copied_from'>;
export type PartFields = NodeFields | SubIndicatorFields | VariableFields;

/** Adds a part at the end of what its parent has. Answers its key as well. */
export function addPart(
  document: DraftDocument,
  kind: PartKind,
  parentRef: PartRef | undefined,
  fields: PartFields,
): { document: DraftDocument; key: string } {
  const copy = structuredClone(document);
  const parent = parentIn(copy, kind, parentRef);
  const key = takeKey(copy);
  listBelow(copy, kind, parent).push({ key, ...emptyBelow(kind), ...fields } as AnyPart);
  return { document: copy, key };
}

/**
 * Gives a part other fields; what is below it stays. An undivided indicator and its only sub-indicator are one thing
 * to everybody: they keep having the same code and name.
 */
export function changeFields(document: DraftDocument, ref: PartRef, fields: PartFields): DraftDocument {
  const copy = structuredClone(document);
  const part = requirePart(copy, ref);
  const twin = twinOf(part);
  Object.assign(part.part, fields);
  if (twin !== undefined) Object.assign(twin, { code: part.part.code, name: part.part.name });
  return copy;
}

/** One place up or down among those beside it; at the end of the list nothing changes. */
export function stepPart(document: DraftDocument, ref: PartRef, direction: 'up' | 'down'): DraftDocument {
  const copy = structuredClone(document);
  const part = requirePart(copy, ref);
  const list = listBelow(copy, part.kind, part.parents.at(-1));
  const to = part.index + (direction === 'up' ? -1 : 1);
  if (to < 0 || to >= list.length) return document;
  list.splice(part.index, 1);
  list.splice(to, 0, part.part);
  return copy;
}

/** Hangs a part below another parent, or the same, before the part that is named or at the end. */
export function movePart(
  document: DraftDocument,
  ref: PartRef,
  to: { parent: PartRef | undefined; before: PartRef | undefined },
): DraftDocument {
  const copy = structuredClone(document);
  const part = requirePart(copy, ref);
  listBelow(copy, part.kind, part.parents.at(-1)).splice(part.index, 1);
  // it cannot be hung below itself: it is not there at this moment
  const parent = parentIn(copy, part.kind, to.parent, part);
  const list = listBelow(copy, part.kind, parent);
  const at = to.before === undefined ? list.length : list.findIndex(({ key }) => key === to.before?.key);
  if (at < 0) throw new AppError('conflict');
  list.splice(at, 0, part.part);
  return copy;
}

/** The same once more behind it, with all that is below, under new keys and free codes. Answers its key as well. */
export function duplicatePart(
  document: DraftDocument,
  ref: PartRef,
): { document: DraftDocument; key: string } {
  const copy = structuredClone(document);
  const original = requirePart(copy, ref);
  const parent = original.parents.at(-1);
  const twin = structuredClone(original.part);
  renew(copy, original.kind, parent, twin, new Map());
  listBelow(copy, original.kind, parent).splice(original.index + 1, 0, twin);
  return { document: copy, key: twin.key };
}

/** Takes a part out, with everything below it. */
export function removePart(document: DraftDocument, ref: PartRef): DraftDocument {
  const copy = structuredClone(document);
  const part = requirePart(copy, ref);
  listBelow(copy, part.kind, part.parents.at(-1)).splice(part.index, 1);
  return copy;
}

/**
 * Brings a part of the published framework back to where it stood, with what was below it and is nowhere else in
 * the draft. A conflict where what it hung on is gone, too.
 */
export function restorePart(document: DraftDocument, published: DraftDocument, ref: PartRef): DraftDocument {
  const part = requirePart(published, ref);
  if (partAt(document, ref) !== undefined) return document;
  const copy = structuredClone(document);
  const present = new Set(partsOf(copy).map(refOf));
  const parent = part.parents.at(-1);
  const list = listBelow(copy, part.kind, parentIn(copy, part.kind, parent && parseRef(refOf(parent))));
  const before = listBelow(published, part.kind, parent).slice(0, part.index);
  const keys = new Set(before.map(({ key }) => key));
  const at = list.findLastIndex(({ key }) => keys.has(key)) + 1;
  list.splice(at, 0, withoutPresent(structuredClone(part.part), present));
  return copy;
}

/** Where a part of this kind may hang: every possible parent, in the order of the page. */
export function parentsFor(draft: DraftDocument, kind: PartKind, self?: Part): Part[] {
  return partsOf(draft).filter((parent) => mayHang(kind, parent, self) && !isWithin(parent, self));
}

/** Whether a part of this kind may hang there: a heading has no sub-indicators of its own (format). */
export function mayHang(kind: PartKind, parent: Part | undefined, self?: Part): boolean {
  if (kind === 'dimension') return parent === undefined;
  if (parent === undefined) return false;
  if (kind === 'variable') return parent.kind === 'sub_indicator';
  if (kind === 'sub_indicator') return parent.kind === 'indicator' && parent.part.indicators.length === 0;
  if (parent.kind === 'dimension') return true;
  const depth = parent.parents.length + (self === undefined ? 0 : headingsBelow(self));
  return parent.kind === 'indicator' && parent.part.sub_indicators.length === 0 && depth < MAX_HEADINGS;
}

function headingsBelow({ part }: Part): number {
  const depth = (node: DraftNode): number => Math.max(0, ...node.indicators.map((below) => 1 + depth(below)));
  return 'indicators' in part ? depth(part) : 0;
}

function isWithin(parent: Part, self: Part | undefined): boolean {
  return self !== undefined && [parent, ...parent.parents].some((above) => refOf(above) === refOf(self));
}

function requirePart(document: DraftDocument, ref: PartRef): Part {
  const part = partAt(document, ref);
  if (part === undefined) throw notFound();
  return part;
}

function parentIn(
  document: DraftDocument,
  kind: PartKind,
  ref: PartRef | undefined,
  self?: Part,
): Part | undefined {
  const parent = partAt(document, ref);
  if ((ref !== undefined && parent === undefined) || !mayHang(kind, parent, self))
    throw new AppError('conflict');
  return parent;
}

/** The list that parts of this kind stand in below the parent. */
function listBelow(document: DraftDocument, kind: PartKind, parent: Part | undefined): AnyPart[] {
  if (parent === undefined) return document.dimensions;
  if (parent.kind === 'variable') throw new AppError('conflict');
  if (parent.kind === 'sub_indicator') return parent.part.variables;
  return kind === 'sub_indicator' ? parent.part.sub_indicators : parent.part.indicators;
}

function emptyBelow(kind: PartKind): object {
  if (kind === 'variable') return { copied_from: null };
  return kind === 'sub_indicator' ? { variables: [] } : { indicators: [], sub_indicators: [] };
}

/** New keys, and codes that nobody has: those that began with the old code of what is above begin with the new one. */
function renew(
  document: DraftDocument,
  kind: PartKind,
  parent: Part | undefined,
  part: AnyPart,
  renamed: Map<string, string>,
): void {
  part.key = takeKey(document);
  if (kind === 'variable') {
    if ('copied_from' in part) part.copied_from = null;
    // within a copied sub-indicator the formula goes on naming them
    if (renamed.size === 0) part.code = nextCode(part.code, takenCodes(document, kind, parent));
    return;
  }
  const old = part.code;
  const taken = takenCodes(document, kind, parent);
  for (const [was, code] of renamed) if (was.startsWith(`${kind} `)) taken.add(code);
  part.code = renamedCode(old, taken, renamed);
  renamed.set(`${kind} ${old}`, part.code);
  const below: [PartKind, AnyPart[]][] =
    'variables' in part
      ? [['variable', part.variables]]
      : 'indicators' in part
        ? [
            ['indicator', part.indicators],
            ['sub_indicator', part.sub_indicators],
          ]
        : [];
  for (const [kindBelow, list] of below) {
    for (const one of list) renew(document, kindBelow, parent, one, renamed);
  }
}

function renamedCode(old: string, taken: ReadonlySet<string>, renamed: ReadonlyMap<string, string>): string {
  for (const [was, is] of [...renamed].reverse()) {
    const oldCode = was.slice(was.indexOf(' ') + 1);
    const code =
      old === oldCode ? is : old.startsWith(`${oldCode}.`) ? is + old.slice(oldCode.length) : undefined;
    if (code !== undefined && code.length <= 20 && !taken.has(code)) return code;
  }
  return nextCode(old, taken);
}

function withoutPresent<Any extends AnyPart>(part: Any, present: ReadonlySet<string>): Any {
  if ('variables' in part) {
    part.variables = part.variables.filter(({ key }) => !present.has(`variable-${key}`));
  } else if ('indicators' in part) {
    const isAbsent = ({ key }: { key: string }) => !present.has(`node-${key}`);
    part.indicators = part.indicators.filter(isAbsent).map((below) => withoutPresent(below, present));
    part.sub_indicators = part.sub_indicators.filter(isAbsent).map((below) => withoutPresent(below, present));
  }
  return part;
}
