import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { ARS_PASSWORD, PASSWORD, PEOPLE, WORLD_NOW } from '../support/world.ts';
import { sessionCookie } from './people.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());
afterEach(() => app.clock.set(WORLD_NOW));

const HOME = '/krs/entry';

function statusWith(cookie: string, path = HOME): Promise<number> {
  return app
    .agent()
    .get(path)
    .set('Cookie', cookie)
    .then((answer) => answer.status);
}

describe('cookies', () => {
  it('are out of reach of scripts, other systems and other sites', async () => {
    const cookies = await cookiesOfSignIn(app);
    expect(Object.keys(cookies).sort()).toEqual(['flash', 'sid']);
    for (const attributes of Object.values(cookies)) {
      expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'Path=/krs', 'SameSite=Lax']));
      expect(attributes).not.toContain('Secure');
      expect(attributes.join()).not.toContain('Domain');
    }
  });

  it('travel over HTTPS only where the address is one', async () => {
    const env = { PUBLIC_URL: 'https://krs.example.org', TRUST_PROXY: 'loopback' };
    const secure = await startTestApp({ env });
    const cookies = await cookiesOfSignIn(secure, { 'X-Forwarded-Proto': 'https' });
    const language = await secure.agent().post('/krs/language').type('form').send({ locale: 'en' });
    await secure.stop();
    expect(Object.keys(cookies).sort()).toEqual(['flash', 'sid']);
    for (const attributes of Object.values(cookies)) expect(attributes).toContain('Secure');
    expect(language.get('Set-Cookie')?.join()).toMatch(/^lang=en;.*Secure/);
  });

  it('are not set for who only looks around', async () => {
    for (const path of ['/', '/krs/login', '/krs', '/krs/nothing', '/ars/login']) {
      expect((await app.agent().get(path)).get('Set-Cookie')).toBeUndefined();
    }
    expect(await app.db('sessions').whereRaw("sess->>'systemCode' is null")).toEqual([]);
  });
});

describe('a session', () => {
  it('opens one system only, under whatever name its cookie is sent', async () => {
    const krs = await sessionCookie(app, 'krs', PEOPLE.owner);
    const ars = await sessionCookie(app, 'ars', PEOPLE.owner, ARS_PASSWORD);
    expect(await statusWith(krs)).toBe(200);
    expect(await statusWith(ars, '/ars/entry')).toBe(200);
    expect(await statusWith(ars)).toBe(303);
    expect(await statusWith(krs.replace('sid=', 'connect.sid='))).toBe(303);
    expect(await statusWith(`${ars}; ${ars.replace('sid=', 'krs=')}`)).toBe(303);
    const again = await sessionCookie(app, 'krs', PEOPLE.owner);
    expect(await statusWith(again, '/ars/entry')).toBe(303);
  });

  it('is not taken from a request: neither a chosen id nor a changed signature', async () => {
    const real = await sessionCookie(app, 'krs', PEOPLE.owner);
    const value = decodeURIComponent(real.slice('sid='.length));
    const [id = ''] = value.slice(2).split('.');
    for (const forged of [
      id,
      `s:${id}`,
      `s:${id}.`,
      `s:${id}.AAAA`,
      `s:x${value.slice(2)}`,
      `j:${value}`,
      's:',
      '',
    ]) {
      expect(await statusWith(`sid=${encodeURIComponent(forged)}`)).toBe(303);
      expect(
        await statusWith(`sid=${encodeURIComponent(forged)}`, `${HOME}?sid=${encodeURIComponent(value)}`),
      ).toBe(303);
    }
    expect(await statusWith('sid=%00; sid=%FF')).toBe(303);
    expect(await statusWith(real)).toBe(200);
  });

  it('gets a new id at sign-in: an id from before is worth nothing afterwards', async () => {
    const agent = app.agent();
    const before = await sessionCookie(app, 'krs', PEOPLE.outsider);
    const answer = await agent
      .post('/krs/login')
      .set('Cookie', before)
      .type('form')
      .send({ username: PEOPLE.owner, password: PASSWORD })
      .expect(303);
    expect(answer.get('Set-Cookie')?.join()).not.toContain(before);
    expect(await statusWith(before)).toBe(303);
  });

  it('ends on the server when somebody signs out', async () => {
    const cookie = await sessionCookie(app, 'krs', PEOPLE.owner);
    await app.agent().post('/krs/logout').set('Cookie', cookie).expect(303);
    expect(await statusWith(cookie)).toBe(303);
  });

  it('lets two browsers of one person live side by side', async () => {
    const [office, home] = [await signIn(app, 'krs', PEOPLE.owner), await signIn(app, 'krs', PEOPLE.owner)];
    await office.post('/krs/logout').expect(303);
    await home.get(HOME).expect(200);
  });

  it('stores no password and no name', async () => {
    await sessionCookie(app, 'krs', PEOPLE.owner);
    const rows = await app.db('sessions').select('sess');
    for (const { sess } of rows) expect(JSON.stringify(sess)).not.toMatch(/pass(?!port)|hash|เจ้าของ/);
  });
});

describe('time', () => {
  it('signs out after an idle hour, and not before', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    app.clock.advance(59);
    await agent.get(HOME).expect(200);
    app.clock.advance(60);
    await agent.get(HOME).expect(200);
    app.clock.advance(61);
    await agent.get(HOME).expect(303);
    app.clock.advance(-61);
    await agent.get(HOME).expect(303);
  });

  it('signs out after twelve hours, however busy', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    for (let minutes = 0; minutes < 12 * 60; minutes += 45) {
      await agent.get(HOME).expect(200);
      app.clock.advance(45);
    }
    await agent.get(HOME).expect(200);
    app.clock.advance(1);
    await agent.get(HOME).expect(303);
  });

  it('is a setting of the system', async () => {
    const quick = await startTestApp();
    await quick
      .db('systems')
      .where({ code: 'krs' })
      .update({ settings: { idleMinutes: 10 } });
    const agent = await signIn(quick, 'krs', PEOPLE.owner);
    quick.clock.advance(11);
    const { status } = await agent.get(HOME);
    await quick.stop();
    expect(status).toBe(303);
  });
});

describe('an account that changes while its owner is signed in', () => {
  let agent: Agent;
  const account = () => app.db('users').where({ id: app.world.users.idle });

  it('is out at the next click when it is disabled, and stays out', async () => {
    agent = await signIn(app, 'krs', PEOPLE.idle);
    await account().update({ status: 'disabled' });
    await agent.get(HOME).expect(303);
    await agent.post('/krs/entry').type('form').send({}).expect(303);
    await account().update({ status: 'active' });
    await agent.get(HOME).expect(303);
  });

  it('has its new role and office at the next click', async () => {
    agent = await signIn(app, 'krs', PEOPLE.idle);
    await agent.get(HOME).expect(200);
    await account().update({ role: 'certifier', office_id: app.world.offices.bureau9 });
    await agent.get(HOME).expect(403);
    await agent.get('/krs/certify/variables').expect(200);
    await account().update({ role: 'reporter', office_id: app.world.offices.krabi });
    await agent.get('/krs/certify/variables').expect(403);
  });
});

/** The cookies that signing in sets, by name, with their attributes. */
async function cookiesOfSignIn(
  { agent }: TestApp,
  headers: Record<string, string> = {},
): Promise<Record<string, string[]>> {
  const form = { username: PEOPLE.owner, password: PASSWORD };
  const answer = await agent().post('/krs/login').set(headers).type('form').send(form).expect(303);
  const lines = (answer.get('Set-Cookie') ?? []).map((line) => line.split('; '));
  return Object.fromEntries(lines.map(([pair = '', ...attributes]) => [pair.split('=')[0], attributes]));
}
