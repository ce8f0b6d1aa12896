import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Transaction } from '../../src/db/database.ts';
import { rowsOf, sideBySide, together, write } from '../../src/db/statement.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ empty: true });
});
afterAll(() => app.stop());

const SUM = 'select :a::int + :b::int as sum, :a::int as a';

describe('a constant statement', () => {
  it('finds its bindings by their names, one as often as it is named; casts are none', async () => {
    expect(await rowsOf(app.db, SUM, { a: 2, b: 3, c: 'not named' })).toEqual([{ sum: 5, a: 2 }]);
  });

  it('takes lists, moments, and null', async () => {
    const moment = new Date('2019-04-18T09:30:00.250Z');
    const sql = 'select :list::text[] as list, :moment::timestamptz as moment, :nothing::text as nothing';
    const bindings = { list: ['a', 'ข "c"'], moment, nothing: null };
    expect(await rowsOf(app.db, sql, bindings)).toEqual([bindings]);
  });

  it('that misses a binding is not sent', async () => {
    await expect(rowsOf(app.db, SUM, { a: 2, b: undefined })).rejects.toThrow('misses its binding b');
  });

  it('that fails says why, and gives its connection back', async () => {
    const failing = () => rowsOf(app.db, 'select 1 / :zero::int', { zero: 0 });
    for (let time = 0; time < 20; time += 1) await expect(failing()).rejects.toMatchObject({ code: '22012' });
    expect(await rowsOf(app.db, SUM, { a: 1, b: 1 })).toEqual([{ sum: 2, a: 1 }]);
  });

  it('belongs to its transaction, and is refused when that is over', async () => {
    await app.db.raw('create table marks (id int primary key)');
    const insert = 'insert into marks (id) values (:id) returning id';
    let kept: Parameters<typeof rowsOf>[0] = app.db;
    const work = app.db.transaction(async (trx) => {
      kept = trx;
      expect(await rowsOf(trx, insert, { id: 1 })).toEqual([{ id: 1 }]);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await app.db('marks')).toEqual([]);
    await expect(rowsOf(kept, insert, { id: 2 })).rejects.toThrow('is over');
    expect(await app.db('marks')).toEqual([]);
  });

  it('is done in order with others that travel with it', async () => {
    await app.db.raw('create table steps (id int primary key)');
    const [, seen] = await app.db.transaction((trx) =>
      Promise.all([
        rowsOf(trx, 'insert into steps (id) values (:id)', { id: 1 }),
        rowsOf(trx, 'select count(*)::int as count from steps where id > :from', { from: 0 }),
      ]),
    );
    expect(seen).toEqual([{ count: 1 }]);
  });
});

const COUNT = 'select count(*)::int as count from notes where id > :from';
const INSERT = 'insert into notes (id) values (:id) returning id';
const PID = 'select pg_backend_pid() as pid where :yes::bool';
const STATE = `
  select current_setting('plan_cache_mode') as plans, current_setting('transaction_read_only') as "readOnly"
   where :yes::bool`;

beforeAll(() => app.db.raw('create table notes (id int primary key)'));
beforeEach(() => app.db('notes').del());

describe('what is written without waiting', () => {
  it('is done in its order, and is there after the transaction', async () => {
    const seen = await app.db.transaction(async (trx) => {
      await write(trx, INSERT, { id: 1 });
      const count = await rowsOf(trx, COUNT, { from: 0 });
      await write(trx, INSERT, { id: 2 });
      return count;
    });
    expect(seen).toEqual([{ count: 1 }]);
    expect(await app.db('notes').pluck('id')).toEqual([1, 2]);
  });

  it('fails the transaction with its own error, whatever came after it', async () => {
    await app.db('notes').insert({ id: 1 });
    const last = app.db.transaction(async (trx) => {
      await write(trx, INSERT, { id: 2 });
      await write(trx, INSERT, { id: 1 });
      await write(trx, INSERT, { id: 3 });
      return 'not stored';
    });
    await expect(last).rejects.toMatchObject({ code: '23505' });
    const before = app.db.transaction(async (trx) => {
      await write(trx, INSERT, { id: 1 });
      return rowsOf(trx, COUNT, { from: 0 });
    });
    await expect(before).rejects.toMatchObject({ code: '23505' });
    expect(await app.db('notes').pluck('id')).toEqual([1]);
    await app.db.transaction((trx) => write(trx, INSERT, { id: 2 }));
    expect(await app.db('notes').pluck('id')).toEqual([1, 2]);
  });

  it('is undone with the transaction, and refused after it', async () => {
    let kept: Transaction | undefined;
    const work = app.db.transaction(async (trx) => {
      kept = trx;
      await write(trx, INSERT, { id: 1 });
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    if (kept !== undefined) await expect(write(kept, INSERT, { id: 2 })).rejects.toThrow('is over');
    expect(await app.db('notes')).toEqual([]);
  });

  it('fails with the connection', async () => {
    const work = app.db.transaction((trx) =>
      write(trx, 'select pg_terminate_backend(pg_backend_pid()) where :yes::bool', { yes: true }),
    );
    await expect(work).rejects.toThrow();
  });
});

describe('what a page reads together', () => {
  it('is of one moment, whatever others store meanwhile', async () => {
    const reading = together(app.db, (one) =>
      Promise.all([
        rowsOf(one, COUNT, { from: 0 }),
        rowsOf(one, 'select pg_sleep(:seconds)', { seconds: 0.3 }),
        rowsOf(one, COUNT, { from: 0 }),
      ]),
    );
    await sleep(100);
    await app.db('notes').insert({ id: 1 });
    const [before, , after] = await reading;
    expect([before, after]).toEqual([[{ count: 0 }], [{ count: 0 }]]);
    expect(await rowsOf(app.db, COUNT, { from: 0 })).toEqual([{ count: 1 }]);
  });

  it('changes nothing', async () => {
    const work = together(app.db, (one) => rowsOf(one, INSERT, { id: 1 }));
    await expect(work).rejects.toMatchObject({ code: '25006' });
    expect(await app.db('notes')).toEqual([]);
  });

  it.each([together, sideBySide])('goes by one connection and leaves it as it was: %o', async (read) => {
    const ask = () =>
      read(app.db, (one) => Promise.all([rowsOf(one, PID, { yes: true }), rowsOf(one, PID, { yes: true })]));
    const [first, second] = await ask();
    expect(first).toEqual(second);
    for (let time = 0; time < 20; time += 1) {
      const failing = read(app.db, (one) =>
        Promise.all([
          rowsOf(one, 'select 1 / :zero::int', { zero: 0 }),
          rowsOf(one, COUNT, { from: 0 }).catch(() => 'in the same transaction'),
        ]),
      );
      await expect(failing).rejects.toMatchObject({ code: '22012' });
    }
    const states = Array.from({ length: 10 }, () => rowsOf(app.db, STATE, { yes: true }));
    for (const state of await Promise.all(states))
      expect(state).toEqual([{ plans: 'auto', readOnly: 'off' }]);
  });

  it('can go on after something else was waited for', async () => {
    const answer = together(app.db, async (one) => {
      await rowsOf(one, COUNT, { from: 0 });
      await sleep(20);
      return [await rowsOf(one, COUNT, { from: 0 }), await rowsOf(one, STATE, { yes: true })];
    });
    expect(await answer).toEqual([[{ count: 0 }], [{ plans: 'auto', readOnly: 'off' }]]);
  });

  it('keeps one plan, also where it counts by groups', async () => {
    const grouped = 'select id % :by as rest, count(*)::int as count from notes group by 1';
    const plans = `select generic_plans::int as generic, custom_plans::int as custom
                     from pg_prepared_statements where statement like :text`;
    const answers = await together(app.db, (one) =>
      Promise.all([
        rowsOf(one, grouped, { by: 2 }),
        rowsOf(one, grouped, { by: 3 }),
        rowsOf(one, plans, { text: 'select id % $1%' }),
      ]),
    );
    expect(answers[2]).toEqual([{ generic: 2, custom: 0 }]);
  });

  it('belongs to a transaction where there is one', async () => {
    await app.db.transaction(async (trx) => {
      const [, seen] = await together(trx, (one) =>
        Promise.all([rowsOf(one, INSERT, { id: 1 }), rowsOf(one, COUNT, { from: 0 })]),
      );
      expect(seen).toEqual([{ count: 1 }]);
      const within = await together(trx, (one) =>
        sideBySide(one, (same) => rowsOf(same, COUNT, { from: 0 })),
      );
      expect(within).toEqual([{ count: 1 }]);
    });
    expect(await app.db('notes').pluck('id')).toEqual([1]);
  });

  it('asks for nothing where nothing is asked, and fails as the connection does', async () => {
    expect(await together(app.db, async () => 'nothing')).toBe('nothing');
    const broken = together(app.db, (one) =>
      Promise.all([
        rowsOf(one, 'select pg_terminate_backend(pg_backend_pid()) where :yes::bool', { yes: true }),
        rowsOf(one, COUNT, { from: 0 }),
      ]),
    );
    await expect(broken).rejects.toThrow();
    await sleep(50);
    expect(await together(app.db, (one) => rowsOf(one, COUNT, { from: 0 }))).toEqual([{ count: 0 }]);
  });
});
