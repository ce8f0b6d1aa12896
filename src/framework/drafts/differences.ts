import { isDeepStrictEqual } from 'node:util';
import { type Part, type PartKind, partsOf, placeOfPart, spaceOf } from './parts.ts';
import type { DraftDocument } from './types.ts';

/** Fields by their name in the format; beside them `parent`, `position` and `below`. */
export type Fields = Record<string, unknown>;

/** One part that differs between two documents with the same keys. */
export interface Difference {
  what: 'added' | 'removed' | 'changed';
  kind: PartKind | 'header' | 'round';
  /** Null: the header, or a round, which is known by its kind. */
  key: string | null;
  /** Readable, by codes: `C1 › 1 › 1.1 › a`; of a round its kind. */
  place: string;
  /** All fields of what was removed, those that differ of what changed; null: it was not there. */
  before: Fields | null;
  after: Fields | null;
}

/**
 * What a document has become: one difference for each part that was added, removed or changed. What was added or
 * removed along with the part above it is only counted there (`below`). A part that moved differs in `parent` (where
 * it hangs) or, among those that stayed beside it, in `position` (from 1).
 */
export function differencesOf(before: DraftDocument, after: DraftDocument): Difference[] {
  return [
    ...compare({ kind: 'header', key: null, place: '' }, titlesOf(before), titlesOf(after)),
    ...roundDifferences(before, after),
    ...partDifferences(before, after),
  ];
}

/**
 * The same differences, with one of its own for every part that came or went along with the part above it, behind that
 * one: for whoever reads a file before it is taken over.
 */
export function everyPart(
  differences: readonly Difference[],
  { before, after }: { before: DraftDocument; after: DraftDocument },
): Difference[] {
  const [old, now] = [indexed(before), indexed(after)];
  // what moved away from a part that is gone is told as moved
  const came = [...now].flatMap(([id, part]) => (old.has(id) ? [] : [part]));
  const went = [...old].flatMap(([id, part]) => (now.has(id) ? [] : [part]));
  const parts = { added: came, removed: went };
  return differences.flatMap((one) => {
    if (one.what === 'changed' || one.kind === 'header' || one.kind === 'round') return [one];
    const { what } = one;
    const id = idOf({ kind: one.kind, key: one.key ?? '' });
    const withIt = (part: Part) => [part, ...part.parents].some((other) => idOf(other) === id);
    return parts[what].filter(withIt).map((part) => {
      const fields = { ...fieldsOf(part), parent: placeAbove(part) };
      return {
        what,
        ...about(part),
        before: what === 'added' ? null : fields,
        after: what === 'added' ? fields : null,
      };
    });
  });
}

/** The fields of a part itself, without key and what is below it. */
export function fieldsOf({ kind, part }: Pick<Part, 'kind' | 'part'>): Fields {
  const { key: _, ...fields } = part as unknown as Fields;
  if (kind === 'variable') return fields;
  const { indicators: _i, sub_indicators: _s, variables: _v, ...own } = fields;
  return own;
}

type About = Pick<Difference, 'kind' | 'key' | 'place'>;

function compare(about: About, before: Fields | null, after: Fields | null): Difference[] {
  if (before === null || after === null) {
    return [{ what: before === null ? 'added' : 'removed', ...about, before, after }];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  if (differing.length === 0) return [];
  const only = (fields: Fields) => Object.fromEntries(differing.map((name) => [name, fields[name] ?? null]));
  return [{ what: 'changed', ...about, before: only(before), after: only(after) }];
}

function titlesOf({ title_th, title_en }: DraftDocument): Fields {
  return { title_th, title_en };
}

function roundDifferences({ rounds: before }: DraftDocument, { rounds: after }: DraftDocument): Difference[] {
  const kinds = [...new Set([...before, ...after].map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const was = before.find((round) => round.kind === kind);
    const is = after.find((round) => round.kind === kind);
    const fields = (round: typeof was): Fields | null => (round === undefined ? null : { ...round });
    return compare({ kind: 'round', key: null, place: kind }, fields(was), fields(is));
  });
}

type Parts = ReadonlyMap<string, Part>;

function partDifferences(before: DraftDocument, after: DraftDocument): Difference[] {
  const [old, now] = [indexed(before), indexed(after)];
  const moved = movedParts(old, now);
  const changed = [...now].flatMap(([id, part]) => {
    const was = old.get(id);
    if (was !== undefined) return compare(about(part), ...standing(was, part, moved.has(id)));
    return hangsOn(part, old) ? compare(about(part), null, withBelow(part, after)) : [];
  });
  const removed = [...old].flatMap(([id, part]) =>
    now.has(id) || !hangsOn(part, now) ? [] : compare(about(part), withBelow(part, before), null),
  );
  return [...changed, ...removed];
}

/** Its fields before and after, with where it stood if it moved. */
function standing(was: Part, is: Part, isMoved: boolean): [Fields, Fields] {
  const [before, after] = [fieldsOf(was), fieldsOf(is)];
  if (parentId(was) !== parentId(is)) {
    return [
      { ...before, parent: placeAbove(was) },
      { ...after, parent: placeAbove(is) },
    ];
  }
  if (!isMoved) return [before, after];
  return [
    { ...before, position: was.index + 1 },
    { ...after, position: is.index + 1 },
  ];
}

/** Those that left the order of the others beside them: not in the longest run that kept it. */
function movedParts(old: Parts, now: Parts): Set<string> {
  const families = new Map<string, { id: string; was: number }[]>();
  for (const [id, part] of now) {
    const was = old.get(id);
    if (was === undefined || parentId(was) !== parentId(part)) continue;
    const family = families.get(parentId(part)) ?? [];
    family.push({ id, was: was.index });
    families.set(parentId(part), family);
  }
  return new Set([...families.values()].flatMap(outOfOrder));
}

function outOfOrder(family: readonly { id: string; was: number }[]): string[] {
  const runs: (readonly string[])[] = [];
  let longest: readonly string[] = [];
  family.forEach(({ id, was }, at) => {
    let before: readonly string[] = [];
    for (let earlier = 0; earlier < at; earlier += 1) {
      const run = runs[earlier] ?? [];
      if ((family[earlier]?.was ?? was) < was && run.length > before.length) before = run;
    }
    const run = [...before, id];
    runs.push(run);
    if (run.length > longest.length) longest = run;
  });
  const kept = new Set(longest);
  return family.map(({ id }) => id).filter((id) => !kept.has(id));
}

function indexed(document: DraftDocument): Parts {
  return new Map(partsOf(document).map((part) => [idOf(part), part]));
}

function withBelow(part: Part, document: DraftDocument): Fields {
  const below = partsOf(document).filter(({ parents }) =>
    parents.some((above) => idOf(above) === idOf(part)),
  );
  return {
    ...fieldsOf(part),
    parent: placeAbove(part),
    ...(below.length === 0 ? {} : { below: below.length }),
  };
}

/** What it hangs on is there as well: it did not come or go along with that. */
function hangsOn({ parents }: Part, parts: Parts): boolean {
  const parent = parents.at(-1);
  return parent === undefined || parts.has(idOf(parent));
}

function about(part: Part): About {
  return { kind: part.kind, key: part.key, place: placeOfPart(part) };
}

function placeAbove({ parents }: Part): string {
  const parent = parents.at(-1);
  return parent === undefined ? '' : placeOfPart(parent);
}

function parentId({ parents }: Part): string {
  const parent = parents.at(-1);
  return parent === undefined ? '' : idOf(parent);
}

function idOf({ kind, key }: Pick<Part, 'kind' | 'key'>): string {
  return `${spaceOf(kind)} ${key}`;
}
