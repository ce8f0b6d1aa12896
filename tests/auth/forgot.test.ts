import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendForgotten } from '../../src/users/links/actions.ts';
import { statementsDuring } from '../support/statements.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { TRUST_PROXY: 'loopback' } });
  const { colleague, idle, former, owner } = app.world.users;
  await app.db('users').where({ id: owner }).update({ email: '' });
  await app.db('users').whereIn('id', [colleague, idle]).update({ email: 'Office@example.org' });
  await app.db('users').where({ id: former }).update({ email: 'former@example.org' });
});
afterAll(() => app?.stop());
beforeEach(async () => {
  await app.db('rate_limits').delete();
  await app.db.raw('delete from graphile_worker._private_jobs where key is null');
  await app.db('mails').delete();
});

function forgot(account: string, from = '203.0.113.7', system = 'krs') {
  return app.agent().post(`/${system}/forgot`).set('X-Forwarded-For', from).type('form').send({ account });
}

async function jobs(): Promise<unknown[]> {
  const { rows } = await app.db.raw(
    `select j.payload from graphile_worker._private_jobs j
       join graphile_worker._private_tasks t on t.id = j.task_id
      where t.identifier = 'forgotten-password' order by j.id`,
  );
  return rows.map(({ payload }: { payload: unknown }) => payload);
}

async function mailedAfter(account: string): Promise<string[]> {
  await sendForgotten(app.db, { systemId: app.world.systems.krs, account });
  const mails = await app.db('mails as m').join('users as u', 'u.id', 'm.user_id').orderBy('u.username');
  return mails.map(({ kind, address, username }) => `${kind} ${address} ${username}`);
}

describe('the form', () => {
  it('stands behind the sign-in page, which still names the กพร.', async () => {
    const { text } = await app.agent().get('/krs/login').expect(200);
    expect(text).toMatch(/href="\/krs\/forgot">ลืมรหัสผ่าน</);
    expect(text).toContain('กรณีไม่ทราบหรือต้องการ reset รหัสผ่าน ให้ติดต่อที่ กพร.');
    const page = await app.agent().get('/krs/forgot').expect(200);
    expect(page.headers['cache-control']).toBe('no-store');
  });

  it('wants something, and keeps what was typed', async () => {
    expect((await forgot(' ').expect(422)).text).toContain('id="field-account-error"');
    await forgot('x'.repeat(255)).expect(422);
  });

  it('answers the same whether there is an account or not', async () => {
    const answers = [];
    for (const account of [
      PEOPLE.colleague,
      'nobody',
      'office@example.org',
      'x@example.org',
      PEOPLE.former,
    ]) {
      answers.push(await forgot(account));
    }
    // the second in which the notice ends is the clock's, not the account's
    const cookies = answers.map(({ headers }) => String(headers['set-cookie']).replace(/Expires=[^;]+/, ''));
    for (const [index, { status, text, headers }] of answers.entries()) {
      expect({ status, text }).toEqual({ status: 303, text: answers[0]?.text });
      expect(headers.location).toBe('/krs/login');
      expect(cookies[index]).toEqual(cookies[0]);
    }
  });

  it('takes the same statements whether there is an account or not, and looks for none', async () => {
    const told: string[][] = [];
    for (const account of [PEOPLE.colleague, 'nobody', PEOPLE.former]) {
      told.push(await statementsDuring(app.db, () => forgot(account).expect(303)));
    }
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
    expect(told[0]?.join()).not.toContain('from users');
    expect(await jobs()).toHaveLength(3);
    expect(await app.db('mails')).toEqual([]);
  });

  it('belongs to one system', async () => {
    await forgot(PEOPLE.owner, undefined, 'ars').expect(303);
    expect(await jobs()).toEqual([{ systemId: app.world.systems.ars, account: PEOPLE.owner }]);
  });
});

describe('the job', () => {
  it('mails a reset link to who has an address, by username or by e-mail', async () => {
    expect(await mailedAfter(PEOPLE.colleague.toUpperCase())).toEqual(['reset Office@example.org somjai']);
    await app.db('mails').delete();
    expect(await mailedAfter('office@EXAMPLE.org')).toEqual([
      'reset Office@example.org somjai',
      'reset Office@example.org wichai',
    ]);
  });

  it.each([
    ['a disabled account', 'former@example.org'],
    ['an account without address', PEOPLE.owner],
    ['nobody', 'nobody'],
    ['an account of another system', 'psdg@ars'],
    ['a pattern', '%'],
  ])('mails nothing to %s', async (_what, account) => {
    expect(await mailedAfter(account)).toEqual([]);
  });
});

describe('a flood', () => {
  it('for one name ends after three, whether anybody has it or not', async () => {
    for (const account of [PEOPLE.colleague, 'nobody']) {
      for (let count = 0; count < 3; count += 1) await forgot(account, `203.0.113.${count}`).expect(303);
      const slowed = await forgot(account.toUpperCase(), '198.51.100.1');
      expect(slowed.status).toBe(429);
      expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(800);
      expect(slowed.text).toContain(`value="${account.toUpperCase()}"`);
    }
    expect(await jobs()).toHaveLength(6);
  });

  it('from one address ends after twenty', async () => {
    for (let count = 0; count < 20; count += 1) await forgot(`name${count}`).expect(303);
    await forgot('name20').expect(429);
    await forgot('name20', '198.51.100.1').expect(303);
  });
});
