import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Db, openDatabase } from '../../src/db/database.ts';
import { importFramework } from '../../src/framework/actions.ts';
import { projectRoot } from '../../src/lib/paths.ts';
import { parseBureaus, parseDistricts } from '../../src/offices/forms.ts';
import { joinSystem, listOffices, storeOffices } from '../../src/offices/queries.ts';
import { createRound } from '../../src/rounds/actions.ts';
import type { PlannedRound } from '../../src/rounds/queries.ts';
import { createTestDatabase, dropTestDatabase } from '../support/embedded-for-tests.ts';

const KRABI = 'สพป.กระบี่';
const SEVEN = 'สพม.7';
const OF_2564 = 'สพม.สระแก้ว';

let db: Db;
let url: string;
let planned: PlannedRound;

beforeEach(async () => {
  url = await createTestDatabase(inject('databaseUrl'), inject('emptyTemplate'));
  db = openDatabase({ url, poolSize: 4 });
  const [system] = await db('systems')
    .insert({ code: 'krs', brand: 'KRS', name_th: 'KRS', name_en: 'KRS' })
    .returning('id');
  const lists = [...parseBureaus(seed('bureaus.csv')), ...parseDistricts(seed('offices.csv'))];
  await storeOffices(
    db,
    lists.map(({ office }) => office),
  );
  const offices = await listOffices(db);
  const takePart = offices.filter(
    ({ kind, shortName }) => kind !== 'district' || [KRABI, SEVEN, OF_2564].includes(shortName),
  );
  expect(takePart.filter(({ kind }) => kind === 'district')).toHaveLength(3);
  await joinSystem(
    db,
    system.id,
    takePart.map(({ id }) => id),
  );
  const { frameworkId } = await importFramework(db, JSON.parse(seed('frameworks/krs-2562.json')));
  planned = {
    frameworkId,
    kind: '6M',
    sequence: 1,
    label: 'รอบที่ 1 ปี 62 (รอบ 6 เดือน)',
    dataAsOf: '2019-03-31',
    entryOpensAt: new Date('2019-04-01T00:00+07:00'),
    entryClosesAt: new Date('2019-04-20T16:30+07:00'),
    certificationClosesAt: new Date('2019-05-15T16:30+07:00'),
  };
});

afterEach(async () => {
  await db.destroy();
  await dropTestDatabase(inject('databaseUrl'), url);
});

describe('creating a round', () => {
  it('creates an entry for each due variable of each applicable office', async () => {
    const round = await create();
    expect(round).toMatchObject({ fiscalYear: 2562, kind: '6M', createdEntries: 50 });
    expect(await variablesOf(KRABI)).toEqual([
      ...['1.a', '1.b', '3.a', '3.b', '4.a', '4.b', '5.a', '6.a', '6.b', '7.a', '7.b'],
      ...['8.1', '8.2', '8.3', '8.4', '8.5', '9.a', '9.b', '10.a', '11.1.a', '11.1.b', '11.2.a', '11.2.b'],
      ...['11.3.1', '11.4.a', '11.4.b'],
    ]);
    const withoutPrimary = (await variablesOf(KRABI)).filter((code) => !code.startsWith('3.'));
    expect(await variablesOf(SEVEN)).toEqual(withoutPrimary.slice(0, 24));
    expect(await variablesOf(OF_2564)).toEqual([]);
    expect(await entries('source')).toEqual(['central', 'office']);
    expect(await entries('status')).toEqual(['unreported']);
  });

  it('takes the sources of the kind of round', async () => {
    await create();
    const twelve = await create({ kind: '12M', sequence: 2, label: 'รอบ 12 เดือน' });
    expect(twelve.createdEntries).toBeGreaterThan(50);
  });

  it('adds and takes out single offices', async () => {
    const [three, five] = await nodes('3', '5');
    await exception(three, SEVEN, true);
    await exception(five, SEVEN, false);
    await create();
    const variables = await variablesOf(SEVEN);
    expect(variables).toContain('3.a');
    expect(variables).not.toContain('5.a');
  });

  it('may be repeated: nothing twice, nothing lost, what is missing is added', async () => {
    const first = await create();
    await db('entries')
      .where({ id: (await db('entries').min('id as id').first())?.id })
      .update({
        value: 7,
        status: 'certified',
      });
    const again = await create({ label: 'another label', entryClosesAt: new Date('2019-04-29T16:30+07:00') });
    expect(again).toMatchObject({ id: first.id, createdEntries: 0 });
    expect(await db('rounds').select('label', 'entry_closes_at')).toEqual([
      { label: planned.label, entry_closes_at: planned.entryClosesAt },
    ]);
    expect(await db('entries').where({ value: 7, status: 'certified' })).toHaveLength(1);

    const [three] = await nodes('3');
    await exception(three, SEVEN, true);
    expect((await create()).createdEntries).toBe(2);
  });

  it('may be asked for twice at once', async () => {
    const created = await Promise.all([create(), create()]);
    expect(created.map(({ createdEntries }) => createdEntries).sort()).toEqual([0, 50]);
    expect(await db('rounds')).toHaveLength(1);
  });

  it('refuses a framework that is not there', async () => {
    await expect(create({ frameworkId: '999999' })).rejects.toMatchObject({ code: 'conflict' });
  });
});

function create(changes: Partial<PlannedRound> = {}) {
  return db.transaction((trx) => createRound(trx, { ...planned, ...changes }));
}

async function variablesOf(shortName: string): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { code: string }[] }>(
    `select n.code || '.' || v.code as code from entries e join variables v on v.id = e.variable_id
       join framework_nodes n on n.id = v.node_id join offices o on o.id = e.office_id
      where o.short_name = ? order by e.id`,
    [shortName],
  );
  return rows.map(({ code }) => code);
}

async function entries(column: 'source' | 'status'): Promise<string[]> {
  return db('entries').distinct(column).orderBy(column).pluck(column);
}

async function nodes(...codes: string[]): Promise<string[]> {
  const found = await db('framework_nodes').where({ kind: 'sub_indicator' }).whereIn('code', codes);
  return codes.map((code) => found.find((node) => node.code === code)?.id);
}

async function exception(nodeId: string | undefined, shortName: string, included: boolean): Promise<void> {
  const office = await db('offices').where({ short_name: shortName }).first('id');
  const row = { node_id: nodeId, office_id: office.id, included, reason: 'คำสั่ง' };
  await db('sub_indicator_offices').insert(row);
}

function seed(name: string): string {
  return readFileSync(join(projectRoot, 'seeds', name), 'utf8');
}
