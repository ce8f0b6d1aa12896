import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { TRUST_PROXY: 'loopback', DATABASE_POOL_SIZE: '10' } });
});
afterAll(() => app?.stop());
beforeEach(async () => {
  await app.db('rate_limits').delete();
  await app.db('login_events').delete();
});

function attempt(password: string, { username = PEOPLE.owner as string, from = '203.0.113.7' } = {}) {
  return app
    .agent()
    .post('/krs/login')
    .set('X-Forwarded-For', from)
    .type('form')
    .send({ username, password });
}

async function fail(times: number, who?: Parameters<typeof attempt>[1]): Promise<void> {
  for (let n = 0; n < times; n += 1) await attempt('wrong', who).expect(422);
}

/** The waiting time passes. */
async function wait(): Promise<void> {
  await app.db('rate_limits').where('key', 'like', 'sign-in-gate%').update({ expire: 1 });
}

/** On a busy machine two seconds may be over before the next attempt. */
async function lengthen(): Promise<void> {
  const expire = Date.now() + 60_000;
  await app.db('rate_limits').where('key', 'like', 'sign-in-gate%').update({ expire });
}

describe('repeated failures', () => {
  it('cost nothing four times, then two seconds', async () => {
    await fail(4);
    const fifth = await attempt('wrong').expect(422);
    expect(fifth.headers['retry-after']).toBe('2');
    expect(fifth.text).toContain('ลองอีกครั้งได้ในอีก 2 วินาที');
    const sixth = await attempt('wrong').expect(429);
    expect(sixth.headers['retry-after']).toMatch(/^[12]$/);
    expect(sixth.text).toMatch(/โปรดรอ [12] วินาที/);
    expect(sixth.text).toContain(`value="${PEOPLE.owner}"`);
  });

  it('hold back even the correct password, which works after the wait and clears the count', async () => {
    await fail(5);
    await lengthen();
    await attempt(PASSWORD).expect(429);
    await wait();
    await attempt(PASSWORD).expect(303);
    expect(await app.db('rate_limits')).toHaveLength(0);
    await fail(4);
    await attempt(PASSWORD).expect(303);
  });

  it('really end after the seconds that were named', async () => {
    await fail(5);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await attempt(PASSWORD).expect(303);
  });

  it('never cost more than 30 seconds', async () => {
    const waits: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      const { headers } = await attempt('wrong').expect(422);
      if (headers['retry-after'] !== undefined) waits.push(headers['retry-after']);
      await wait();
    }
    expect(waits).toEqual(['2', '4', '8', '16', '30', '30', '30', '30']);
  });

  it('do not hold back colleagues behind the same address, nor the same person elsewhere', async () => {
    await fail(5);
    await lengthen();
    await attempt(PASSWORD).expect(429);
    await attempt(PASSWORD, { username: PEOPLE.colleague }).expect(303);
    await attempt(PASSWORD, { from: '203.0.113.8' }).expect(303);
  });

  it('count one IPv6 network as one address', async () => {
    for (let host = 1; host <= 5; host += 1) await fail(1, { from: `2001:db8:0:1::${host}` });
    await lengthen();
    await attempt(PASSWORD, { from: '2001:db8::1:0:0:0:99' }).expect(429);
    await attempt(PASSWORD, { from: '2001:db8:0:2::1' }).expect(303);
  });

  it('are the same account however it is written', async () => {
    await fail(3, { username: 'SOMJAI' });
    await fail(2, { username: 'somjai' });
    await lengthen();
    await attempt(PASSWORD, { username: 'SomJai' }).expect(429);
  });

  it('are counted for unknown accounts, too', async () => {
    await fail(5, { username: 'nobody' });
    await lengthen();
    await attempt('wrong', { username: 'nobody' }).expect(429);
  });

  it('at the same moment are looked at five times in all', async () => {
    const answers = await Promise.all(Array.from({ length: 15 }, () => attempt('wrong')));
    const looked = answers.filter(({ status }) => status === 422);
    expect(looked.length).toBeLessThanOrEqual(5);
    expect(answers.filter(({ status }) => status === 429).length).toBe(15 - looked.length);
    const events = await app.db('login_events').where({ outcome: 'wrong' });
    expect(events).toHaveLength(looked.length);
  });
});
