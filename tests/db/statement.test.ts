import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf } from '../../src/db/statement.ts';
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
