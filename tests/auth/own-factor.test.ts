import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decryptSecret } from '../../src/users/second-factor/secret.ts';
import { sessionCookie } from '../access/people.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';
import {
  ASK,
  codeOf,
  FACTOR,
  giveFactor,
  halfway,
  nextSteps,
  SECRET,
  sendCode,
  takeFactor,
} from './codes.ts';

const CODES = `${FACTOR}/recovery-codes`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());
beforeEach(async () => {
  nextSteps(app);
  await takeFactor(app, 'owner');
});

const account = () => app.db('users').where({ id: app.world.users.owner }).first();
const events = () =>
  app.db('user_events').where({ user_id: app.world.users.owner }).orderBy('id').pluck('kind');

function send(agent: Agent, path: string, form: Record<string, string>) {
  return agent
    .post(FACTOR + path)
    .type('form')
    .send(form);
}

/** The key that the page shows for typing by hand. */
function keyOf(page: string): string {
  return (/<code class="secret">([^<]+)/.exec(page)?.[1] ?? '').replaceAll('-', '');
}

function codesOf(page: string): string[] {
  return [...page.matchAll(/<li><code>([a-z2-7-]{19})<\/code>/g)].map(([, code = '']) => code);
}

async function setUp(agent: Agent): Promise<{ secret: string; codes: string[] }> {
  const secret = keyOf((await agent.get(FACTOR).expect(200)).text);
  const done = await send(agent, '', { code: codeOf(app, 0, secret) }).expect(303);
  expect(done.headers.location).toBe(CODES);
  const { text } = await agent.get(CODES).expect(200);
  return { secret, codes: codesOf(text) };
}

describe('setting up', () => {
  it('shows a picture and a key, the same until a code confirms it, and nobody else sees them', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    const { text, headers } = await agent.get(FACTOR).expect(200);
    expect(headers['cache-control']).toBe('private, no-store');
    expect(text).toMatch(/<img class="qr" src="data:image\/svg\+xml;base64,[\w+/=]+"/);
    const secret = keyOf(text);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const wrong = await send(agent, '', { code: '000000' }).expect(422);
    expect(keyOf(wrong.text)).toBe(secret);
    expect(wrong.text).toContain('id="field-code-error"');
    expect(JSON.stringify(await app.db('sessions').select('sess'))).not.toContain(secret);
    expect((await account()).totp_secret).toBeNull();
  });

  it('stores the secret encrypted and ten hashed codes, shown once', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    const { secret, codes } = await setUp(agent);
    expect(new Set(codes).size).toBe(10);
    const { id, totp_secret } = await account();
    expect(totp_secret).not.toContain(secret);
    expect(decryptSecret(totp_secret, id, app.config.sessionSecret)).toBe(secret);
    expect(decryptSecret(totp_secret, `${id}0`, app.config.sessionSecret)).toBeUndefined();
    expect(decryptSecret(totp_secret, id, 'another secret of thirty-two letters')).toBeUndefined();
    const stored = await app.db('recovery_codes').where({ user_id: id });
    expect(stored).toHaveLength(10);
    for (const { code_hash } of stored) expect(code_hash).toHaveLength(32);
    expect(codesOf((await agent.get(FACTOR).expect(200)).text)).toEqual([]);
    expect((await events()).at(-1)).toBe('secondFactorOn');
  });

  it('leads to the page of the codes when they are kept, not before: browsers follow at once', async () => {
    const cookie = await sessionCookie(app, 'krs', PEOPLE.owner);
    const page = await fetch(app.url + FACTOR, { headers: { cookie } });
    const body = new URLSearchParams({ code: codeOf(app, 0, keyOf(await page.text())) });
    let answered = false;
    const post = { method: 'POST', headers: { cookie }, body, redirect: 'manual' } as const;
    const { answer } = await app.db.transaction(async (trx) => {
      await trx.raw('select from sessions for update');
      const answer = fetch(app.url + FACTOR, post).finally(() => {
        answered = true;
      });
      await expect.poll(async () => (await account()).totp_secret).not.toBeNull();
      await sleep(100);
      expect(answered).toBe(false);
      return { answer };
    });
    expect((await answer).headers.get('location')).toBe(CODES);
    const shown = await fetch(app.url + CODES, { headers: { cookie } });
    expect(codesOf(await shown.text())).toHaveLength(10);
  });

  it('is told of by mail', async () => {
    await app.db('users').where({ id: app.world.users.owner }).update({ email: 'owner@example.org' });
    await setUp(await signIn(app, 'krs', PEOPLE.owner));
    expect(await app.db('mails').orderBy('id', 'desc').first()).toMatchObject({
      address: 'owner@example.org',
      kind: 'accountChanged',
      data: { what: 'secondFactorOn' },
    });
  });

  it('uses the code up that confirmed it', async () => {
    const { secret } = await setUp(await signIn(app, 'krs', PEOPLE.owner));
    await sendCode(await halfway(app, 'owner'), codeOf(app, 0, secret)).expect(422);
    await sendCode(await halfway(app, 'owner'), codeOf(app, 1, secret)).expect(303);
  });

  it('is done in one of two windows', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    const elsewhere = await signIn(app, 'krs', PEOPLE.owner);
    const secret = keyOf((await elsewhere.get(FACTOR)).text);
    await setUp(agent);
    await send(elsewhere, '', { code: codeOf(app, 0, secret) }).expect(409);
  });

  it('needs the page first', async () => {
    await send(await signIn(app, 'krs', PEOPLE.owner), '', { code: '123456' }).expect(409);
  });
});

describe('recovery codes', () => {
  it('stand in for the app once each, however they are typed', async () => {
    const { codes } = await setUp(await signIn(app, 'krs', PEOPLE.owner));
    const [code = '', other = ''] = codes;
    const agent = await halfway(app, 'owner');
    expect((await agent.get(`${ASK}?recovery`).expect(200)).text).toContain('รหัสสำรอง');
    await sendCode(agent, ` ${code.toUpperCase().replaceAll('-', ' ')}`).expect(303);
    expect((await agent.get('/krs/entry').expect(200)).text).toContain('เหลือรหัสสำรองอีก 9 รหัส');
    expect((await events()).at(-1)).toBe('recoveryCodeUsed');
    const again = await sendCode(await halfway(app, 'owner'), code).expect(422);
    expect(again.text).toContain('รหัสสำรองไม่ถูกต้องหรือถูกใช้ไปแล้ว');
    expect(again.text).not.toContain('โปรดรอรหัสถัดไป');
    const agents = [await halfway(app, 'owner'), await halfway(app, 'owner')];
    const answers = await Promise.all(agents.map((one) => sendCode(one, other)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
  });

  it('are shown once; a reload says so, and for five minutes there is a file', async () => {
    await app.db('sessions').delete();
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    const { codes } = await setUp(agent);
    const again = await agent.get(CODES).expect(200);
    expect(codesOf(again.text)).toEqual([]);
    expect(again.text).toContain('รหัสสำรองแสดงเพียงครั้งเดียว');
    expect(JSON.stringify(await app.db('sessions').select('sess'))).not.toContain(codes[0]?.slice(0, 4));
    const file = await agent.get(`${CODES}.txt`).expect(200);
    expect(file.headers['content-disposition']).toContain('attachment');
    expect(file.headers['cache-control']).toBe('private, no-store');
    for (const code of codes) expect(file.text).toContain(code);
    app.clock.set(new Date(app.clock.now().getTime() + 6 * 60_000));
    expect((await agent.get(`${CODES}.txt`).expect(303)).headers.location).toBe(CODES);
    expect((await agent.get(CODES).expect(200)).text).not.toContain('recovery-codes.txt');
  });

  it('go from the session once the person has gone on', async () => {
    await app.db('sessions').delete();
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    await setUp(agent);
    expect(JSON.stringify(await app.db('sessions').select('sess'))).toContain('newCodes');
    await agent.get(FACTOR).expect(200);
    expect(JSON.stringify(await app.db('sessions').select('sess'))).not.toContain('newCodes');
  });

  it('of one person are of no use to another', async () => {
    const { codes } = await setUp(await signIn(app, 'krs', PEOPLE.owner));
    await giveFactor(app, 'colleague');
    await sendCode(await halfway(app, 'colleague'), codes[0] ?? '').expect(422);
    await takeFactor(app, 'colleague');
  });

  it('are made anew with password and code, and the old ones end', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    const { secret, codes } = await setUp(agent);
    const refused = await send(agent, '/recovery-codes', { password: 'wrong', code: codeOf(app, 1, secret) });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('id="codes-problem"');
    await send(agent, '/recovery-codes', { password: PASSWORD, code: '' }).expect(422);
    const proof = { password: PASSWORD, code: codeOf(app, 1, secret) };
    await send(agent, '/recovery-codes', proof).expect(303);
    const fresh = codesOf((await agent.get(CODES).expect(200)).text);
    expect(fresh).toHaveLength(10);
    expect(fresh).not.toContain(codes[0]);
    await sendCode(await halfway(app, 'owner'), codes[0] ?? '').expect(422);
    await sendCode(await halfway(app, 'owner'), fresh[0] ?? '').expect(303);
  });
});

describe('doing without', () => {
  it('asks for password and code, of the app or of paper', async () => {
    await giveFactor(app, 'owner');
    const agent = await halfway(app, 'owner');
    await sendCode(agent, codeOf(app)).expect(303);
    const proof = { password: PASSWORD, code: codeOf(app, 1) };
    await send(agent, '/delete', { ...proof, password: 'wrong' }).expect(422);
    await send(agent, '/delete', { ...proof, code: '000000' }).expect(422);
    expect((await account()).totp_secret).not.toBeNull();
    expect((await send(agent, '/delete', proof).expect(303)).headers.location).toBe(FACTOR);
    expect(await account()).toMatchObject({ totp_secret: null, totp_last_step: null });
    expect(await app.db('recovery_codes').where({ user_id: app.world.users.owner })).toEqual([]);
    expect((await events()).at(-1)).toBe('secondFactorOff');
    await signIn(app, 'krs', PEOPLE.owner);
  });

  it('is slowed like signing in', async () => {
    await giveFactor(app, 'owner');
    const agent = await halfway(app, 'owner');
    await sendCode(agent, codeOf(app)).expect(303);
    for (let count = 0; count < 5; count += 1) {
      await send(agent, '/delete', { password: 'wrong', code: '000000' }).expect(422);
    }
    const slowed = await send(agent, '/delete', { password: PASSWORD, code: codeOf(app, 1) });
    expect(slowed.status).toBe(429);
  });
});

describe('a role that must have one', () => {
  async function require(roles: string[]): Promise<TestApp> {
    const strict = await startTestApp();
    const settings = { secondFactorRoles: roles };
    await strict.db('systems').where({ code: 'krs' }).update({ settings });
    return strict;
  }

  it('is led to setting it up, and can do nothing else until it is done', async () => {
    const strict = await require(['district_admin']);
    const agent = await signIn(strict, 'krs', PEOPLE.owner);
    for (const path of ['/krs', '/krs/entry', '/krs/profile', '/krs/profile/sessions']) {
      expect((await agent.get(path).expect(303)).headers.location).toBe(FACTOR);
    }
    await agent.post('/krs/entry').type('form').send({}).expect(303);
    expect((await agent.get('/krs/entry').set('HX-Request', 'true').expect(401)).headers['hx-redirect']).toBe(
      FACTOR,
    );
    const { text } = await agent.get(FACTOR).expect(200);
    expect(text).toContain('บทบาทของท่านต้องใช้');
    await agent.post('/krs/language').type('form').send({ locale: 'th' }).expect(303);
    await send(agent, '', { code: codeOf(strict, 0, keyOf(text)) }).expect(303);
    await agent.get('/krs/entry').expect(200);
    await (await signIn(strict, 'krs', PEOPLE.colleague)).get('/krs/entry').expect(200);
    await strict.stop();
  });
});

it('the secret of another SESSION_SECRET opens nothing, and breaks nothing', async () => {
  await app.db('users').where({ id: app.world.users.owner }).update({ totp_secret: SECRET });
  await sendCode(await halfway(app, 'owner'), codeOf(app)).expect(422);
});
