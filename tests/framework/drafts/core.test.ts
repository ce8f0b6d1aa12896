import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../../src/db/database.ts';
import { importFramework } from '../../../src/framework/actions.ts';
import { changeDraft, createDraft, discardDraft } from '../../../src/framework/drafts/actions.ts';
import { differencesOf } from '../../../src/framework/drafts/differences.ts';
import { draftFromDocument, plainDocument } from '../../../src/framework/drafts/document.ts';
import { lintDraft } from '../../../src/framework/drafts/lint.ts';
import { findPart, partsOf, placeOfPart } from '../../../src/framework/drafts/parts.ts';
import { findDraft, knownThings } from '../../../src/framework/drafts/queries.ts';
import type { DraftDocument, StoredDraft } from '../../../src/framework/drafts/types.ts';
import type { FrameworkDocument } from '../../../src/framework/format.ts';
import { lintFramework } from '../../../src/framework/lint.ts';
import { AppError } from '../../../src/lib/errors.ts';
import { frameworkDatabase, seedFramework } from '../database.ts';

const NAMES = ['krs-2562', 'krs-2559', 'ars-2559'];
const clock = () => new Date('2019-04-03T03:00:00Z');

let db: Db;
let stop: () => Promise<void>;
let systemId: string;
let user: { id: string; systemId: string };

beforeAll(async () => {
  ({ db, stop } = await frameworkDatabase());
  systemId = (await db('systems').where({ code: 'krs' }).first('id')).id;
  const office = await db('offices').where({ kind: 'kpi_office' }).first('id');
  const row = { username: 'designer', password_hash: '-', name: 'ออกแบบ ดีงาม', role: 'kpi_office' };
  const [{ id }] = await db('users').insert({ ...row, system_id: systemId, office_id: office.id }, ['id']);
  user = { id, systemId };
});
afterAll(() => stop());
afterEach(() => db.raw('truncate frameworks, framework_drafts, framework_events cascade'));

describe('a file as a draft', () => {
  it.each(NAMES)('%s says as a draft what it says as a file', (name) => {
    const file = checked(seedFramework(name));
    const draft = draftFromDocument(seedFramework(name), target(file));
    expect(checked(plainDocument(draft))).toEqual(withoutNotes(file));
    const keys = partsOf(draft).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(draft.next_key).toBe(keys.length + 1);
  });

  it('takes what can be read of a broken one', () => {
    const json = {
      dimensions: [{ code: 'C1', indicators: [{ name: 7, sub_indicators: [{ weight: 'ten' }] }] }],
    };
    const draft = draftFromDocument(json, { system: 'krs', fiscalYear: 2563, known: null });
    expect(draft.dimensions[0]).toMatchObject({ code: 'C1', name: '' });
    expect(draft.dimensions[0]?.indicators[0]?.sub_indicators[0]).toMatchObject({
      weight: '',
      variables: [],
    });
    expect(lintFramework(plainDocument(draft), null)).toHaveProperty('problems');
    expect(draftFromDocument('nothing', { system: 'krs', fiscalYear: 2563, known: null }).dimensions).toEqual(
      [],
    );
  });
});

describe('a published framework as a draft', () => {
  it('says what was imported, under the ids of its rows', async () => {
    const { draft } = await draftOfPublished('krs-2559');
    const known = await knownThings(db, systemId, 2559);
    const file = checked(seedFramework('krs-2559'));
    const asDraft = draftFromDocument(seedFramework('krs-2559'), { ...target(file), known });
    expect(comparable(checked(plainDocument(draft)))).toEqual(comparable(checked(plainDocument(asDraft))));
    expect('document' in lintFramework(plainDocument(draft), known)).toBe(true);
    const row = await db('variables').orderBy('position').first('id', 'name');
    expect(findPart(draft, 'variable', row.id)?.part).toMatchObject({ key: row.id, name: row.name });
  });

  it('has a round for every kind that it speaks of, though nobody knows any more when it was planned', async () => {
    await importFramework(db, seedFramework('krs-2562'));
    await db('frameworks').update({ planned_rounds: '[]' });
    await createDraft({ db, clock }, user, { system: 'krs', fiscalYear: 2562 });
    const { document } = await draftIn(2562);
    expect(document.rounds).toMatchObject([
      { kind: '6M', sequence: 1, label: '6M', entry_opens_at: '' },
      { kind: '12M', sequence: 2, label: '12M', entry_opens_at: '' },
    ]);
    const problems = lintDraft(document, await knownThings(db, systemId, 2562));
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, round }) => `${code} ${round}`)).toEqual([
      ...Array(3).fill('missing 6M'),
      ...Array(3).fill('missing 12M'),
    ]);
  });

  it('is one draft for two people who begin at once, and empty for a new year', async () => {
    await importFramework(db, seedFramework('krs-2562'));
    const begin = () => createDraft({ db, clock }, user, { system: 'krs', fiscalYear: 2562 });
    expect((await Promise.all([begin(), begin()])).sort()).toEqual([false, true]);
    await createDraft({ db, clock }, user, { system: 'krs', fiscalYear: 2563 });
    expect(await draftIn(2563)).toMatchObject({ frameworkId: null, document: { dimensions: [] } });
    const events = await db('framework_events').orderBy('id').select('kind', 'fiscal_year');
    expect(events.map(({ kind, fiscal_year }) => `${kind} ${fiscal_year}`)).toEqual([
      'create 2562',
      'create 2563',
    ]);
  });
});

describe('changing a draft', () => {
  it('writes what became different, and nothing where nothing did', async () => {
    await draftOfPublished('krs-2562');
    const about = { fiscalYear: 2562, event: 'edit' } as const;
    await changeDraft({ db, clock }, user, about, (document) => structuredClone(document));
    await changeDraft({ db, clock }, user, about, (document) => renamed(document, 'ใหม่'));
    expect(await draftIn(2562)).toMatchObject({ version: 2 });
    const [event, ...others] = await db('framework_events').where({ kind: 'edit' });
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      place: 'C1',
      before: { part: 'dimension' },
      after: { part: 'dimension', name: 'ใหม่' },
    });
    expect(Object.keys(event.after)).toEqual(['name', 'part']);
  });

  it('loses nothing where several people change different parts at once', async () => {
    await draftOfPublished('krs-2562');
    const about = { fiscalYear: 2562, event: 'edit' } as const;
    const rename = (at: number) =>
      changeDraft({ db, clock }, user, about, (document) => {
        const copy = structuredClone(document);
        const dimension = copy.dimensions[at];
        if (dimension !== undefined) dimension.name = `ใหม่ ${at}`;
        return copy;
      });
    await Promise.all([0, 1, 2, 3, 4].map(rename));
    const { document, version } = await draftIn(2562);
    expect(document.dimensions.map(({ name }) => name)).toEqual([0, 1, 2, 3, 4].map((at) => `ใหม่ ${at}`));
    expect(version).toBe(6);
  });

  it('changes nothing where the change is refused, and is thrown away whole', async () => {
    await draftOfPublished('krs-2562');
    const refuse = changeDraft({ db, clock }, user, { fiscalYear: 2562, event: 'edit' }, () => {
      throw new AppError('conflict');
    });
    await expect(refuse).rejects.toMatchObject({ code: 'conflict' });
    expect(await draftIn(2562)).toMatchObject({ version: 1 });
    const discard = (version: number) => discardDraft({ db, clock }, user, { fiscalYear: 2562, version });
    await expect(discard(7)).rejects.toMatchObject({ code: 'conflict' });
    await discard(1);
    expect(await findDraft(db, systemId, 2562)).toBeUndefined();
    await expect(discard(1)).rejects.toMatchObject({ code: 'notFound' });
  });
});

describe('differences', () => {
  const before = draftFromDocument(seedFramework('krs-2562'), {
    system: 'krs',
    fiscalYear: 2562,
    known: null,
  });

  it('name the one part that moved, not those that it passed', () => {
    const after = structuredClone(before);
    const [first, ...others] = after.dimensions;
    after.dimensions = [...others, ...(first === undefined ? [] : [first])];
    const [moved, ...more] = differencesOf(before, after);
    expect(more).toEqual([]);
    expect(moved).toMatchObject({ place: 'C1', before: { position: 1 }, after: { position: 5 } });
  });

  it('count what came and went along with its part', () => {
    const after = structuredClone(before);
    const gone = after.dimensions.pop();
    const [removed, ...more] = differencesOf(before, after);
    expect(more).toEqual([]);
    const below = partsOf({ ...before, dimensions: gone === undefined ? [] : [gone] }).length - 1;
    expect(removed).toMatchObject({ what: 'removed', place: gone?.code, before: { below }, after: null });
    expect(differencesOf(after, before)).toMatchObject([{ what: 'added', after: { below } }]);
  });

  it('say where a part hangs now', () => {
    const after = structuredClone(before);
    const [one, two] = after.dimensions;
    const [moving] = one?.indicators.splice(0, 1) ?? [];
    if (moving !== undefined) two?.indicators.push(moving);
    expect(differencesOf(before, after)).toMatchObject([
      { what: 'changed', kind: 'indicator', before: { parent: 'C1' }, after: { parent: 'C2' } },
    ]);
  });
});

it('places are read by codes', () => {
  const draft = draftFromDocument(seedFramework('krs-2562'), {
    system: 'krs',
    fiscalYear: 2562,
    known: null,
  });
  expect(partsOf(draft).slice(0, 4).map(placeOfPart)).toEqual([
    'C1',
    'C1 › 1',
    'C1 › 1 › 1',
    'C1 › 1 › 1 › a',
  ]);
});

async function draftOfPublished(name: string): Promise<{ draft: DraftDocument }> {
  const file = checked(seedFramework(name));
  await importFramework(db, seedFramework(name));
  await createDraft({ db, clock }, user, { system: 'krs', fiscalYear: file.fiscal_year });
  return { draft: (await draftIn(file.fiscal_year)).document };
}

async function draftIn(fiscalYear: number): Promise<StoredDraft> {
  const draft = await findDraft(db, systemId, fiscalYear);
  if (draft === undefined) throw new Error('No draft');
  return draft;
}

function checked(json: unknown): FrameworkDocument {
  const linted = lintFramework(json, null);
  if ('problems' in linted)
    throw new Error(linted.problems.map(({ place, message }) => `${place} ${message}`).join('\n'));
  return linted.document;
}

function target(file: FrameworkDocument) {
  return { system: file.system, fiscalYear: file.fiscal_year, known: null };
}

/** What a draft does not keep: remarks for whoever reads the file. */
function withoutNotes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNotes);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'provenance' && key !== 'notes');
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNotes(inner)]));
}

/** The order of criteria and sources means nothing. */
function comparable(file: FrameworkDocument): unknown {
  return JSON.parse(JSON.stringify(file));
}

function renamed(document: DraftDocument, name: string): DraftDocument {
  const [first, ...others] = document.dimensions;
  return first === undefined ? document : { ...document, dimensions: [{ ...first, name }, ...others] };
}
