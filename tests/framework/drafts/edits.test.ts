import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copiedBefore, madeBefore } from '../../../src/framework/design/again.ts';
import { nextCode, proposedCode } from '../../../src/framework/design/codes.ts';
import {
  addPart,
  changeFields,
  duplicatePart,
  mayHang,
  movePart,
  parentsFor,
  removePart,
  restorePart,
  stepPart,
} from '../../../src/framework/design/edits.ts';
import { type PartRef, parseRef, partAt, refOf } from '../../../src/framework/design/refs.ts';
import { differencesOf } from '../../../src/framework/drafts/differences.ts';
import { draftFromDocument, plainDocument } from '../../../src/framework/drafts/document.ts';
import { type PartKind, partsOf, placeOfPart } from '../../../src/framework/drafts/parts.ts';
import type { DraftDocument, DraftVariable } from '../../../src/framework/drafts/types.ts';
import { lintFramework } from '../../../src/framework/lint.ts';
import { AppError } from '../../../src/lib/errors.ts';
import { seedFramework } from '../database.ts';

const draft = draftFromDocument(seedFramework('krs-2559'), { system: 'krs', fiscalYear: 2559, known: null });

function refTo(kind: PartKind, code: string, document = draft): PartRef {
  const part = partsOf(document).find((one) => one.kind === kind && one.part.code === code);
  const ref = part === undefined ? undefined : parseRef(refOf(part));
  if (ref === undefined) throw new Error(`No ${kind} ${code}`);
  return ref;
}

function codesBelow(document: DraftDocument, ref: PartRef): string[] {
  const part = partAt(document, ref);
  if (part === undefined || !('indicators' in part.part)) return [];
  return [...part.part.indicators, ...part.part.sub_indicators].map(({ code }) => code);
}

describe('adding', () => {
  it('puts a part at the end, under a new key and the code that comes next', () => {
    const parent = refTo('indicator', '1');
    const code = proposedCode(draft, 'indicator', partAt(draft, parent));
    const { document, key } = addPart(draft, 'indicator', parent, { code, name: 'ใหม่' });
    expect(codesBelow(document, parent).at(-1)).toBe('1.6');
    expect(differencesOf(draft, document)).toMatchObject([{ what: 'added', key, place: 'EXT › 1 › 1.6' }]);
  });

  it('refuses a place where it cannot hang', () => {
    const wrong: [PartKind, PartRef | undefined][] = [
      ['dimension', refTo('dimension', 'EXT')],
      ['indicator', undefined],
      ['indicator', refTo('indicator', '1.1')],
      ['sub_indicator', refTo('indicator', '1')],
      ['sub_indicator', refTo('dimension', 'EXT')],
      ['variable', refTo('indicator', '1')],
      ['variable', { space: 'node', key: 'n9999' }],
    ];
    for (const [kind, parent] of wrong) {
      expect(() => addPart(draft, kind, parent, { code: 'x', name: 'x' })).toThrow(AppError);
    }
  });
});

describe('the same form sent twice', () => {
  const since = draft.next_key;
  const parent = refTo('sub_indicator', '2');
  const like = partAt(draft, refTo('variable', 'a'))?.part as DraftVariable;
  const { key: _, ...others } = like;
  const fields = { ...others, code: 'z', name: 'ใหม่' };

  it('finds what the first one added: the same fields in the same place, and new since the form was filled', () => {
    const { document, key } = addPart(draft, 'variable', parent, fields);
    const made = { kind: 'variable', parent, fields } as const;
    expect(madeBefore(document, made, since)?.key).toBe(key);
    expect(madeBefore(document, made, document.next_key)).toBeUndefined();
    expect(madeBefore(document, { ...made, fields: { ...fields, name: 'อื่น' } }, since)).toBeUndefined();
    expect(madeBefore(document, { ...made, parent: refTo('sub_indicator', '6.4') }, since)).toBeUndefined();
    expect(madeBefore(draft, made, since)).toBeUndefined();
  });

  it('finds the duplicate, with everything below, among others made meanwhile', () => {
    const ref = refTo('indicator', '1');
    const other = addPart(draft, 'indicator', refTo('dimension', 'EXT'), { code: '99', name: 'อื่น' }).document;
    const { document, key } = duplicatePart(other, ref);
    expect(copiedBefore(document, ref, since)?.key).toBe(key);
    expect(copiedBefore(document, ref, document.next_key)).toBeUndefined();
    expect(copiedBefore(other, ref, since)).toBeUndefined();
  });
});

describe('an undivided indicator and its only sub-indicator', () => {
  const [indicator, sub] = [refTo('indicator', '2'), refTo('sub_indicator', '2')];
  const codes = (document: DraftDocument) =>
    [indicator, sub].map((ref) => [partAt(document, ref)?.part.code, partAt(document, ref)?.part.name]);

  it.each([indicator, sub])('change code and name together, whichever is edited', (ref) => {
    const changed = changeFields(draft, ref, { code: '2A', name: 'ใหม่' });
    expect(codes(changed)).toEqual([
      ['2A', 'ใหม่'],
      ['2A', 'ใหม่'],
    ]);
    expect(differencesOf(draft, changed).map(({ kind }) => kind)).toEqual(['indicator', 'sub_indicator']);
  });

  it('go their own ways once there is a second sub-indicator, or another name', () => {
    const { code, name } = partAt(draft, indicator)?.part ?? { code: '', name: '' };
    const divided = duplicatePart(draft, sub).document;
    expect(codes(changeFields(divided, indicator, { code, name: 'ใหม่' }))[1]).toEqual([code, name]);
    const other = structuredClone(draft);
    Object.assign(partAt(other, sub)?.part ?? {}, { name: 'ชื่ออื่น' });
    expect(codes(changeFields(other, indicator, { code, name: 'ใหม่' }))[1]).toEqual([code, 'ชื่ออื่น']);
  });
});

describe('moving', () => {
  it('steps up and down and stays at the ends', () => {
    const first = refTo('dimension', 'EXT');
    expect(stepPart(draft, first, 'up')).toBe(draft);
    const down = stepPart(draft, first, 'down');
    expect(down.dimensions.map(({ code }) => code)).toEqual(['INT', 'EXT']);
    expect(stepPart(down, first, 'up')).toEqual(draft);
  });

  it('hangs a part before another below another parent', () => {
    const moved = movePart(draft, refTo('indicator', '3'), {
      parent: refTo('indicator', '1'),
      before: refTo('indicator', '1.2'),
    });
    expect(codesBelow(moved, refTo('indicator', '1'))).toEqual(['1.1', '3', '1.2', '1.3', '1.4', '1.5']);
    expect(differencesOf(draft, moved)).toHaveLength(1);
  });

  it('refuses to hang a heading below itself, or before what is not there', () => {
    const heading = refTo('indicator', '1');
    const below = { parent: refTo('indicator', '1.5'), before: undefined };
    expect(() => movePart(draft, heading, below)).toThrow(AppError);
    const before = { parent: refTo('dimension', 'EXT'), before: refTo('indicator', '3') };
    expect(() => movePart(draft, heading, before)).toThrow(AppError);
    const offered = parentsFor(draft, 'indicator', partAt(draft, heading)).map(({ part }) => part.code);
    expect(offered).toEqual(['EXT', 'INT']);
    const deeper = parentsFor(draft, 'indicator', partAt(draft, refTo('indicator', '3')));
    expect(deeper.map(({ part }) => part.code)).toEqual(['EXT', '1', '1.5', 'INT']);
  });
});

describe('duplicating', () => {
  it('takes everything below along, with codes that go on counting', () => {
    const { document, key } = duplicatePart(draft, refTo('indicator', '8'));
    const twin = partAt(document, { space: 'node', key });
    expect(twin?.part.code).toBe('9');
    const [sub] = twin !== undefined && 'sub_indicators' in twin.part ? twin.part.sub_indicators : [];
    const original = partsOf(draft).find(({ kind, part }) => kind === 'sub_indicator' && part.code === '8');
    expect(sub?.code).toBe('9');
    expect(sub?.variables.map(({ code }) => code)).toEqual(
      original?.kind === 'sub_indicator' && original.part.variables.map(({ code }) => code),
    );
    expect(problemsOf(document)).toEqual(['weights_sum']);
  });

  it('renames below a heading what began with its code', () => {
    const { document, key } = duplicatePart(draft, refTo('indicator', '1'));
    expect(codesBelow(document, { space: 'node', key })).toEqual(['9.1', '9.2', '9.3', '9.4', '9.5']);
    expect(partsOf(document).map(placeOfPart)).toContain('EXT › 9 › 9.5 › 9.5.1 › 9.5.1.2');
    expect(problemsOf(document)).toEqual(['weights_sum']);
  });

  it('gives a variable the next letter', () => {
    const first = partsOf(draft).find(({ kind, part }) => kind === 'variable' && part.code === 'a');
    const ref = first && parseRef(refOf(first));
    if (ref === undefined) throw new Error('No variable a');
    const { document, key } = duplicatePart(draft, ref);
    expect(partAt(document, { space: 'variable', key })?.part.code).not.toBe('a');
    expect(problemsOf(document)).toEqual(['unused_variable']);
  });
});

describe('retiring', () => {
  it('brings back what was published where it stood, without what is elsewhere by now', () => {
    const to = { parent: refTo('dimension', 'INT'), before: undefined };
    const moved = movePart(draft, refTo('indicator', '1.2'), to);
    const heading = refTo('indicator', '1');
    const without = removePart(moved, heading);
    const restored = restorePart(without, draft, heading);
    expect(codesBelow(restored, heading)).toEqual(['1.1', '1.3', '1.4', '1.5']);
    expect(codesBelow(restored, refTo('dimension', 'EXT'))).toEqual(['1', '2']);
    expect(restorePart(restored, draft, heading)).toBe(restored);
    expect(() => restorePart(without, draft, refTo('sub_indicator', '1.3'))).toThrow(AppError);
  });
});

function problemsOf(document: DraftDocument): string[] {
  const linted = lintFramework(plainDocument(document), null);
  return 'problems' in linted ? linted.problems.map(({ code }) => code) : [];
}

it('codes count on, whatever they are', () => {
  const taken = new Set(['11.3', 'b']);
  const next = (code: string) => nextCode(code, taken);
  expect(['11.2', 'a', 'z', '9', 'O-NET', 'ก', '1.'].map(next)).toEqual([
    ...['11.4', 'c', 'z-2', '10', 'O-NET-2', 'ก-2', '1.-2'],
  ]);
  expect(next('12345678901234567890').length).toBeLessThanOrEqual(20);
});

describe('any row of edits', () => {
  const step = fc.record({
    what: fc.constantFrom('add', 'up', 'down', 'move', 'duplicate', 'remove', 'restore', 'change'),
    part: fc.nat(200),
    target: fc.nat(200),
  });

  it('leaves keys unique, what was not touched in order, and the document it began with as it was', () => {
    const before = JSON.stringify(draft);
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        let document = draft;
        for (const { what, part: at, target } of steps) document = applied(document, what, at, target);
        const keys = partsOf(document).map(refOf);
        expect(new Set(keys).size).toBe(keys.length);
        expect(partsOf(document).every(({ kind, parents }) => mayHangNow(kind, parents.length))).toBe(true);
        const numbers = keys.map((key) => Number(key.replace(/\D/g, '')));
        expect(Math.max(0, ...numbers)).toBeLessThan(document.next_key);
        expect(differencesOf(document, structuredClone(document))).toEqual([]);
        lintFramework(plainDocument(document), null);
      }),
      { numRuns: 60, seed: 2562 },
    );
    expect(JSON.stringify(draft)).toBe(before);
  });
});

function mayHangNow(kind: PartKind, depth: number): boolean {
  return kind === 'dimension' ? depth === 0 : depth > 0;
}

/** The document after an edit, or as it was where the edit is refused; the order of the others stays. */
function applied(document: DraftDocument, what: string, at: number, target: number): DraftDocument {
  const parts = partsOf(document);
  const part = parts[at % Math.max(parts.length, 1)];
  const other = parts[target % Math.max(parts.length, 1)];
  if (part === undefined || other === undefined) return document;
  const [ref, to] = [parseRef(refOf(part)), parseRef(refOf(other))];
  if (ref === undefined || to === undefined) return document;
  try {
    const changed = edited(document, what, ref, to, part.kind);
    const kept = new Set(partsOf(changed).map(refOf));
    const order = (of: DraftDocument, without: string) =>
      partsOf(of)
        .filter(
          (one) => kept.has(refOf(one)) && ![one, ...one.parents].some((above) => refOf(above) === without),
        )
        .map(refOf);
    const known = new Set(parts.map(refOf));
    const after = order(changed, refOf(part)).filter((one) => known.has(one));
    // what was restored comes back with what was known before it was taken out
    if (what !== 'restore') expect(after).toEqual(order(document, refOf(part)));
    return changed;
  } catch (error) {
    if (error instanceof AppError) return document;
    throw error;
  }
}

function edited(
  document: DraftDocument,
  what: string,
  ref: PartRef,
  to: PartRef,
  kind: PartKind,
): DraftDocument {
  switch (what) {
    case 'add':
      // what a form sends of a variable or sub-indicator is more than this
      return addPart(
        document,
        kind === 'variable' || kind === 'sub_indicator' ? 'indicator' : kind,
        to,
        named('x'),
      ).document;
    case 'up':
    case 'down':
      return stepPart(document, ref, what);
    case 'move':
      return movePart(document, ref, { parent: to, before: undefined });
    case 'duplicate':
      return duplicatePart(document, ref).document;
    case 'remove':
      return removePart(document, ref);
    case 'restore':
      return restorePart(document, draft, to);
    default:
      return changeFields(document, ref, named('y'));
  }
}

function named(text: string) {
  return { code: text, name: text };
}

it('a part is known by its kind of key', () => {
  expect(parseRef('node-12')).toEqual({ space: 'node', key: '12' });
  expect(parseRef('variable-n3')).toEqual({ space: 'variable', key: 'n3' });
  for (const text of ['', 'node-', 'node-x', 'part-1', 'node-1 ', `node-${'1'.repeat(30)}`]) {
    expect(parseRef(text)).toBeUndefined();
  }
  expect(mayHang('dimension', undefined)).toBe(true);
});
