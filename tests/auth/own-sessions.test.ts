import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sessionCookie } from '../access/people.ts';
import { entryFields } from '../support/entry-form.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE, WORLD_NOW } from '../support/world.ts';

const PAGE = '/krs/profile/sessions';
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());
beforeEach(() => app.db('sessions').delete());
afterEach(() => app.clock.set(WORLD_NOW));

async function withFirefox(): Promise<Agent> {
  const agent = app.agent();
  const form = { username: PEOPLE.owner, password: PASSWORD };
  await agent.post('/krs/login').set('User-Agent', FIREFOX).type('form').send(form).expect(303);
  return agent;
}

function handlesOf(page: string): string[] {
  return [...page.matchAll(/sessions\/([0-9a-f]{64})\/delete/g)].map(([, handle = '']) => handle);
}

describe('the page', () => {
  it('shows where one is signed in, this place marked, and no session id', async () => {
    await withFirefox();
    app.clock.advance(30);
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    const { text, headers } = await agent.get(PAGE).expect(200);
    for (const words of [
      'Firefox 120.0',
      'Windows 10',
      '127.0.0.1',
      '15 ต.ค. 2562 09:00',
      '15 ต.ค. 2562 09:30',
    ])
      expect(text).toContain(words);
    expect(text.match(/เครื่องนี้<\/span>/g)).toHaveLength(1);
    expect(handlesOf(text)).toHaveLength(1);
    for (const sid of await app.db('sessions').pluck('sid')) expect(text).not.toContain(sid);
    expect(headers['cache-control']).toBe('private, no-store');
  });

  it('leaves out what is over, and what belongs to others', async () => {
    await withFirefox();
    await signIn(app, 'krs', PEOPLE.colleague);
    app.clock.advance(61);
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    const { text } = await agent.get(PAGE);
    expect(handlesOf(text)).toEqual([]);
    expect(text).toContain('เพียงเครื่องเดียว');
  });

  it('ends one', async () => {
    const other = await withFirefox();
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    const [handle] = handlesOf((await agent.get(PAGE)).text);
    expect((await agent.post(`${PAGE}/${handle}/delete`).expect(303)).headers.location).toBe(PAGE);
    await other.get('/krs/entry').expect(303);
    await agent.get('/krs/entry').expect(200);
    await agent.post(`${PAGE}/${handle}/delete`).expect(404);
  });

  it('ends all others', async () => {
    const others = [await withFirefox(), await signIn(app, 'krs', PEOPLE.owner)];
    const stranger = await signIn(app, 'krs', PEOPLE.colleague);
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    await agent.post(`${PAGE}/delete`).expect(303);
    expect((await agent.get(PAGE)).text).toContain('ออกจากระบบที่อื่นแล้ว 2 แห่ง');
    for (const other of others) await other.get('/krs/entry').expect(303);
    await stranger.get('/krs/entry').expect(200);
  });

  it('ends nothing of somebody else, and takes no session id', async () => {
    const cookie = await sessionCookie(app, 'krs', PEOPLE.colleague);
    const sid = decodeURIComponent(cookie).slice('sid=s:'.length).split('.')[0] ?? '';
    const handle = createHash('sha256').update(sid).digest('hex');
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    for (const name of [handle, sid, '%', "x' or true --"]) {
      await agent.post(`${PAGE}/${encodeURIComponent(name)}/delete`).expect(404);
    }
    await app.agent().get('/krs/entry').set('Cookie', cookie).expect(200);
  });
});

describe('a session that is ended while a request is on its way', () => {
  it('stays ended', async () => {
    const cookie = await sessionCookie(app, 'krs', PEOPLE.owner);
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    // late enough for "last seen" to be written at the end of the request
    app.clock.advance(2);
    const fields = await entryFields(app.db, { [await app.world.entry('open', 'krabi', '1/a')]: '44' });
    const { letGo, released } = await holdLocks();
    const onItsWay = app
      .agent()
      .post(`/krs/entry?round=${app.world.rounds.open}`)
      .set('Cookie', cookie)
      .type('form')
      .send(fields)
      .then((answer) => answer);
    await expect.poll(waitingForLocks, { timeout: 5000 }).toBe(1);
    await agent.post(`${PAGE}/delete`).expect(303);
    letGo();
    await released;
    expect((await onItsWay).status).toBeLessThan(500);
    expect(await app.db('sessions')).toHaveLength(1);
    await app.agent().get('/krs/entry').set('Cookie', cookie).expect(303);
  });

  it('is not brought back by many at once', async () => {
    const cookie = await sessionCookie(app, 'krs', PEOPLE.owner);
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    app.clock.advance(2);
    const reading = Array.from({ length: 12 }, () =>
      app
        .agent()
        .get('/krs/profile/sessions')
        .set('Cookie', cookie)
        .then(({ status }) => status),
    );
    await Promise.all([...reading, agent.post(`${PAGE}/delete`).expect(303)]);
    await app.agent().get('/krs/entry').set('Cookie', cookie).expect(303);
    expect(await app.db('sessions')).toHaveLength(1);
  });
});

it('signing in with a password that is replaced at that moment opens nothing', async () => {
  const { password_hash } = await app.db('users').where({ id: app.world.users.owner }).first('password_hash');
  const agent = app.agent();
  // replaced as soon as the session is stored: before the last look at the password
  await app.db.raw(`create function replace_password() returns trigger language plpgsql as $$
    begin update users set password_hash = 'another' where username = '8101'; return new; end $$`);
  await app.db.raw(
    'create trigger replaced after insert on sessions for each row execute function replace_password()',
  );
  await agent
    .post('/krs/login')
    .type('form')
    .send({ username: PEOPLE.owner, password: PASSWORD })
    .expect(422);
  await app.db.raw('drop trigger replaced on sessions');
  await app.db('users').where({ id: app.world.users.owner }).update({ password_hash });
  expect(await app.db('sessions')).toEqual([]);
  await agent.get('/krs/entry').expect(303);
});

/** Holds all offices' parts of the rounds, as somebody does who changes them. */
async function holdLocks(): Promise<{ letGo: () => void; released: Promise<void> }> {
  let letGo = () => {};
  const waiting = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let released = Promise.resolve();
  await new Promise<void>((held) => {
    released = app.db.transaction(async (trx) => {
      await trx('round_offices').forUpdate();
      held();
      await waiting;
    });
  });
  return { letGo, released };
}

async function waitingForLocks(): Promise<number> {
  const { rows } = await app.db.raw(
    "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows[0].count;
}
