import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { ARS_PASSWORD, PASSWORD, PEOPLE, WORLD_NOW } from '../support/world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());
afterEach(() => app.clock.set(WORLD_NOW));

describe('a session', () => {
  it('ends after an hour without a click', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    app.clock.advance(60);
    await agent.get('/krs/entry').expect(200);
    app.clock.advance(61);
    expect((await agent.get('/krs/entry').expect(303)).headers.location).toMatch(/^\/krs\/login/);
  });

  it('that ended before a form arrived says that nothing was saved, and leads back to the form', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    app.clock.advance(61);
    const answer = await agent.post('/krs/profile').set('Referer', `${app.url}/krs/profile`).expect(303);
    expect(answer.headers.location).toBe('/krs/login?unsaved=1&next=%2Fkrs%2Fprofile');
    expect((await agent.get(answer.headers.location ?? '')).text).toContain('ยังไม่ได้บันทึก');
  });

  it('goes on while somebody works, but never longer than twelve hours', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    for (let hour = 0; hour < 13; hour += 1) {
      await agent.get('/krs/entry').expect(200);
      app.clock.advance(55);
    }
    app.clock.set(new Date(WORLD_NOW.getTime() + 12 * 3600_000));
    await agent.get('/krs/entry').expect(200);
    app.clock.advance(1);
    await agent.get('/krs/entry').expect(303);
  });

  it('takes the limits from the settings of its system', async () => {
    const strict = await startTestApp();
    await strict
      .db('systems')
      .where({ code: 'krs' })
      .update({ settings: { idleMinutes: 5 } });
    const agent = await signIn(strict, 'krs', PEOPLE.owner);
    strict.clock.advance(6);
    await agent.get('/krs/entry').expect(303);
    await strict.stop();
  });

  it('of one system opens no other, even if its cookie is replayed there', async () => {
    const krs = await signIn(app, 'krs', PEOPLE.owner);
    await krs.get('/ars/entry').expect(303);
    const stolen = await cookieOf(PASSWORD, 'krs');
    const replayed = await app.agent().get('/ars/entry').set('Cookie', stolen).expect(303);
    expect(replayed.headers.location).toMatch(/^\/ars\/login/);
    // and the session itself is none the worse for it
    await app.agent().get('/krs/entry').set('Cookie', stolen).expect(200);
  });

  it('of both systems can be open in one browser', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    await agent.post('/ars/login').type('form').send({ username: PEOPLE.owner, password: ARS_PASSWORD });
    await agent.get('/krs/entry').expect(200);
    await agent.get('/ars/entry').expect(200);
    await agent.post('/ars/logout').expect(303);
    await agent.get('/krs/entry').expect(200);
    await agent.get('/ars/entry').expect(303);
  });

  it('ends at the next click when the account is disabled', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.idle);
    await agent.get('/krs/entry').expect(200);
    await app.db('users').where({ id: app.world.users.idle }).update({ status: 'disabled' });
    await agent.get('/krs/entry').expect(303);
    await app.db('users').where({ id: app.world.users.idle }).update({ status: 'active' });
  });

  it('ends with signing out, on the server, too', async () => {
    const cookie = await cookieOf(PASSWORD, 'krs');
    await app.agent().get('/krs/entry').set('Cookie', cookie).expect(200);
    const answer = await app.agent().post('/krs/logout').set('Cookie', cookie).expect(303);
    expect(answer.headers.location).toBe('/krs/login');
    expect(String(answer.headers['set-cookie'])).toMatch(/sid=;/);
    await app.agent().get('/krs/entry').set('Cookie', cookie).expect(303);
    const sid = decodeURIComponent(cookie).slice('sid=s:'.length).split('.')[0];
    expect(await app.db('sessions').where({ sid })).toHaveLength(0);
  });

  it('is not needed to sign out', async () => {
    await app.agent().post('/krs/logout').expect(303);
    await app.agent().get('/krs/logout').expect(303);
  });
});

describe('the language', () => {
  it('is remembered in the browser before signing in', async () => {
    const agent = app.agent();
    const answer = await agent
      .post('/krs/language')
      .type('form')
      .send({ locale: 'en', next: '/krs/login?next=%2Fkrs' });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/krs/login?next=%2Fkrs');
    const { text } = await agent.get('/krs/login').expect(200);
    expect(text).toContain('<html lang="en"');
    expect(text).toContain('Username:');
    await agent.post('/language').type('form').send({ locale: 'th' }).expect(303);
    expect((await agent.get('/krs/login')).text).toContain('<html lang="th"');
  });

  it('is kept with the account afterwards, on every machine', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.secondary);
    const answer = await agent.post('/krs/language').type('form').send({ locale: 'en', next: '/krs/entry' });
    expect(answer.headers.location).toBe('/krs/entry');
    const elsewhere = await signIn(app, 'krs', PEOPLE.secondary);
    expect((await elsewhere.get('/krs/entry').expect(200)).text).toContain('<html lang="en"');
  });

  it('does not lead away from the system, and knows two languages', async () => {
    const answer = await app
      .agent()
      .post('/krs/language')
      .type('form')
      .send({ locale: 'en', next: '//evil' });
    expect(answer.headers.location).toBe('/krs');
    await app.agent().post('/krs/language').type('form').send({ locale: 'fr' }).expect(400);
    await app.agent().post('/language').expect(400);
  });
});

async function cookieOf(password: string, system: string): Promise<string> {
  const answer = await app
    .agent()
    .post(`/${system}/login`)
    .type('form')
    .send({ username: PEOPLE.owner, password });
  const cookies: string[] = answer.headers['set-cookie'] as unknown as string[];
  return cookies.find((line) => line.startsWith('sid='))?.split(';')[0] ?? '';
}

it('pages of signed-in people are kept by no cache: the back button shows nothing after signing out', async () => {
  const app = await startTestApp();
  const agent = await signIn(app, 'krs', PEOPLE.owner);
  const page = await agent.get('/krs/entry').expect(200);
  expect(page.headers['cache-control']).toBe('private, no-store');
  await app.stop();
});
