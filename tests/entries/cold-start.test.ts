import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { entryFields } from '../support/entry-form.ts';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ env: { DATABASE_POOL_SIZE: '2' } });
});
afterAll(() => app.stop());

/*
 * Just started, nothing in memory, and as many saves at once as there are connections: each holds one, and must not
 * need another one to read the framework.
 */
it('saves at once after a start, although every connection is taken', async () => {
  const { world } = app;
  const a = {
    krabi: await world.entry('open', 'krabi', '1/a'),
    lampang: await world.entry('open', 'lampang', '1/a'),
  };
  const people = [
    { who: PEOPLE.owner, fields: await entryFields(app.db, { [a.krabi]: '46' }) },
    { who: PEOPLE.outsider, fields: await entryFields(app.db, { [a.lampang]: '51' }) },
  ];
  const agents = await Promise.all(people.map(({ who }) => signIn(app, 'krs', who)));
  const path = `/krs/entry?round=${world.rounds.open}`;
  const other = await heldBack();
  const saving = agents.map((agent, at) =>
    agent
      .post(path)
      .type('form')
      .send(people[at]?.fields)
      .then(({ status }) => status),
  );
  while ((await waiting(other)) < saving.length) await sleep(20);
  await other.query('commit');
  await other.end();
  expect(await Promise.all(saving)).toEqual([303, 303]);
});

/** Somebody holds the offices of the round until all saves have their connection and wait. */
async function heldBack(): Promise<pg.Client> {
  const client = new pg.Client(app.databaseUrl);
  await client.connect();
  await client.query('begin');
  await client.query('select 1 from round_offices for update');
  return client;
}

async function waiting(client: pg.Client): Promise<number> {
  // a transaction sees everybody's activity as it was when it first looked
  await client.query('select pg_stat_clear_snapshot()');
  const { rows } = await client.query(`
    select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`);
  return rows[0].count;
}
