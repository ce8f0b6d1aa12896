import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pathForLog } from '../../src/lib/logger.ts';
import { issueToken, requestLink } from '../../src/users/links/actions.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';

const NEW = 'a new long password';

let app: TestApp;
let userId: string;
beforeAll(async () => {
  app = await startTestApp();
  userId = app.world.users.colleague;
});
afterAll(() => app?.stop());
beforeEach(async () => {
  await app.db('users').where({ id: userId }).update({ status: 'active', email: 'somjai@example.org' });
});

async function path(kind: 'activation' | 'reset' = 'reset'): Promise<string> {
  await app.db.transaction((trx) => requestLink(trx, { user: { id: userId }, kind, createdBy: null }));
  const link = await app.db('account_links').max('id as id').first();
  return `/krs/password/${await issueToken(app.db, link?.id, app.clock.now())}`;
}

function send(to: string, password: string, again = password, agent: Agent = app.agent()) {
  return agent.post(to).type('form').send({ password, again });
}

describe('the page of a link', () => {
  it('asks for a password twice, and tells nobody its address', async () => {
    const { text, headers } = await app
      .agent()
      .get(await path())
      .expect(200);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['set-cookie']).toBeUndefined();
    expect(text).toContain(`value="${PEOPLE.colleague}"`);
    expect(text.match(/type="password"/g)).toHaveLength(2);
  });

  it('sets the password, signs nobody in, ends every session, and says so on the sign-in page', async () => {
    const before = await signIn(app, 'krs', PEOPLE.colleague);
    const agent = app.agent();
    const answer = await send(await path(), NEW, NEW, agent).expect(303);
    expect(answer.headers.location).toBe('/krs/login');
    expect((await agent.get('/krs/login').expect(200)).text).toContain('ตั้งรหัสผ่านเรียบร้อยแล้ว');
    await agent.get('/krs/entry').expect(303);
    await before.get('/krs/entry').expect(303);
    await signIn(app, 'krs', PEOPLE.colleague, NEW);
    await app
      .agent()
      .post('/krs/login')
      .type('form')
      .send({ username: PEOPLE.colleague, password: PASSWORD })
      .expect(422);
    expect(await app.db('mails').orderBy('id', 'desc').first()).toMatchObject({
      kind: 'accountChanged',
      data: { what: 'password' },
    });
  });

  it('works in the browser of somebody who is signed in', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    await send(await path('activation'), NEW, NEW, agent).expect(303);
    await agent.get('/krs/entry').expect(200);
  });

  it('takes what a browser sends that hides where it comes from, and nothing from elsewhere', async () => {
    const to = await path();
    const headers = { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' };
    await send(to, NEW)
      .set({ ...headers, 'Sec-Fetch-Site': 'cross-site' })
      .expect(403);
    await send(to, NEW).set({ Origin: 'null' }).expect(403);
    await send(to, NEW).set({ Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' }).expect(403);
    await send(to, NEW).set(headers).expect(303);
  });

  it.each([
    ['short', 'short', 'รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย 8 ตัว', 'password'],
    [PEOPLE.colleague, PEOPLE.colleague, 'รหัสผ่าน', 'password'],
    ['password123', 'password123', 'เดาง่าย', 'password'],
    ['ก'.repeat(25), 'ก'.repeat(25), 'ยาวเกินไป', 'password'],
    [NEW, `${NEW}x`, 'ไม่ตรงกัน', 'again'],
    ['', '', 'รหัสผ่าน', 'password'],
  ])('refuses %s, %s beside the field', async (password, again, message, field) => {
    const to = await path();
    const { text, status, headers } = await send(to, password, again);
    expect(status).toBe(422);
    expect(text.split(`id="field-${field}-error">`)[1]?.split('<')[0]).toContain(message);
    expect(headers['referrer-policy']).toBe('no-referrer');
    if (password !== '') expect(text).not.toContain(`value="${password}" `);
    await send(to, NEW).expect(303);
  });
});

describe('a link that does not work', () => {
  it.each([
    ['used', 410, 'ถูกใช้ตั้งรหัสผ่านไปแล้ว', async (to: string) => void (await send(to, NEW))],
    ['ended', 410, 'ถูกยกเลิกแล้ว', async () => void (await path())],
    [
      'of a disabled account',
      410,
      'ถูกยกเลิกแล้ว',
      async () => void (await app.db('users').where({ id: userId }).update({ status: 'disabled' })),
    ],
    ['expired', 410, 'หมดอายุแล้ว', async () => app.clock.advance(60)],
  ])('because it is %s answers %i and says what to do', async (_what, status, words, spoil) => {
    const to = await path();
    await spoil(to);
    for (const answer of [await app.agent().get(to), await send(to, 'another new password')]) {
      expect(answer.status).toBe(status);
      expect(answer.text).toContain(words);
      expect(answer.text).toContain('href="/krs/forgot"');
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it('because it is foreign or unknown is not found', async () => {
    const to = (await path()).replace('/krs/', '/ars/');
    expect((await app.agent().get(to).expect(404)).text).toContain('เป็นของอีกระบบหนึ่ง');
    await send(to, NEW).expect(404);
    expect((await app.agent().get('/krs/password/unknown').expect(404)).text).toContain('ไม่พบลิงก์นี้');
  });

  it('is set by one of two at the same moment', async () => {
    const to = await path();
    const answers = await Promise.all([send(to, NEW), send(to, 'another new password')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
  });
});

it('a token is kept out of the log', () => {
  expect(pathForLog('/krs/password/abc_-1?x=1')).toBe('/krs/password/…?x=1');
  expect(pathForLog('/krs/entry')).toBe('/krs/entry');
});
