import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE, WORLD_NOW } from '../support/world.ts';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { TRUST_PROXY: 'loopback' } });
});
afterAll(() => app?.stop());

async function attempt(username: string, password: string, headers: Record<string, string> = {}) {
  await app.agent().post('/krs/login').set(headers).type('form').send({ username, password });
  return app.db('login_events').orderBy('id', 'desc').first();
}

describe('the login history', () => {
  it('has the time, person, address, system and browser of a success', async () => {
    const headers = { 'User-Agent': CHROME, 'X-Forwarded-For': '198.51.100.4' };
    expect(await attempt(PEOPLE.owner, PASSWORD, headers)).toMatchObject({
      system_id: app.world.systems.krs,
      user_id: app.world.users.owner,
      username: PEOPLE.owner,
      outcome: 'success',
      at: WORLD_NOW,
      address: '198.51.100.4',
      os: 'Windows 10',
      browser: 'Chrome 126.0.0.0',
    });
  });

  it('has failures, too, with the person where the username is known', async () => {
    const wrong = await attempt(PEOPLE.owner, 'wrong');
    expect(wrong).toMatchObject({ outcome: 'wrong', user_id: app.world.users.owner });
    expect(await attempt('nobody', 'wrong')).toMatchObject({
      outcome: 'wrong',
      user_id: null,
      username: 'nobody',
    });
    const former = await attempt(PEOPLE.former, PASSWORD);
    expect(former).toMatchObject({ outcome: 'disabled', user_id: app.world.users.former });
  });

  it('has the tries that came too soon', async () => {
    for (let n = 0; n < 5; n += 1) await attempt('hasty', 'wrong');
    expect(await attempt('hasty', 'wrong')).toMatchObject({ outcome: 'slowed', username: 'hasty' });
  });

  it('copes with anything that is sent', async () => {
    const odd = await attempt('a\u0000\u202eb', 'x', {
      'User-Agent': '',
      'X-Forwarded-For': 'nonsense',
    });
    expect(odd).toMatchObject({ outcome: 'wrong', username: 'ab', address: null, os: null, browser: null });
    expect((await attempt('z'.repeat(3000), 'x')).username).toHaveLength(40);
    expect(await attempt('x', 'x', { 'User-Agent': 'q'.repeat(4000) })).toMatchObject({ outcome: 'wrong' });
    expect(await attempt('x', 'x', { 'X-Forwarded-For': '::ffff:192.0.2.9' })).toMatchObject({
      address: '192.0.2.9',
    });
  });
});
