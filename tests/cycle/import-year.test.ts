import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { importYear } from '../../src/cycle/actions.ts';
import type { Db } from '../../src/db/database.ts';
import { FrameworkRefused } from '../../src/framework/problems.ts';
import { verifyScores } from '../../src/scores/verification/actions.ts';
import { listAllRounds } from '../../src/scores/verification/queries.ts';
import {
  countRows,
  documentedFramework,
  frameworkDatabase,
  refusingRowsOf,
  seedFramework,
} from '../framework/database.ts';
import { entryFields, storedEntry } from '../support/entry-form.ts';
import { countStatements } from '../support/statements.ts';
import { signIn, startTestApp } from '../support/test-app.ts';
import { ARS_PASSWORD, PEOPLE } from '../support/world.ts';

const MORE_OFFICES = `
  with made as (
    insert into offices (kind, code, type, name, short_name, list_label, list_order, valid_from_fy)
    select 'district', 'x' || n, 'สพป', 'เขต ' || n, 'เขต ' || n, 'เขต ' || n, n, 2553 from generate_series(1, 50) n
    returning id
  )
  insert into system_offices select s.id, m.id from systems s cross join made m`;

let db: Db;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ db, stop } = await frameworkDatabase());
});
afterAll(() => stop());
afterEach(async () => {
  await db.raw('truncate frameworks cascade');
});

describe('importing a year', () => {
  it('publishes the framework and creates the rounds of the file, in Bangkok time', async () => {
    const { frameworkId, rounds } = await importYear(db, seedFramework('krs-2562'));
    expect(rounds.map(({ label }) => label)).toEqual([
      'รอบที่ 1 ปี 62 (รอบ 6 เดือน)',
      'รอบที่ 2 ปี 62 (รอบ 12 เดือน)',
    ]);
    expect(await db('frameworks').first('id')).toEqual({ id: frameworkId });
    const stored = await db('rounds').where({ framework_id: frameworkId }).orderBy('sequence');
    expect(stored.map(({ kind, label }) => [kind, label])).toEqual([
      ['6M', rounds[0]?.label],
      ['12M', rounds[1]?.label],
    ]);
    expect(stored[0]).toMatchObject({ fiscal_year: 2562, data_as_of: '2019-03-31' });
    expect(stored[0].entry_closes_at).toEqual(new Date('2019-04-20T16:30:00+07:00'));
  });

  it('gives every office its entries, and says how many', async () => {
    const { rounds } = await importYear(db, seedFramework('krs-2562'));
    const counts = await db('entries')
      .join('rounds', 'rounds.id', 'entries.round_id')
      .groupBy('rounds.id')
      .orderBy('rounds.sequence')
      .select('rounds.label', db.raw('count(*)::int as entries'));
    expect(rounds).toEqual(counts);
    expect(rounds[0]?.entries).toBe(50);
    expect(await db('round_offices')).toHaveLength(4);
    expect(await db('entries').distinct('status').pluck('status')).toEqual(['unreported']);
  });

  it('stores the first scores of every office: 1.0000 until it reports', async () => {
    await importYear(db, seedFramework('krs-2562'));
    for (const round of await listAllRounds(db)) {
      const { scores, differences } = await verifyScores(db, round);
      expect(scores).toBeGreaterThan(50);
      expect(differences).toEqual([]);
    }
    const totals = await db('round_offices').distinct('self_assessed', 'certified');
    expect(totals).toEqual([{ self_assessed: '1.0000', certified: '1.0000' }]);
  });

  it('takes as many statements for a large file and many offices as for a small one and few', async () => {
    const own = await frameworkDatabase();
    try {
      const statements = (name: string) =>
        countStatements(own.db, () => importYear(own.db, seedFramework(name)));
      const few = await statements('ars-2559');
      await own.db.raw(MORE_OFFICES);
      expect(await statements('krs-2559')).toBe(few);
      expect(await own.db('entries').countDistinct('office_id as offices')).toEqual([{ offices: '52' }]);
    } finally {
      await own.stop();
    }
  });

  it('gives KRS and ARS the same year without mixing them', async () => {
    await importYear(db, seedFramework('krs-2559'));
    await importYear(db, seedFramework('ars-2559'));
    expect(await countRows(db)).toMatchObject({ frameworks: 2, rounds: 4 });
    const mixed = await db('entries')
      .join('rounds', 'rounds.id', 'entries.round_id')
      .join('variables', 'variables.id', 'entries.variable_id')
      .whereRaw('variables.framework_id <> rounds.framework_id');
    expect(mixed).toEqual([]);
  });
});

describe('all or nothing', () => {
  it.each(['rounds', 'entry_rows', 'scores'])('when the database refuses a row of %s', async (table) => {
    await refusingRowsOf(db, table, () =>
      expect(importYear(db, seedFramework('krs-2562'))).rejects.toThrow(`no ${table} today`),
    );
    expect(Object.values(await countRows(db)).every((count) => count === 0)).toBe(true);
  });

  it('when the file is refused', async () => {
    const broken = structuredClone(seedFramework('krs-2562')) as { rounds: { label: string }[] };
    for (const round of broken.rounds) round.label = '';
    await expect(importYear(db, broken)).rejects.toBeInstanceOf(FrameworkRefused);
    expect(Object.values(await countRows(db)).every((count) => count === 0)).toBe(true);
  });

  it('when the same file comes twice at once: one is refused, the other is whole', async () => {
    const json = seedFramework('krs-2562');
    const results = await Promise.allSettled([importYear(db, json), importYear(db, json)]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await countRows(db)).toMatchObject({ frameworks: 1, rounds: 2 });
  });
});

describe('after an import', () => {
  it('an office reports: its value is saved and scored', async () => {
    const app = await startTestApp();
    try {
      await importYear(app.db, { ...documentedFramework(), system: 'ars' });
      const ars = { system_id: app.world.systems.ars };
      const round = await app
        .db('rounds')
        .where({ ...ars, kind: '12M' })
        .first();
      const owner = await app
        .db('users')
        .where({ ...ars, username: PEOPLE.owner })
        .first();
      const nodes = await app
        .db('framework_nodes')
        .where({ framework_id: round.framework_id, code: '2', kind: 'sub_indicator' });
      await app.db('assignments').insert(nodes.map(({ id }) => ({ user_id: owner.id, node_id: id })));
      const [entry] = await app
        .db('entries')
        .join('variables', 'variables.id', 'entries.variable_id')
        .where({ round_id: round.id, office_id: owner.office_id, node_id: nodes[0].id })
        .orderBy('position')
        .pluck('entries.id');

      const agent = await signIn(app, 'ars', PEOPLE.owner, ARS_PASSWORD);
      const page = await agent.get('/ars/entry').expect(200);
      expect(page.text).toContain(`value_${entry}`);
      const fields = await entryFields(app.db, { [entry]: '1' });
      await agent.post(`/ars/entry?round=${round.id}`).type('form').send(fields).expect(303);
      expect(await storedEntry(app.db, entry)).toMatchObject({ value: '1', status: 'pending' });
    } finally {
      await app.stop();
    }
  });
});
