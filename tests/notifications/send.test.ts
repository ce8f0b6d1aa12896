import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliverMail, runJobs, skipWaiting } from '../support/jobs.ts';
import { startMailServer } from '../support/mail-server.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { queueTo, startAfresh, storedMail, storedMails, waitingJobs } from './support.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ env: { PUBLIC_URL: 'http://kpi.example.org' } });
});
beforeEach(() => startAfresh(app));
afterAll(() => app?.stop());

describe('a mail', () => {
  it('arrives with Thai subject and both parts intact', async () => {
    await queueTo(app, 'owner');
    const [mail, ...others] = await deliverMail(app);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      subject: 'บัญชีผู้ใช้งาน KRS System ของท่านมีการเปลี่ยนแปลง',
      from: { name: 'KRS System', address: 'no-reply@kpi.example.org' },
      to: [{ name: 'เจ้าของ งานดี', address: '8101@example.org' }],
      envelopeTo: ['8101@example.org'],
    });
    const said = [
      'เรียน เจ้าของ งานดี',
      'ชื่อผู้ใช้งาน',
      '8101',
      'สำนักงานเขตพื้นที่การศึกษาประถมศึกษากระบี่',
      'รหัสผ่านถูกเปลี่ยน',
      'http://kpi.example.org/krs/profile',
      'ระบบรายงานผลตามคำรับรองการปฏิบัติราชการ',
    ];
    for (const text of said) {
      expect(mail?.text).toContain(text);
      expect(mail?.html).toContain(text);
    }
    expect(mail?.html).toContain('<a href="http://kpi.example.org/krs/profile">');
    expect(mail?.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(await storedMail(app)).toMatchObject({
      state: 'sent',
      tries: 1,
      last_error: null,
      next_try_at: null,
    });
    expect(await waitingJobs(app)).toBe(0);
  });

  it('is in the language of its receiver', async () => {
    await app.db('users').where({ id: app.world.users.owner }).update({ locale: 'en' });
    await queueTo(app, 'owner', { data: { what: ['email', 'secondFactorOff'], email: 'new@example.org' } });
    const [mail] = await deliverMail(app);
    expect(mail?.subject).toBe('Your KRS System account was changed');
    expect(mail?.text).toContain('The e-mail address of the account is now new@example.org');
    expect(mail?.text).toContain('Signing in with a second step was switched off');
    const words = mail?.text
      .replaceAll('เจ้าของ งานดี', '')
      .replaceAll('สำนักงานเขตพื้นที่การศึกษาประถมศึกษากระบี่', '');
    expect(words).not.toMatch(/[ก-๙]/);
  });

  it('of a change that was rolled back never exists', async () => {
    const undone = app.db.transaction(async (trx) => {
      const { queueMail } = await import('../../src/notifications/actions.ts');
      await queueMail(trx, {
        systemId: app.world.systems.krs,
        userId: app.world.users.owner,
        address: '8101@example.org',
        kind: 'accountChanged',
        data: {},
      });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await deliverMail(app)).toEqual([]);
    expect(await storedMails(app)).toEqual([]);
    expect(await waitingJobs(app)).toBe(0);
  });

  it('is sent once although several workers look for work', async () => {
    const server = await startMailServer();
    for (let count = 0; count < 12; count++) await queueTo(app, 'owner');
    await Promise.all([1, 2, 3].map(() => runJobs(app, { smtpUrl: server.url })));
    expect(server.received).toHaveLength(12);
    expect(new Set(server.received.map(({ messageId }) => messageId)).size).toBe(12);
    await server.stop();
  });

  it('goes to nobody who was disabled meanwhile', async () => {
    await queueTo(app, 'former');
    expect(await deliverMail(app)).toEqual([]);
    expect(await storedMail(app)).toMatchObject({ state: 'failed', last_error: 'accountDisabled' });
  });
});

describe('names and addresses', () => {
  it('cannot add headers or receivers', async () => {
    const name = 'สมชาย\r\nBcc: other@example.org\r\n\r\nนี่คือเนื้อหา <evil@example.org>, "x';
    await app.db('users').where({ id: app.world.users.idle }).update({ name });
    await queueTo(app, 'idle', { data: { what: 'email', email: 'a@example.org\r\nBcc: other@example.org' } });
    const [mail, ...others] = await deliverMail(app);
    expect(others).toEqual([]);
    expect(mail?.envelopeTo).toEqual(['wichai@example.org']);
    expect(mail?.to.map(({ address }) => address)).toEqual(['wichai@example.org']);
    expect(mail?.bcc ?? []).toEqual([]);
    expect(mail?.raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im);
    expect(mail?.html).not.toContain('<evil');
    await app.db('users').where({ id: app.world.users.idle }).update({ name: 'วิชัย ว่างงาน' });
  });

  it.each([
    'a@example.org, b@example.org',
    'a@example.org\r\nRCPT TO:<b@example.org>',
    'x <a@example.org>',
    'nobody',
  ])('are taken for what they are: %j is no mailbox', async (address) => {
    await queueTo(app, 'owner', { address });
    expect(await deliverMail(app)).toEqual([]);
    expect(await storedMail(app)).toMatchObject({ state: 'failed', last_error: 'badAddress' });
  });
});

describe('a mail server', () => {
  it('that refuses the receiver for good ends the matter at once', async () => {
    const server = await startMailServer({ onReceiver: () => 550 });
    await queueTo(app, 'owner');
    await runJobs(app, { smtpUrl: server.url });
    const mail = await storedMail(app);
    expect(mail).toMatchObject({ state: 'failed', tries: 1, next_try_at: null });
    expect(mail.last_error).toContain('550');
    expect(await waitingJobs(app)).toBe(0);
    await server.stop();
  });

  it('that is busy is tried again after a growing pause', async () => {
    let refusals = 2;
    const server = await startMailServer({ onMessage: () => (refusals-- > 0 ? 451 : undefined) });
    await queueTo(app, 'owner');
    await runJobs(app, { smtpUrl: server.url });
    const first = await storedMail(app);
    expect(first).toMatchObject({ state: 'waiting', tries: 1 });
    expect(secondsUntilNext(first)).toBeCloseTo(60, -1);
    // nothing is due yet
    await runJobs(app, { smtpUrl: server.url });
    expect(await storedMail(app)).toMatchObject({ tries: 1 });
    await skipWaiting(app);
    await runJobs(app, { smtpUrl: server.url });
    const second = await storedMail(app);
    expect(second).toMatchObject({ state: 'waiting', tries: 2 });
    expect(secondsUntilNext(second)).toBeCloseTo(120, -1);
    await skipWaiting(app);
    await runJobs(app, { smtpUrl: server.url });
    expect(await storedMail(app)).toMatchObject({ state: 'sent', tries: 3, last_error: null });
    expect(server.received).toHaveLength(1);
    await server.stop();
  });

  it('that answers too late is given up, and the next try bears the same Message-ID', async () => {
    const silent = await silentServer();
    await queueTo(app, 'owner');
    const begin = performance.now();
    await runJobs(app, { smtpUrl: `smtp://127.0.0.1:${silent.port}?greetingTimeout=300&socketTimeout=300` });
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(await storedMail(app)).toMatchObject({ state: 'waiting', tries: 1 });
    silent.server.close();
    const ids: (string | undefined)[] = [];
    const server = await startMailServer({
      onMessage: ({ messageId }) => (ids.push(messageId) === 1 ? 451 : undefined),
    });
    for (let tries = 0; tries < 2; tries++) {
      await skipWaiting(app);
      await runJobs(app, { smtpUrl: server.url });
    }
    expect(await storedMail(app)).toMatchObject({ state: 'sent', tries: 3 });
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
    await server.stop();
  });

  it('that is down for long and comes back gets every mail, once', async () => {
    const smtpUrl = await unusedAddress();
    for (const person of ['owner', 'colleague', 'certifier'] as const) await queueTo(app, person);
    for (let tries = 0; tries < 6; tries++) {
      await runJobs(app, { smtpUrl });
      await skipWaiting(app);
    }
    expect((await storedMails(app)).map(({ state, tries }) => [state, tries])).toEqual(
      Array(3).fill(['waiting', 6]),
    );
    const server = await startMailServer({ port: Number(new URL(smtpUrl).port) });
    await runJobs(app, { smtpUrl });
    await runJobs(app, { smtpUrl });
    const receivers = server.received.map(({ envelopeTo }) => envelopeTo[0]).sort();
    expect(receivers).toEqual(['8101@example.org', 'finance1@example.org', 'somjai@example.org']);
    expect((await storedMails(app)).map(({ state }) => state)).toEqual(Array(3).fill('sent'));
    await server.stop();
  });

  it('that stays away for a day makes the mail fail, with what it said', async () => {
    const smtpUrl = await unusedAddress();
    await queueTo(app, 'owner');
    await runJobs(app, { smtpUrl });
    await app.db('mails').update({ first_try_at: app.db.raw("now() - interval '23 hours 59 minutes'") });
    await skipWaiting(app);
    await runJobs(app, { smtpUrl });
    const mail = await storedMail(app);
    expect(mail).toMatchObject({ state: 'failed', tries: 2, next_try_at: null });
    expect(mail.last_error).toContain('ECONNREFUSED');
    expect(await waitingJobs(app)).toBe(0);
  });
});

function secondsUntilNext({
  next_try_at,
  first_try_at,
}: {
  next_try_at: Date | null;
  first_try_at: Date | null;
}) {
  if (next_try_at === null || first_try_at === null) return undefined;
  return (next_try_at.getTime() - Date.now()) / 1000;
}

async function silentServer(): Promise<{ server: Server; port: number }> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as { port: number }).port };
}

async function unusedAddress(): Promise<string> {
  const { server, port } = await silentServer();
  await new Promise((resolve) => server.close(resolve));
  return `smtp://127.0.0.1:${port}`;
}
