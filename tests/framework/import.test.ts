import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../src/db/database.ts';
import { importFramework } from '../../src/framework/actions.ts';
import { FrameworkRefused } from '../../src/framework/problems.ts';
import { loadFramework } from '../../src/framework/queries.ts';
import { countStatements } from '../support/statements.ts';
import { countRows, frameworkDatabase, refusingRowsOf, seedFramework } from './database.ts';

let db: Db;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ db, stop } = await frameworkDatabase());
});
afterAll(() => stop());
afterEach(async () => {
  await db.raw('truncate frameworks cascade');
});

describe('importing the frameworks of seeds/', () => {
  it.each([
    ['krs-2562', { nodes: 5 + 12 + 16, subIndicators: 16, variables: 31, criteria: 17 }],
    ['krs-2559', { nodes: 2 + 15 + 22, subIndicators: 22, variables: 43, criteria: 25 }],
    ['ars-2559', { nodes: 1 + 9 + 9, subIndicators: 9, variables: 19, criteria: 9 }],
  ])('%s is stored whole and published', async (name, expected) => {
    await importFramework(db, seedFramework(name));
    const counts = await countRows(db);
    expect(counts).toMatchObject({
      frameworks: 1,
      framework_nodes: expected.nodes,
      sub_indicators: expected.subIndicators,
      variables: expected.variables,
      criteria: expected.criteria,
    });
    expect(await db('frameworks').first('revision', 'version')).toEqual({
      revision: 1,
      version: 1,
    });
  });

  it('reads back as it stands in the file', async () => {
    const { frameworkId } = await importFramework(db, seedFramework('krs-2562'));
    const framework = await loadFramework(db, frameworkId, 1);
    const sub = framework.subIndicators.find(({ code }) => code === '11.1');
    expect(framework).toMatchObject({ id: frameworkId, fiscalYear: 2562, revision: 1, version: 1 });
    expect(framework.dimensions.map(({ code }) => code)).toEqual(['C1', 'C2', 'C3', 'C4', 'C5']);
    expect(sub).toMatchObject({ weight: '2.5', formula: 'a / b * 100', direction: 'more', mode: 'normal' });
    expect(sub?.path.map(({ code }) => code)).toEqual(['C5', '11']);
    expect(sub?.criteria).toEqual(
      new Map([
        ['6M', ['44', '46', '48', '50', '52']],
        ['12M', ['88', '90', '92', '94', '96']],
      ]),
    );
    expect(sub?.variables[0]).toMatchObject({ kind: 'number', decimals: 2, min: '0', max: '100000000000' });
    const bureau = await db('offices').where({ id: sub?.variables[0]?.bureauId }).first('code');
    expect(bureau).toEqual({ code: '9' });
    const last = framework.subIndicators.at(-1);
    expect(last?.variables[0]?.sources).toEqual(new Map([['12M', 'central']]));
  });

  it('keeps headings above their indicators', async () => {
    const { frameworkId } = await importFramework(db, seedFramework('krs-2559'));
    const framework = await loadFramework(db, frameworkId, 1);
    const sub = framework.subIndicators.find(({ code }) => code === '1.5.1.1');
    expect(sub?.path.map(({ code }) => code)).toEqual(['EXT', '1', '1.5', '1.5.1']);
    expect(framework.subIndicators.map(({ code }) => code).slice(0, 4)).toEqual([
      '1.1.1',
      '1.1.2',
      '1.2.1',
      '1.2.2',
    ]);
  });

  it('answers the rounds of the year, and creates none', async () => {
    const { rounds } = await importFramework(db, seedFramework('krs-2562'));
    expect(rounds.map(({ kind }) => kind)).toEqual(['6M', '12M']);
    expect(rounds[0]).toEqual({
      kind: '6M',
      sequence: 1,
      label: 'รอบที่ 1 ปี 62 (รอบ 6 เดือน)',
      dataAsOf: '2019-03-31',
      entryOpensAt: new Date('2019-04-01T00:00+07:00'),
      entryClosesAt: new Date('2019-04-20T16:30+07:00'),
      certificationClosesAt: new Date('2019-05-15T16:30+07:00'),
    });
    expect(await countRows(db)).toMatchObject({ rounds: 0 });
  });

  it('takes as many statements for a large framework as for a small one', async () => {
    const statements = (name: string) => countStatements(db, () => importFramework(db, seedFramework(name)));
    expect(await statements('krs-2559')).toBe(await statements('ars-2559'));
  });

  it('gives KRS and ARS the same year without mixing them', async () => {
    await importFramework(db, seedFramework('krs-2559'));
    await importFramework(db, seedFramework('ars-2559'));
    expect(await countRows(db)).toMatchObject({ frameworks: 2, sub_indicators: 22 + 9 });
  });
});

describe('refusing', () => {
  it('a year that is there already, and two imports at once leave one', async () => {
    const json = seedFramework('krs-2562');
    const results = await Promise.allSettled([importFramework(db, json), importFramework(db, json)]);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toBeInstanceOf(FrameworkRefused);
    expect(refused[0].problems).toMatchObject([
      {
        place: 'fiscal_year',
        code: 'already_imported',
        message: 'krs has a framework of fiscal year 2562 already',
      },
    ]);
    expect(await countRows(db)).toMatchObject({ frameworks: 1, variables: 31 });
  });

  it('a system that does not exist', async () => {
    const json = { ...(seedFramework('krs-2562') as object), system: 'kpi' };
    await expect(importFramework(db, json)).rejects.toMatchObject({ problems: [{ code: 'unknown_system' }] });
  });

  it('a bureau that does not take part in the system', async () => {
    await db.raw(`delete from system_offices where office_id = (select id from offices where code = '9' and kind = 'bureau')
                  and system_id = (select id from systems where code = 'krs')`);
    const refusal = importFramework(db, seedFramework('krs-2562'));
    await expect(refusal).rejects.toMatchObject({
      problems: Array.from({ length: 5 }, () => expect.objectContaining({ code: 'unknown_bureau' })),
    });
    await db.raw(
      'insert into system_offices select s.id, o.id from systems s cross join offices o on conflict do nothing',
    );
  });

  it('with nothing left behind, inside a larger transaction too', async () => {
    const broken = structuredClone(seedFramework('krs-2562')) as { dimensions: { code: string }[] };
    const before = await countRows(db);
    for (const dimension of broken.dimensions) dimension.code = 'C1';
    await db.transaction(async (trx) => {
      await expect(importFramework(trx, broken)).rejects.toBeInstanceOf(FrameworkRefused);
      await trx.raw('select 1');
    });
    expect(await countRows(db)).toEqual(before);
  });

  it('takes everything back when the database refuses a row', async () => {
    await refusingRowsOf(db, 'variable_rounds', () =>
      expect(importFramework(db, seedFramework('krs-2562'))).rejects.toThrow('no variable_rounds today'),
    );
    expect(Object.values(await countRows(db)).every((count) => count === 0)).toBe(true);
  });
});
