import { type AddressInfo, createServer } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { unlockAbandonedJobs } from '../../src/db/job-queue.ts';
import { type Jobs, startJobs, taskList } from '../../src/jobs.ts';
import { isMailbox, isPermanent, oneLine, pauseAfter } from '../../src/notifications/rules.ts';
import { jobContext, runJobs } from '../support/jobs.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { queueTo, startAfresh, storedMail, storedMails, waitingJobs } from './support.ts';

let app: TestApp;
let server: MailServer;
const running: Jobs[] = [];

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  await startAfresh(app);
  server = await startMailServer();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
  await server.stop();
});
afterAll(() => app?.stop());

/** Another instance of the program, as far as jobs go. */
function instance(smtpUrl = server.url): Jobs {
  const pool = new pg.Pool({ connectionString: app.databaseUrl, max: 4 });
  const jobs = startJobs(jobContext(app, { smtpUrl }), pool);
  running.push(jobs);
  return jobs;
}

const states = async () => (await storedMails(app)).map(({ state }) => state);

describe('two instances', () => {
  it('share the work and send each mail once, as soon as it is queued', async () => {
    instance();
    instance();
    for (let count = 0; count < 10; count++) await queueTo(app, 'owner');
    await vi.waitFor(async () => expect(await states()).toEqual(Array(10).fill('sent')), 10_000);
    await vi.waitFor(async () => expect(await waitingJobs(app)).toBe(0), 5000);
    expect(server.received).toHaveLength(10);
    expect(new Set(server.received.map(({ messageId }) => messageId)).size).toBe(10);
  });

  it('go on by themselves after all their connections broke', async () => {
    instance();
    await queueTo(app, 'owner');
    await vi.waitFor(async () => expect(await states()).toEqual(['sent']), 10_000);
    await app.db.raw(`select pg_terminate_backend(pid) from pg_stat_activity
                       where datname = current_database() and pid <> pg_backend_pid()`);
    await vi.waitFor(() => queueTo(app, 'owner'), 5000);
    await vi.waitFor(async () => expect(await states()).toEqual(['sent', 'sent']), 18_000);
    expect(server.received).toHaveLength(2);
  });

  it('stop at once when nothing is at work, even just after their start', async () => {
    const begin = performance.now();
    await running.splice(running.indexOf(instance()))[0]?.stop();
    expect(performance.now() - begin).toBeLessThan(3000);
  });
});

describe('a stop', () => {
  it('does not wait for a mail server that hangs; the mail goes out later', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    await queueTo(app, 'owner');
    instance(`smtp://127.0.0.1:${port}`);
    await vi.waitFor(async () => {
      const { rows } = await app.db.raw('select locked_by from graphile_worker._private_jobs');
      expect(rows[0]?.locked_by).toMatch(/^pool-/);
    }, 5000);
    const begin = performance.now();
    await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
    expect(performance.now() - begin).toBeLessThan(8000);
    expect(await storedMail(app)).toMatchObject({ state: 'waiting', tries: 0 });
    await app.db.raw('update graphile_worker._private_jobs set run_at = now()');
    await runJobs(app, { smtpUrl: server.url });
    expect(server.received).toHaveLength(1);
    silent.close();
  });
});

describe('jobs of a worker that died', () => {
  const lock = (since: string) =>
    app.db.raw(
      `update graphile_worker._private_jobs set attempts = 1, locked_by = 'pool-dead', locked_at = now() - ?::interval`,
      [since],
    );

  it('are handed out again after ten minutes, not earlier', async () => {
    await queueTo(app, 'owner');
    await lock('9 minutes');
    await unlockAbandonedJobs(app.db);
    await runJobs(app, { smtpUrl: server.url });
    expect(server.received).toEqual([]);
    await lock('11 minutes');
    await unlockAbandonedJobs(app.db);
    await runJobs(app, { smtpUrl: server.url });
    expect(server.received).toHaveLength(1);
  });

  it('are handed out again at once where only one program can be at work', async () => {
    await queueTo(app, 'owner');
    await lock('1 second');
    await unlockAbandonedJobs(app.db, true);
    await runJobs(app, { smtpUrl: server.url });
    expect(server.received).toHaveLength(1);
  });
});

describe('every night', () => {
  it('mails whose job is used up are given up, and notices that nobody wants go', async () => {
    await queueTo(app, 'owner');
    await queueTo(app, 'colleague');
    await app.db('mails').update({ created_at: app.db.raw("now() - interval '2 hours'") });
    const [lost] = await storedMails(app);
    await app.db.raw('update graphile_worker._private_jobs set attempts = max_attempts where key = ?', [
      `mail-${lost?.id}`,
    ]);
    await app.db.raw(`
      insert into notices (system_id, user_id, kind, group_key, data, created_at)
      select system_id, id, 'assigned', 'x', '{}', now() - interval '8 days' from users`);
    await app.db('users').where({ id: app.world.users.idle }).update({ mail_preference: 'none' });
    await app.db.raw("select graphile_worker.add_job('clean-up')");
    const tasks = taskList(jobContext(app));
    expect(Object.keys(tasks)).toContain('daily-summary');
    await app.db.raw(
      "update graphile_worker._private_jobs set run_at = now() + interval '1 hour' where key like 'mail-%'",
    );
    await runJobs(app, { smtpUrl: server.url });
    expect((await storedMails(app)).map(({ state, last_error }) => [state, last_error])).toEqual([
      ['failed', 'internal'],
      ['waiting', null],
    ]);
    const left = await app.db('notices').pluck('user_id');
    expect(left).toContain(app.world.users.owner);
    expect(left).not.toContain(app.world.users.idle);
    expect(left).not.toContain(app.world.users.former);
  });
});

describe('rules', () => {
  it('pauses double up to two hours: some 18 tries in a day', () => {
    expect([1, 2, 3, 7, 8, 9, 20].map(pauseAfter)).toEqual([60, 120, 240, 3840, 7200, 7200, 7200]);
  });

  it('only the refusal of a receiver or a message is for good', () => {
    expect(isPermanent({ code: 'EENVELOPE', responseCode: 550 })).toBe(true);
    expect(isPermanent({ code: 'EMESSAGE', responseCode: 554 })).toBe(true);
    expect(isPermanent({ code: 'EENVELOPE', responseCode: 450 })).toBe(false);
    expect(isPermanent({ code: 'EENVELOPE', responseCode: 553, command: 'MAIL FROM' })).toBe(false);
    expect(isPermanent({ code: 'EAUTH', responseCode: 535 })).toBe(false);
    expect(isPermanent({ code: 'EPROTOCOL', responseCode: 554 })).toBe(false);
    expect(isPermanent({ code: 'ECONNECTION' })).toBe(false);
  });

  it('lines and mailboxes', () => {
    expect(oneLine(' a\r\n\tb\u2028c\0 ')).toBe('a b c');
    expect(isMailbox('ก.ข@example.org')).toBe(true);
    expect(isMailbox('a@b@example.org')).toBe(false);
    expect(isMailbox('')).toBe(false);
  });
});
