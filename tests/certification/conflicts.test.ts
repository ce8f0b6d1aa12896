import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entryFields } from '../support/entry-form.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';
import {
  act,
  eventCount,
  given,
  lastEvent,
  messageAfter,
  rowOf,
  scoreDifferences,
  stored,
} from './support.ts';

let app: TestApp;
let certifier: Agent;
let bureauAdmin: Agent;
let owner: Agent;

beforeAll(async () => {
  app = await startTestApp();
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  bureauAdmin = await signIn(app, 'krs', PEOPLE.bureauAdmin);
  owner = await signIn(app, 'krs', PEOPLE.owner);
});
afterAll(() => app.stop());
beforeEach(() => app.clock.set(WORLD_NOW));

function post(agent: Agent, id: string, path: string, fields: Record<string, string>, htmx = false) {
  const request = agent.post(`/krs/certify/entries/${id}/${path}`).type('form');
  return (htmx ? request.set('HX-Request', 'true') : request).send(fields);
}

async function report(id: string, value: string) {
  return owner
    .post(`/krs/entry?round=${app.world.rounds.open}`)
    .type('form')
    .send(await entryFields(app.db, { [id]: value }));
}

describe('what the certifier saw is what is decided', () => {
  it('a value changed meanwhile is not certified: 409, with the new value in its row', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    const seen = (await stored(app, id)).version;
    await report(id, '50');
    const response = await post(certifier, id, 'certification', { version: String(seen) });
    expect(response.status).toBe(409);
    const row = rowOf(response.text, id);
    expect(row).toMatch(/class="num value"[^>]*>50</);
    expect(row).toContain('ข้อมูลเปลี่ยนไปหลังจากเปิดหน้านี้');
    expect(row).toContain(`value="${seen + 1}"`);
    expect(await stored(app, id)).toMatchObject({ status: 'pending', value: '50' });
    expect((await lastEvent(app, id)).kind).toBe('save');
  });

  it('the same answer for htmx: the row alone, in its new state', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    const seen = (await stored(app, id)).version;
    await report(id, '51');
    const response = await post(certifier, id, 'certification', { version: String(seen) }, true);
    expect(response.status).toBe(409);
    expect(response.text).not.toContain('<html');
    expect(rowOf(response.text, id)).toMatch(/class="num value"[^>]*>51</);
  });

  it('a reason typed for an older value is kept, and can be sent again for the new one', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    const seen = (await stored(app, id)).version;
    await report(id, '52');
    const response = await post(certifier, id, 'rejection', { version: String(seen), reason: 'ขาดหน้า 3' });
    expect(response.status).toBe(409);
    expect(response.text).toContain('ขาดหน้า 3');
    expect(response.text).toContain('<b>52</b>');
    expect(response.text).toContain(`name="version" value="${seen + 1}"`);
    const again = await post(certifier, id, 'rejection', { version: String(seen + 1), reason: 'ขาดหน้า 3' });
    expect(again.status).toBe(303);
    expect(await stored(app, id)).toMatchObject({ status: 'rejected', reason: 'ขาดหน้า 3', value: '52' });
  });
});

describe('a second click', () => {
  it.each([
    ['certification', 'pending', {}, 'ท่านรับรอง สพป.กระบี่ ไว้แล้ว'],
    ['rejection', 'pending', { reason: 'x' }, 'ท่านไม่รับรอง สพป.กระบี่ ไว้แล้ว'],
  ] as const)('of %s says that it is done, and writes nothing', async (path, state, fields, message) => {
    const id = await given(app, 'krabi', '1/a', state);
    const version = String((await stored(app, id)).version);
    expect((await post(certifier, id, path, { version, ...fields })).status).toBe(303);
    const events = await eventCount(app, id);
    const after = await stored(app, id);
    const second = await post(certifier, id, path, { version, ...fields });
    expect(second.status).toBe(303);
    expect(await messageAfter(certifier, second)).toBe(message);
    expect(await eventCount(app, id)).toBe(events);
    expect(await stored(app, id)).toEqual(after);
  });

  it('of a permit changes nothing', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await act(app, certifier, 'permit', id);
    const events = await eventCount(app, id);
    expect((await act(app, certifier, 'permit', id)).status).toBe(303);
    expect(await eventCount(app, id)).toBe(events);
  });

  it('both at once: one event', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    const events = await eventCount(app, id);
    const version = String((await stored(app, id)).version);
    const both = await Promise.all([1, 2].map(() => post(certifier, id, 'certification', { version })));
    expect(both.map((response) => response.status)).toEqual([303, 303]);
    expect(await eventCount(app, id)).toBe(events + 1);
  });
});

describe('two people at once', () => {
  it('one certifies, one rejects: one of them does, the other is told', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await given(app, 'krabi', '1/a', 'pending');
      const before = await stored(app, id);
      const events = await eventCount(app, id);
      const version = String(before.version);
      const answers = await Promise.all([
        post(certifier, id, 'certification', { version }),
        post(bureauAdmin, id, 'rejection', { version, reason: 'ไม่ตรง' }),
      ]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([303, 409]);
      const after = await stored(app, id);
      expect(after.version).toBe(before.version + 1);
      expect(after.status).toBe(answers[0]?.status === 303 ? 'certified' : 'rejected');
      expect(await eventCount(app, id)).toBe(events + 1);
    }
    expect(await scoreDifferences(app)).toEqual([]);
  });

  it('the office reports while it is certified: never a value that nobody saw', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await given(app, 'krabi', '1/a', 'pending');
      const before = await stored(app, id);
      const fields = await entryFields(app.db, { [id]: String(60 + round) });
      const [certified, saved] = await Promise.all([
        post(certifier, id, 'certification', { version: String(before.version) }),
        owner.post(`/krs/entry?round=${app.world.rounds.open}`).type('form').send(fields),
      ]);
      const after = await stored(app, id);
      if (certified.status === 303) expect(after).toMatchObject({ status: 'certified', value: before.value });
      else expect(after).toMatchObject({ status: 'pending', value: String(60 + round) });
      expect([certified.status, saved.status].sort()).toEqual([303, 409]);
      expect(after.version).toBe(before.version + 1);
    }
    expect(await scoreDifferences(app)).toEqual([]);
  });

  it('many rows from both ends: no deadlock, every entry decided once', async () => {
    const codes = ['1/a', '1/b', '2.1/1.', '3/1.', '3/2.', '3/3.'];
    const ids: string[] = [];
    for (const office of ['krabi', 'lampang'] as const) {
      for (const code of codes) ids.push(await given(app, office, code, 'pending'));
    }
    const seen = await Promise.all(ids.map(async (id) => `${id}:${(await stored(app, id)).version}`));
    const events = await eventCount(app);
    const send = (agent: Agent, entry: string[]) =>
      agent.post('/krs/certify/certifications').type('form').send({ entry });
    const answers = await Promise.all([send(certifier, seen), send(bureauAdmin, [...seen].reverse())]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 409]);
    expect(await eventCount(app)).toBe(events + ids.length);
    expect(await scoreDifferences(app)).toEqual([]);
  });
});
