import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endLinksOf, findLink, requestLink } from '../../src/users/links/actions.ts';
import { deliverMail, runJobs, skipWaiting } from '../support/jobs.ts';
import { parseMail, startMailServer } from '../support/mail-server.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { startAfresh, storedMail, storedMails } from './support.ts';

let app: TestApp;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kpi-mail-'));
  app = await startTestApp({
    env: { PUBLIC_URL: 'https://kpi.example.org', TRUST_PROXY: '1', DATA_DIR: dataDir },
  });
});
beforeEach(() => startAfresh(app));
afterAll(async () => {
  await app?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function ask(kind: 'activation' | 'reset'): Promise<void> {
  const user = { id: app.world.users.idle };
  await app.db.transaction((trx) => requestLink(trx, { user, kind, createdBy: null }));
}

function tokenOf(text: string | undefined): string {
  return /https:\/\/kpi\.example\.org\/krs\/password\/(\S+)/.exec(text ?? '')?.[1] ?? '';
}

describe('a link to set a password', () => {
  it.each([
    ['activation', '72 ชั่วโมง', 'ตั้งรหัสผ่านสำหรับบัญชีผู้ใช้งาน KRS System'],
    ['reset', '1 ชั่วโมง', 'ตั้งรหัสผ่านใหม่สำหรับบัญชีผู้ใช้งาน KRS System'],
  ] as const)(
    'of kind %s comes with username, office, system and how long it works',
    async (kind, hours, subject) => {
      await ask(kind);
      const [mail] = await deliverMail(app);
      expect(mail?.subject).toBe(subject);
      for (const text of [
        'wichai',
        hours,
        'สำนักงานเขตพื้นที่การศึกษาประถมศึกษากระบี่',
        'ระบบรายงานผลตามคำรับรองการปฏิบัติราชการ',
      ]) {
        expect(mail?.text).toContain(text);
        expect(mail?.html).toContain(text);
      }
      const found = await findLink(app.db, tokenOf(mail?.text), app.world.systems.krs, app.clock.now());
      expect(found).toMatchObject({ state: 'valid', username: 'wichai', kind });
    },
  );

  it('to reset that an administrator had sent says who, and not that somebody asked', async () => {
    const { idle, kpiOffice } = app.world.users;
    const { name } = await app.db('users').where({ id: kpiOffice }).first('name');
    await app.db.transaction((trx) =>
      requestLink(trx, { user: { id: idle }, kind: 'reset', createdBy: kpiOffice }),
    );
    const [mail] = await deliverMail(app);
    expect(mail?.text).toContain(`ผู้ดูแลระบบ (${name}) ของ`);
    expect(mail?.text).not.toContain('มีผู้ขอ');
    expect(mail?.text).not.toContain('ไม่ต้องดำเนินการใด');
  });

  it('is a new one with every try, and the newest works', async () => {
    await ask('reset');
    const tokens: string[] = [];
    const server = await startMailServer({
      onMessage: ({ text }) => (tokens.push(tokenOf(text)) === 1 ? 451 : undefined),
    });
    await runJobs(app, { smtpUrl: server.url });
    await skipWaiting(app);
    await runJobs(app, { smtpUrl: server.url });
    expect(new Set(tokens).size).toBe(2);
    const states = await Promise.all(
      tokens.map((token) => findLink(app.db, token, app.world.systems.krs, app.clock.now())),
    );
    expect(states.map(({ state }) => state)).toEqual(['unknown', 'valid']);
    await server.stop();
  });

  it('that was ended before its mail went out is not sent', async () => {
    await ask('activation');
    await app.db.transaction((trx) => endLinksOf(trx, [app.world.users.idle]));
    expect(await deliverMail(app)).toEqual([]);
    expect(await storedMail(app)).toMatchObject({ state: 'failed', last_error: 'linkEnded', tries: 1 });
  });

  it('leaves its token in no table and no log line, whatever the server answers', async () => {
    await ask('reset');
    const tokens: string[] = [];
    let lines = '';
    const logger = pino(
      { level: 'info' },
      new Writable({
        write(chunk, _encoding, done) {
          lines += chunk;
          done();
        },
      }),
    );
    const server = await startMailServer({
      onMessage: ({ text }) => {
        tokens.push(tokenOf(text));
        return tokens.length === 1 ? 451 : undefined;
      },
    });
    await runJobs(app, { smtpUrl: server.url, logger });
    await skipWaiting(app);
    await runJobs(app, { smtpUrl: server.url, logger });
    await server.stop();
    expect(lines).toContain('a mail could not be sent');
    expect(lines).toContain('a mail was sent');
    expect(lines).not.toContain('example.org');
    const stored = JSON.stringify([
      await storedMails(app),
      await app.db('account_links').select('*'),
      await app.db('graphile_worker._private_jobs').select('*'),
    ]);
    expect(tokens).toHaveLength(2);
    for (const token of tokens) {
      expect(token.length).toBeGreaterThan(30);
      expect(lines).not.toContain(token);
      expect(stored).not.toContain(token);
    }
  });
});

describe('without a mail server', () => {
  it('mails are files that only the program may read, and that mail programs open', async () => {
    await ask('reset');
    await runJobs(app);
    const folder = join(dataDir, 'mail');
    const [name = '', ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(name).toMatch(/^2019-10-15T02-00-00-000Z-\d+\.1\.\w+\.eml$/);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    const mail = await parseMail(await readFile(join(folder, name)));
    expect(mail).toMatchObject({
      subject: 'ตั้งรหัสผ่านใหม่สำหรับบัญชีผู้ใช้งาน KRS System',
      to: [{ name: 'วิชัย ว่างงาน', address: 'wichai@example.org' }],
    });
    expect(tokenOf(mail.text)).not.toBe('');
    expect(mail.html).toContain(tokenOf(mail.text));
    expect(await storedMail(app)).toMatchObject({ state: 'sent' });
  });
});
