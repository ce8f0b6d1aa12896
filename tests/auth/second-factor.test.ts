import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE, WORLD_NOW } from '../support/world.ts';
import { ASK, codeOf, giveFactor, halfway, nextSteps, sendCode, takeFactor } from './codes.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());
beforeEach(async () => {
  nextSteps(app);
  await giveFactor(app, 'owner');
});
afterEach(() => takeFactor(app, 'owner'));

async function lastEvent() {
  return app.db('login_events').orderBy('id', 'desc').first();
}

describe('half-way', () => {
  it('nothing opens but the question for the code', async () => {
    const agent = await halfway(app, 'owner');
    for (const path of ['/krs', '/krs/entry', '/krs/profile', '/krs/profile/second-factor']) {
      expect((await agent.get(path).expect(303)).headers.location).toMatch(/^\/krs\/login\?next=/);
    }
    const { text, headers } = await agent.get(ASK).expect(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(text).not.toContain(PEOPLE.owner);
    const sessions = await app.db('sessions').whereRaw("sess -> 'halfway' is not null");
    expect(JSON.stringify(sessions)).not.toMatch(/\$2b\$/);
  });

  it('is no success in the history, and the person is not seen yet', async () => {
    await app.db('login_events').where({ outcome: 'success' }).whereRaw('at >= ?', [app.clock.now()]);
    const before = await app.db('login_events').count('* as count').first();
    await halfway(app, 'owner');
    expect(await app.db('login_events').count('* as count').first()).toEqual(before);
  });

  it('lasts ten minutes', async () => {
    const agent = await halfway(app, 'owner');
    app.clock.advance(10);
    await agent.get(ASK).expect(200);
    app.clock.advance(1);
    expect((await sendCode(agent, codeOf(app)).expect(303)).headers.location).toBe('/krs/login');
    expect((await agent.get('/krs/login')).text).toContain('โปรดเข้าสู่ระบบอีกครั้ง');
  });

  it('opens no other system', async () => {
    const agent = app.agent();
    const form = { username: PEOPLE.owner, password: PASSWORD };
    const answer = await agent.post('/krs/login').type('form').send(form);
    const cookie = answer.get('Set-Cookie')?.[0]?.split(';')[0] ?? '';
    const replayed = await app.agent().get('/ars/login/second-factor').set('Cookie', cookie).expect(303);
    expect(replayed.headers.location).toBe('/ars/login');
  });

  it('ends with a new password, with the second factor, and with the account', async () => {
    const agent = await halfway(app, 'owner');
    const account = () => app.db('users').where({ id: app.world.users.owner });
    await account().update({ status: 'disabled' });
    expect((await agent.get(ASK).expect(303)).headers.location).toBe('/krs/login');
    await account().update({ status: 'active' });

    const other = await halfway(app, 'owner');
    const { password_hash } = await account().first('password_hash');
    await account().update({ password_hash: `${password_hash}x` });
    expect((await sendCode(other, codeOf(app)).expect(303)).headers.location).toBe('/krs/login');
    await account().update({ password_hash });
    await other.get('/krs/entry').expect(303);

    const third = await halfway(app, 'owner');
    await takeFactor(app, 'owner');
    expect((await sendCode(third, codeOf(app)).expect(303)).headers.location).toBe('/krs/login');
  });

  it('without a password leads to the sign-in page', async () => {
    expect((await app.agent().get(ASK).expect(303)).headers.location).toBe('/krs/login');
    expect((await sendCode(app.agent(), '123456').expect(303)).headers.location).toBe('/krs/login');
  });
});

describe('the code of the app', () => {
  it('opens the session under a new id, at the page that was wanted', async () => {
    const agent = app.agent();
    const form = { username: PEOPLE.owner, password: PASSWORD, next: '/krs/entry' };
    const half = await agent.post('/krs/login').type('form').send(form).expect(303);
    const answer = await sendCode(agent, codeOf(app)).expect(303);
    expect(answer.headers.location).toBe('/krs/entry');
    const [before, after] = [half, answer].map(({ headers }) =>
      /sid=([^;]+)/.exec(String(headers['set-cookie']))?.at(1),
    );
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
    await app.agent().get(ASK).set('Cookie', `sid=${before}`).expect(303);
    await agent.get('/krs/entry').expect(200);
    expect(await lastEvent()).toMatchObject({ outcome: 'success', user_id: app.world.users.owner });
  });

  it('is understood with blanks and Thai digits', async () => {
    const code = codeOf(app).replace(/\d/g, (digit) => String.fromCodePoint(0x0e50 + Number(digit)));
    await sendCode(await halfway(app, 'owner'), ` ${code.slice(0, 3)} ${code.slice(3)} `).expect(303);
  });

  it('works once, and no older one after it', async () => {
    const code = codeOf(app);
    expect((await sendCode(await halfway(app, 'owner'), code)).status).toBe(303);
    const again = await sendCode(await halfway(app, 'owner'), code);
    expect(again.status).toBe(422);
    expect(again.text).toContain('aria-invalid="true"');
    const older = await sendCode(await halfway(app, 'owner'), codeOf(app, -1));
    expect(older.status).toBe(422);
    const next = await sendCode(await halfway(app, 'owner'), codeOf(app, 1));
    expect(next.status).toBe(303);
  });

  it('works once of many at the same moment', async () => {
    const code = codeOf(app);
    const agents = [];
    for (let index = 0; index < 4; index += 1) agents.push(await halfway(app, 'owner'));
    const answers = await Promise.all(agents.map((agent) => sendCode(agent, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422, 422]);
  });

  it.each([
    [-2, 422],
    [-1, 303],
    [1, 303],
    [2, 422],
  ])('of a clock that is %i steps wrong answers %i', async (steps, status) => {
    expect((await sendCode(await halfway(app, 'owner'), codeOf(app, steps))).status).toBe(status);
  });

  it('that is wrong is in the login history, with where it came from', async () => {
    const agent = await halfway(app, 'owner');
    await agent.post(ASK).set('User-Agent', 'Mozilla/5.0 (X11; Linux) Firefox/120.0').type('form').send({
      code: '000000',
    });
    expect(await lastEvent()).toMatchObject({
      outcome: 'wrong_code',
      username: PEOPLE.owner,
      user_id: app.world.users.owner,
      at: app.clock.now(),
      address: '127.0.0.1',
      browser: 'Firefox 120.0',
    });
  });

  it('that is missing or no code at all is refused beside the field', async () => {
    const agent = await halfway(app, 'owner');
    expect((await sendCode(agent, '  ').expect(422)).text).toContain('โปรดกรอกรหัส');
    for (const code of ['12345', 'abc', "' or 1=1", 'x'.repeat(60)]) await sendCode(agent, code).expect(422);
    await sendCode(agent, 'x'.repeat(61)).expect(422);
  });

  it('is slowed after four failures, for the account wherever they come from', async () => {
    const agents = [];
    for (let index = 0; index < 6; index += 1) agents.push(await halfway(app, 'owner'));
    const [first, ...others] = agents;
    for (const agent of others) await sendCode(agent, '000000').expect(422);
    const slowed = await sendCode(first ?? app.agent(), codeOf(app));
    expect(slowed.status).toBe(429);
    expect(slowed.headers['retry-after']).toMatch(/^\d+$/);
    expect(await lastEvent()).toMatchObject({ outcome: 'slowed' });
    await app.db('rate_limits').delete();
    await sendCode(first ?? app.agent(), codeOf(app)).expect(303);
  });

  it('is asked for in the language of the sign-in page', async () => {
    const agent = await halfway(app, 'owner');
    await agent.post('/krs/language').type('form').send({ locale: 'en', next: ASK }).expect(303);
    expect((await agent.get(ASK)).text).toContain('Second step');
  });
});

it('whoever has no second factor signs in as before', async () => {
  app.clock.set(WORLD_NOW);
  const form = { username: PEOPLE.colleague, password: PASSWORD };
  const answer = await app.agent().post('/krs/login').type('form').send(form).expect(303);
  expect(answer.headers.location).toBe('/krs');
});
