import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Transaction } from '../../src/db/database.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ empty: true });
  await app.db.raw('create table notes (id int primary key, text text not null)');
});
beforeEach(() => app.db('notes').del());
afterAll(() => app.stop());

const notes = () => app.db('notes').orderBy('id').pluck('id');

describe('statements that travel together', () => {
  it('are done in their order, each seeing those before it', async () => {
    const [, , { rows }] = await app.db.transaction((trx) =>
      Promise.all([
        trx('notes').insert({ id: 1, text: 'a' }),
        trx('notes').insert({ id: 2, text: 'b' }),
        trx.raw('select count(*)::int as count from notes where id > ?', [0]),
      ]),
    );
    expect(rows).toEqual([{ count: 2 }]);
    expect(await notes()).toEqual([1, 2]);
  });

  it('are undone together when one of them fails', async () => {
    const work = app.db.transaction((trx) =>
      Promise.all([
        trx('notes').insert({ id: 1, text: 'a' }),
        trx('notes').insert({ id: 1, text: 'twice' }),
        trx('notes').insert({ id: 3, text: 'c' }),
      ]),
    );
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(await notes()).toEqual([]);
  });

  it('wait for a lock that the first of them waits for', async () => {
    await app.db('notes').insert({ id: 1, text: 'before' });
    const other = app.db.transaction(async (trx) => {
      await trx('notes').where({ id: 1 }).update({ text: 'after' });
      await sleep(200);
    });
    await sleep(50);
    const reading = app.db.transaction((trx) =>
      Promise.all([
        trx.raw('select 1 from notes where id = ? for update', [1]),
        trx('notes').where({ id: 1 }).first('text'),
      ]),
    );
    await other;
    expect((await reading)[1]).toEqual({ text: 'after' });
  });
});

describe('a transaction', () => {
  it('whose work throws before its first statement leaves the connection as it was', async () => {
    const nothing = app.db.transaction(async () => {
      throw new Error('changed my mind');
    });
    await expect(nothing).rejects.toThrow('changed my mind');
    await app.db('notes').insert({ id: 1, text: 'a' });
    expect(await notes()).toEqual([1]);
  });

  it('whose work throws after a statement undoes it', async () => {
    const work = app.db.transaction(async (trx) => {
      await trx('notes').insert({ id: 1, text: 'a' });
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await notes()).toEqual([]);
  });

  it('of one moment sees nothing that others store meanwhile, and changes nothing', async () => {
    const reading = app.db.transaction(
      async (trx) => {
        await trx('notes');
        await app.db('notes').insert({ id: 1, text: 'a' });
        expect(await trx('notes')).toEqual([]);
        await trx('notes').insert({ id: 2, text: 'b' });
      },
      { ofOneMoment: true },
    );
    await expect(reading).rejects.toMatchObject({ code: '25006' });
    expect(await notes()).toEqual([1]);
  });

  it('takes nothing more when it is over', async () => {
    let kept: Transaction | undefined;
    await app.db.transaction(async (trx) => {
      kept = trx;
    });
    await expect(kept?.raw('select 1')).rejects.toThrow('is over');
    await expect(kept?.('notes').insert({ id: 1, text: 'a' })).rejects.toThrow('is over');
    expect(await notes()).toEqual([]);
  });

  it('in which a statement failed is not stored, whoever caught the error', async () => {
    const work = app.db.transaction(async (trx) => {
      await trx('notes').insert({ id: 1, text: 'a' });
      await trx('notes')
        .insert({ id: 1, text: 'twice' })
        .catch(() => {});
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await notes()).toEqual([]);
  });

  it('within a transaction is undone by itself', async () => {
    await app.db.transaction(async (trx) => {
      await trx('notes').insert({ id: 1, text: 'a' });
      const inner = trx.transaction(async (nested) => {
        await nested('notes').insert({ id: 2, text: 'b' });
        throw new Error('only this one');
      });
      await expect(inner).rejects.toThrow('only this one');
    });
    expect(await notes()).toEqual([1]);
  });

  it('whose connection breaks stores nothing, and the next one gets a new connection', async () => {
    const work = app.db.transaction(async (trx) => {
      await trx('notes').insert({ id: 1, text: 'a' });
      const { rows } = await trx.raw('select pg_backend_pid() as pid');
      await app.db.raw('select pg_terminate_backend(?)', [rows[0].pid]);
      await Promise.all([
        trx('notes').insert({ id: 2, text: 'b' }),
        trx('notes').insert({ id: 3, text: 'c' }),
      ]);
    });
    await expect(work).rejects.toThrow();
    expect(await notes()).toEqual([]);
    await app.db.transaction((trx) => trx('notes').insert({ id: 4, text: 'd' }));
    expect(await notes()).toEqual([4]);
  });
});
