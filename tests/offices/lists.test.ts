import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Db, openDatabase } from '../../src/db/database.ts';
import { projectRoot } from '../../src/lib/paths.ts';
import { readCsv } from '../../src/offices/csv.ts';
import { parseBureaus, parseDistricts } from '../../src/offices/forms.ts';
import { joinSystem, listDistricts, listOffices, storeOffices } from '../../src/offices/queries.ts';
import { createTestDatabase, dropTestDatabase } from '../support/embedded-for-tests.ts';

const districts = parseDistricts(readFileSync(join(projectRoot, 'seeds/offices.csv'), 'utf8'));
const bureaus = parseBureaus(readFileSync(join(projectRoot, 'seeds/bureaus.csv'), 'utf8'));

describe('reading CSV', () => {
  it('understands quoted fields, line breaks of both kinds and a mark at the beginning', () => {
    expect(readCsv('\uFEFFa,b\r\n"x, y","say ""no"""\r\n"two\nlines",\n')).toEqual([
      { a: 'x, y', b: 'say "no"' },
      { a: 'two\nlines', b: '' },
    ]);
  });

  it('needs no line break at the end and skips empty lines', () => {
    expect(readCsv('a,b\n\n1,2')).toEqual([{ a: '1', b: '2' }]);
    expect(readCsv('a,b\n1,')).toEqual([{ a: '1', b: '' }]);
    expect(readCsv('a\n')).toEqual([]);
    expect(readCsv('')).toEqual([]);
  });

  it('refuses records that do not fit', () => {
    expect(() => readCsv('a,b\n1')).toThrow('record 1: 1 fields instead of 2');
    expect(() => readCsv('a,b\n1,"2"x')).toThrow('quotation mark');
    expect(() => readCsv('a\n"open')).toThrow('quotation mark');
  });
});

describe('the official lists', () => {
  it('have 225 offices until 2563 and 245 from 2564', () => {
    const in2563 = districts.filter(({ office }) => office.validFrom <= 2563);
    expect(in2563).toHaveLength(225);
    expect(districts.filter(({ office }) => office.validTo === null)).toHaveLength(245);
    expect(in2563.every(({ username }) => username !== null)).toBe(true);
  });

  it('have one KPI office among the bureaus', () => {
    expect(bureaus).toHaveLength(22);
    const [kpiOffice, ...others] = bureaus.filter(({ office }) => office.kind === 'kpi_office');
    expect(kpiOffice).toMatchObject({ certifies: true, office: { code: '12', shortName: 'กพร.' } });
    expect(others).toEqual([]);
  });

  it('refuse a row without a name', () => {
    const csv = 'code,name_th,abbr_th,krs_role\n1,,a,certifier';
    expect(() => parseBureaus(csv)).toThrow('name_th');
  });
});

describe('the registry', () => {
  let db: Db;
  let url: string;
  let systemId: string;

  beforeAll(async () => {
    url = await createTestDatabase(inject('databaseUrl'), inject('emptyTemplate'));
    db = openDatabase({ url, poolSize: 2 });
    const [system] = await db('systems')
      .insert({ code: 'krs', brand: 'KRS', name_th: 'KRS', name_en: 'KRS' })
      .returning('id');
    systemId = system.id;
  });

  afterAll(async () => {
    await db.destroy();
    await dropTestDatabase(inject('databaseUrl'), url);
  });

  it('takes the lists, again and again, and corrects what it knows', async () => {
    const all = [...bureaus, ...districts].map(({ office }) => office);
    await storeOffices(db, all);
    const first = await listOffices(db);
    expect(first).toHaveLength(309);

    const renamed = all.map((office) =>
      office.code === '8101' ? { ...office, shortName: 'กระบี่ใหม่' } : office,
    );
    await storeOffices(db, renamed);
    const second = await listOffices(db);
    expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect(second.find(({ code }) => code === '8101')?.shortName).toBe('กระบี่ใหม่');
  });

  it('lists the offices of a system that exist in a year', async () => {
    const offices = await listOffices(db);
    const ids = offices.map(({ id }) => id);
    await joinSystem(db, systemId, ids);
    await joinSystem(db, systemId, ids);
    const in2562 = await listDistricts(db, systemId, 2562);
    expect(in2562).toHaveLength(225);
    expect(in2562.slice(0, 3).map(({ listLabel }) => listLabel)).toEqual([
      'กระบี่',
      'กรุงเทพมหานคร เขต 1',
      'กาญจนบุรี เขต 1',
    ]);
    expect(in2562.at(-1)?.listLabel).toBe('มัธยมศึกษา เขต 42');
    expect(await listDistricts(db, systemId, 2564)).toHaveLength(245);
    expect(await listDistricts(db, '999', 2562)).toEqual([]);
  });
});
