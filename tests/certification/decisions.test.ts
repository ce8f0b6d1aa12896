import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CERTIFIER_EVENTS, refusal, statusAfter } from '../../src/certification/transitions.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';
import {
  act,
  eventCount,
  given,
  lastEvent,
  messageAfter,
  STATES,
  scoreDifferences,
  stored,
  VERBS,
} from './support.ts';

let app: TestApp;
let certifier: Agent;
let otherCertifier: Agent;
let kpiOffice: Agent;
let owner: Agent;

const AFTER_ENTRY = new Date('2019-10-25T09:00:00+07:00');
const AFTER_CERTIFYING = new Date('2019-11-20T09:00:00+07:00');

beforeAll(async () => {
  app = await startTestApp();
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  otherCertifier = await signIn(app, 'krs', PEOPLE.otherCertifier);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
  owner = await signIn(app, 'krs', PEOPLE.owner);
});
afterAll(() => app.stop());
beforeEach(() => app.clock.set(WORLD_NOW));

describe.each(CERTIFIER_EVENTS)('%s', (event) => {
  it.each(STATES)('an entry that is %s, as the table says', async (state) => {
    const id = await given(app, 'krabi', '2.1/1.', state);
    const before = await stored(app, id);
    const events = await eventCount(app, id);
    const entry = { source: 'office' as const, ...before };
    const refused = refusal(event, entry, {
      decisions: 'open',
      entryWindow: 'open',
      certificationClosed: false,
    });
    const response = await act(app, certifier, event, id);
    const after = await stored(app, id);

    if (refused !== null) {
      expect(response.status).toBe(409);
      expect(after).toEqual(before);
      expect(await eventCount(app, id)).toBe(events);
      return;
    }
    expect(response.status).toBe(303);
    expect(after.status).toBe(statusAfter(event, entry));
    expect(after.value).toBe(before.value);
    expect(after.version).toBe(event === 'permit' ? before.version : before.version + 1);
    expect(await eventCount(app, id)).toBe(events + 1);
    expect(await lastEvent(app, id)).toMatchObject({
      kind: event,
      user_id: app.world.users.certifier,
      on_behalf_of: null,
      value_before: before.value,
      value_after: before.value,
      status_before: before.status,
      status_after: after.status,
    });
    expect(await scoreDifferences(app)).toEqual([]);
  });
});

describe('the score follows', () => {
  const score = () =>
    app
      .db('scores')
      .where({
        round_id: app.world.rounds.open,
        office_id: app.world.offices.krabi,
        node_id: app.world.node('2.1'),
      })
      .first('certified', 'reason');

  it('certified, rejected, cancelled', async () => {
    const id = await given(app, 'krabi', '2.1/1.', 'pending');
    expect(await score()).toEqual({ certified: '1.0000', reason: 'pending' });
    await act(app, certifier, 'certify', id);
    expect(await score()).toEqual({ certified: '5.0000', reason: null });
    await act(app, certifier, 'reject', id);
    expect(await score()).toEqual({ certified: '1.0000', reason: 'rejected' });
    await act(app, certifier, 'cancel', id);
    expect(await score()).toEqual({ certified: '1.0000', reason: 'pending' });
  });
});

describe('an unreported entry', () => {
  it('is rejected once the entry window has closed', async () => {
    const id = await given(app, 'krabi', '2.1/1.', 'unreported');
    app.clock.set(AFTER_ENTRY);
    const certifier = await signIn(app, 'krs', PEOPLE.certifier);
    const response = await act(app, certifier, 'reject', id, { template: 'overdue', reason: '' });
    expect(response.status).toBe(303);
    expect(await messageAfter(certifier, response)).toBe('ไม่รับรอง สพป.กระบี่ แล้ว');
    expect(await stored(app, id)).toMatchObject({
      status: 'rejected',
      value: null,
      reason: 'พ้นกำหนดแล้วยังไม่มีการรายงาน',
    });
  });

  it('is not while its office has a later time of its own', async () => {
    const id = await given(app, 'krabi', '2.1/1.', 'unreported');
    const own = { round_id: app.world.rounds.open, office_id: app.world.offices.krabi };
    await app
      .db('round_offices')
      .where(own)
      .update({ entry_closes_at: new Date('2019-10-31T16:30:00+07:00') });
    app.clock.set(AFTER_ENTRY);
    const certifier = await signIn(app, 'krs', PEOPLE.certifier);
    const response = await act(app, certifier, 'reject', id);
    await app.db('round_offices').where(own).update({ entry_closes_at: null });
    expect(response.status).toBe(409);
    expect(response.text).toContain('ยังไม่หมดเวลารายงานของหน่วยงาน');
    expect((await stored(app, id)).status).toBe('unreported');
  });
});

describe.each(Object.keys(VERBS) as (keyof typeof VERBS)[])('who may %s', (verb) => {
  const state = verb === 'cancel' ? 'certified' : 'pending';

  it('another bureau: 404, nothing changes', async () => {
    const id = await given(app, 'krabi', '2.1/1.', state);
    const before = await stored(app, id);
    expect((await act(app, otherCertifier, verb, id)).status).toBe(404);
    expect(await stored(app, id)).toEqual(before);
  });

  it('the district: 403', async () => {
    const id = await given(app, 'krabi', '2.1/1.', state);
    expect((await act(app, owner, verb, id)).status).toBe(403);
  });

  it('nobody who is signed out: to the login page', async () => {
    const id = await given(app, 'krabi', '2.1/1.', state);
    const response = await act(app, app.agent(), verb, id);
    expect(response.status).toBe(303);
    expect(response.headers.location).toMatch(/^\/krs\/login/);
  });

  it("the KPI office in the bureau's stead, which is recorded", async () => {
    const id = await given(app, 'krabi', '2.1/1.', state);
    expect((await act(app, kpiOffice, verb, id)).status).toBe(303);
    expect(await lastEvent(app, id)).toMatchObject({
      kind: verb,
      user_id: app.world.users.kpiOffice,
      on_behalf_of: app.world.offices.bureau9,
    });
  });

  it('the bureau admin as its certifiers', async () => {
    const id = await given(app, 'krabi', '2.1/1.', state);
    const bureauAdmin = await signIn(app, 'krs', PEOPLE.bureauAdmin);
    expect((await act(app, bureauAdmin, verb, id)).status).toBe(303);
  });

  it('nobody with an id that is none', async () => {
    for (const id of ['0', '999999999999999999', 'abc', '1.5']) {
      const path = `/krs/certify/entries/${id}/${VERBS[verb]}`;
      const fields = { version: '1', reason: 'x', until: '2019-11-01T16:30' };
      expect((await certifier.post(path).type('form').send(fields)).status).toBe(404);
    }
  });

  it('nobody without a version', async () => {
    const id = await given(app, 'krabi', '2.1/1.', state);
    const path = `/krs/certify/entries/${id}/${VERBS[verb]}`;
    for (const version of ['', 'x', '-1', '1.5']) {
      expect((await certifier.post(path).type('form').send({ version, reason: 'x' })).status).toBe(400);
    }
  });

  it('no central data', async () => {
    const id = await app.world.entry('open', 'krabi', '4/a');
    const before = await stored(app, id);
    const response = await act(app, otherCertifier, verb, id);
    expect(response.status).toBe(409);
    expect(response.text).toContain('ใช้ข้อมูลส่วนกลาง ไม่ต้องรับรอง');
    expect(await stored(app, id)).toEqual(before);
  });
});

it("the KPI office's own variables are decided in nobody's stead", async () => {
  const id = await app.world.entry('past', 'krabi', '6/a');
  expect((await act(app, kpiOffice, 'certify', id)).status).toBe(303);
  expect(await lastEvent(app, id)).toMatchObject({ kind: 'certify', on_behalf_of: null });
});

describe('once certifying has closed', () => {
  beforeEach(() => app.clock.set(AFTER_CERTIFYING));

  it('a bureau decides nothing, and is told since when', async () => {
    const id = await given(app, 'krabi', '2.1/1.', 'pending');
    const fresh = await signIn(app, 'krs', PEOPLE.certifier);
    const response = await act(app, fresh, 'certify', id);
    expect(response.status).toBe(403);
    expect(response.text).toContain('ปิดการรับรองแล้วเมื่อ 15 พ.ย. 2562 16:30 น.');
    expect((await stored(app, id)).status).toBe('pending');
    const { version } = await stored(app, id);
    const part = await fresh
      .post(`/krs/certify/entries/${id}/certification`)
      .set('HX-Request', 'true')
      .type('form')
      .send({ version: String(version) });
    expect(part.status).toBe(403);
    expect(part.text).toContain('15 พ.ย. 2562 16:30 น.');
  });

  it('the KPI office still does', async () => {
    const id = await given(app, 'krabi', '2.1/1.', 'pending');
    const fresh = await signIn(app, 'krs', PEOPLE.kpiOffice);
    expect((await act(app, fresh, 'certify', id)).status).toBe(303);
    expect((await stored(app, id)).status).toBe('certified');
    expect(await scoreDifferences(app)).toEqual([]);
  });

  it('nobody permits anything any more', async () => {
    const id = await given(app, 'krabi', '2.1/1.', 'pending');
    const fresh = await signIn(app, 'krs', PEOPLE.kpiOffice);
    expect((await act(app, fresh, 'permit', id, { until: '2019-12-01T10:00' })).status).toBe(403);
  });
});

it('before entry opens nothing is decided', async () => {
  const id = await given(app, 'krabi', '2.1/1.', 'pending');
  app.clock.set(new Date('2019-09-20T09:00:00+07:00'));
  for (const person of [PEOPLE.certifier, PEOPLE.kpiOffice]) {
    const fresh = await signIn(app, 'krs', person);
    const response = await act(app, fresh, 'certify', id);
    expect(response.status).toBe(403);
    expect(response.text).toContain('ยังไม่เปิดการรับรอง');
  }
});

describe('the reason of a rejection', () => {
  it('is required, and what was typed is shown again with the message', async () => {
    const id = await given(app, 'krabi', '2.1/1.', 'pending');
    const response = await act(app, certifier, 'reject', id, { reason: '   ', until: '2019-11-01T16:30' });
    expect(response.status).toBe(422);
    expect(response.text).toContain('เลือกหรือพิมพ์เหตุผล');
    expect(response.text).toContain('value="2019-11-01T16:30"');
    expect(response.text).toMatch(/<textarea[^>]*aria-invalid="true"/);
    expect((await stored(app, id)).status).toBe('pending');
  });

  it('is kept typed when the deadline does not do', async () => {
    const id = await given(app, 'krabi', '2.1/1.', 'pending');
    for (const [until, message] of [
      ['2019-11-15T16:31', 'ต้องไม่เกินเวลาปิดรับรอง'],
      ['2019-10-15T08:59', 'ต้องเป็นเวลาหลังจากขณะนี้'],
      ['พรุ่งนี้', 'วันและเวลาไม่ถูกต้อง'],
    ]) {
      const response = await act(app, certifier, 'reject', id, {
        reason: 'ขาดหน้า <3>',
        until: String(until),
      });
      expect(response.status).toBe(422);
      expect(response.text).toContain(message);
      expect(response.text).toContain('ขาดหน้า &lt;3&gt;');
    }
    expect((await stored(app, id)).status).toBe('pending');
    expect(await app.db('permits').where({ ended_at: null })).toEqual([]);
  });

  it('comes ready-made, typed or both, stands in the entry and in its history', async () => {
    const id = await given(app, 'krabi', '2.1/1.', 'pending');
    await act(app, certifier, 'reject', id, { template: 'incomplete', reason: 'ขาดหน้า 3' });
    const reason = 'เอกสารหลักฐานไม่ครบถ้วน ขาดหน้า 3';
    expect(await stored(app, id)).toMatchObject({ status: 'rejected', reason });
    expect(await lastEvent(app, id)).toMatchObject({ kind: 'reject', reason, until: null });
    const entryPage = await owner.get(`/krs/entry?round=${app.world.rounds.open}`);
    expect(entryPage.text).toContain(reason);
  });
});
