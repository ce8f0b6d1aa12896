import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../src/lib/errors.ts';
import { finishTask, runTask, startTask } from '../../src/tasks/actions.ts';
import { findTask, giveUpLostTasks } from '../../src/tasks/queries.ts';
import { storyOf, taskKind } from '../../src/tasks/rules.ts';
import type { NewTask, Progress, StoredTask, TaskKinds } from '../../src/tasks/types.ts';
import { jobContext, runJobs } from '../support/jobs.ts';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

let app: TestApp;
let work: (progress: Progress, taskId: string) => Promise<{ made: number }>;
const kinds: TaskKinds = {
  make: taskKind({
    payload: z.object({ what: z.string() }),
    title: ({ what }) => ({ key: 'tasks.title', values: { what } }),
    run: (_context, task, progress) => work(progress, task.id),
    tell: ({ made }) => ({ level: 'success', lines: [{ key: 'tasks.what', values: { made } }] }),
  }),
};

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  work = async () => ({ made: 1 });
  await app.db('tasks').delete();
  await app.db.raw('delete from graphile_worker._private_jobs');
});
afterAll(() => app?.stop());

describe('a task', () => {
  it('is done by the queue once its transaction is committed, and tells what it made', async () => {
    const id = await start();
    expect(await stored(id)).toMatchObject({ state: 'waiting', result: null, finishedAt: null });
    await runJobs(app, { taskKinds: kinds });
    const task = await stored(id);
    expect(task).toMatchObject({ state: 'done', result: { made: 1 } });
    expect(task.finishedAt).not.toBeNull();
    expect(storyOf(task, kinds)?.lines).toEqual([{ key: 'tasks.what', values: { made: 1 } }]);
  });

  it('is not there when its transaction is rolled back', async () => {
    const failing = app.db.transaction(async (trx) => {
      await startTask(trx, task());
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await app.db('tasks')).toEqual([]);
    expect((await app.db.raw('select from graphile_worker.jobs')).rows).toEqual([]);
  });

  it('is begun once, however often the same person asks for it, until it is over', async () => {
    const id = await start();
    expect(await start()).toBe(id);
    expect(await start({ payload: { what: 'other' } })).not.toBe(id);
    expect(await start({ requestedBy: app.world.users.certifier })).not.toBe(id);
    await runTask(context(), id, kinds);
    expect(await start()).not.toBe(id);
  });

  it('says how far it is while its own transaction is open', async () => {
    const id = await start();
    work = (progress) =>
      app.db.transaction(async (trx) => {
        await trx.raw('select 1');
        for (let done = 1; done <= 200; done += 1) progress(done, 200);
        await expect.poll(async () => (await stored(id)).total).toBe(200);
        expect(await stored(id)).toMatchObject({ state: 'running', done: 1 });
        return { made: 200 };
      });
    await runTask(context(), id, kinds);
    expect(await stored(id)).toMatchObject({ state: 'done', done: 200, total: 200 });
  });

  it('fails with a message of the catalogue, never with an internal text', async () => {
    const [broken, refused, unknown] = [
      await start(),
      await start({ payload: { what: '2' } }),
      await start({ kind: 'nothing' }),
    ];
    work = async () => {
      throw new Error('relation "secret" does not exist');
    };
    await runTask(context(), broken, kinds);
    work = async () => {
      throw new AppError('conflict');
    };
    await runTask(context(), refused, kinds);
    await runTask(context(), unknown, kinds);
    const told = async (id: string) => {
      const task = await stored(id);
      expect(JSON.stringify(task)).not.toContain('secret');
      return storyOf(task, kinds)?.lines.map(({ key }) => key);
    };
    expect(await told(broken)).toEqual(['tasks.failed', 'errors.text.internal']);
    expect(await told(refused)).toEqual(['tasks.failed', 'errors.text.conflict']);
    expect(await told(unknown)).toEqual(['tasks.failed', 'errors.text.internal']);
  });

  it('waits for a database that is away, and is done again', async () => {
    const id = await start();
    work = async () => {
      throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    };
    await expect(runTask(context(), id, kinds)).rejects.toThrow('gone');
    expect((await stored(id)).state).toBe('running');
    work = async () => ({ made: 3 });
    await runTask(context(), id, kinds);
    expect(await stored(id)).toMatchObject({ state: 'done', result: { made: 3 } });
  });

  it('is over for good: its result was stored with the work, and a second worker changes nothing', async () => {
    const id = await start();
    work = async (_progress, taskId) => {
      await app.db.transaction((trx) => finishTask(trx, taskId, { made: 7 }));
      return { made: 0 };
    };
    await runTask(context(), id, kinds);
    work = async () => {
      throw new Error('done twice');
    };
    await runTask(context(), id, kinds);
    expect(await stored(id)).toMatchObject({ state: 'done', result: { made: 7 } });
  });

  it('tells big numbers with separators, and years without, in both languages', async () => {
    const counts = {
      offices: 2250,
      created: 33750,
      broughtBack: 0,
      setAside: 0,
      carried: 1234,
      carriedAudits: 0,
    };
    const lists = { kind: 'rounds.createLists', payload: { roundId: '1', label: 'รอบ' } };
    const made = await start(lists);
    await app
      .db('tasks')
      .where({ id: made })
      .update({ state: 'done', result: { outcome: 'created', ...counts } });
    const payload = { fiscalYear: 2562, version: 1, reason: '' };
    const publishing = await start({ kind: 'publish', payload });
    const psdg = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const { text } = await psdg.get(`/krs/tasks/${made}`).expect(200);
    expect(text).toContain('สร้างรายการใหม่ 33,750 รายการ รอบนี้มี 2,250 หน่วยงาน');
    expect(text).toContain('ยกค่าจากรอบก่อนมา 1,234 รายการ');
    expect((await psdg.get(`/krs/tasks/${publishing}`)).text).toContain('ปี 2562</h1>');
    const account = app.db('users').where({ id: app.world.users.kpiOffice });
    await account.update({ locale: 'en' });
    expect((await psdg.get(`/krs/tasks/${made}`)).text).toContain('33,750 new entries. 2,250 offices');
    await account.update({ locale: 'th' });
  });

  it('is given up when its job is gone', async () => {
    const [lost, waiting] = [await start(), await start({ payload: { what: '2' } })];
    await app.db('tasks').update({ requested_at: new Date('2019-01-01') });
    await app.db.raw('delete from graphile_worker._private_jobs where key = ?', [`task-${lost}`]);
    await giveUpLostTasks(app.db);
    expect((await stored(lost)).state).toBe('failed');
    expect((await stored(waiting)).state).toBe('waiting');
  });
});

function task(changes: Partial<NewTask> = {}): NewTask {
  const { systems, users } = app.world;
  return {
    systemId: systems.krs,
    kind: 'make',
    payload: { what: '1' },
    requestedBy: users.kpiOffice,
    ...changes,
  };
}

function start(changes: Partial<NewTask> = {}): Promise<string> {
  return app.db.transaction((trx) => startTask(trx, task(changes)));
}

async function stored(id: string): Promise<StoredTask> {
  const found = await findTask(app.db, { systemId: app.world.systems.krs, id });
  if (found === undefined) throw new Error(`There is no task ${id}`);
  return found;
}

function context() {
  return jobContext(app);
}
