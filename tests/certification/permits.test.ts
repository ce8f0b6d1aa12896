import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entryFields } from '../support/entry-form.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { act, given, lastEvent, stored } from './support.ts';

let app: TestApp;
let certifier: Agent;
let owner: Agent;

const AFTER_ENTRY = new Date('2019-10-25T09:00:00+07:00');
const UNTIL = '2019-10-25T09:30';

beforeAll(async () => {
  app = await startTestApp();
  app.clock.set(AFTER_ENTRY);
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  owner = await signIn(app, 'krs', PEOPLE.owner);
});
afterAll(() => app.stop());
beforeEach(() => app.clock.set(AFTER_ENTRY));

async function save(id: string, value: string): Promise<number> {
  const fields = await entryFields(app.db, { [id]: value });
  const response = await owner.post(`/krs/entry?round=${app.world.rounds.open}`).type('form').send(fields);
  return response.status;
}

async function permitOf(variable: string) {
  return app
    .db('permits')
    .where({ office_id: app.world.offices.krabi, variable_id: app.world.variable(variable) })
    .orderBy('id', 'desc')
    .first();
}

describe('a permit', () => {
  it('lets that office edit that entry after the entry window closed, and no other', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    const other = await given(app, 'krabi', '1/b', 'pending');
    expect(await save(id, '41')).toBe(409);
    expect(
      (await act(app, certifier, 'permit', id, { until: UNTIL, template: 'correct', reason: '' })).status,
    ).toBe(303);
    expect(await lastEvent(app, id)).toMatchObject({
      kind: 'permit',
      reason: 'ให้แก้ไขค่าที่รายงานไม่ถูกต้อง',
      until: new Date(`${UNTIL}:00+07:00`),
      status_before: 'pending',
      status_after: 'pending',
    });
    expect(await save(other, '54')).toBe(409);
    expect(await save(id, '41')).toBe(303);
    expect(await stored(app, id)).toMatchObject({ value: '41', status: 'pending' });
  });

  it('understands a year of the Buddhist Era', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await act(app, certifier, 'permit', id, { until: UNTIL.replace('2019', '2562') });
    expect(await lastEvent(app, id)).toMatchObject({ kind: 'permit', until: new Date(`${UNTIL}:00+07:00`) });
  });

  it('ends by itself', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await act(app, certifier, 'permit', id, { until: UNTIL });
    app.clock.set(new Date(`${UNTIL}:00+07:00`));
    expect(await save(id, '42')).toBe(409);
    expect((await stored(app, id)).value).not.toBe('42');
  });

  it('ends with a certification, and does not come back when that is cancelled', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await act(app, certifier, 'permit', id, { until: UNTIL });
    await act(app, certifier, 'certify', id);
    expect((await permitOf('1/a')).ended_at).toEqual(AFTER_ENTRY);
    await act(app, certifier, 'cancel', id);
    expect(await save(id, '43')).toBe(409);
  });

  it('given again replaces the running one: the office has one time at a time', async () => {
    const id = await given(app, 'krabi', '1/a', 'rejected');
    await act(app, certifier, 'permit', id, { until: UNTIL });
    await act(app, certifier, 'permit', id, { until: '2019-10-30T12:00', reason: 'ขอเวลาเพิ่ม' });
    const running = await app.db('permits').where({ ended_at: null, variable_id: app.world.variable('1/a') });
    expect(running).toHaveLength(1);
    expect(running[0]).toMatchObject({ reason: 'ขอเวลาเพิ่ม', until: new Date('2019-10-30T12:00:00+07:00') });
  });

  it('is given again after an earlier one ran out', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await act(app, certifier, 'permit', id, { until: UNTIL });
    app.clock.set(new Date('2019-10-25T09:40:00+07:00'));
    expect((await act(app, certifier, 'permit', id, { until: '2019-10-26T10:00' })).status).toBe(303);
    expect(await save(id, '44')).toBe(303);
  });

  it('comes with a rejection that sets a deadline, and lets the office answer it', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await act(app, certifier, 'reject', id, { until: UNTIL, reason: 'ไม่ตรง' });
    expect(await stored(app, id)).toMatchObject({ status: 'rejected', reason: 'ไม่ตรง' });
    expect(await save(id, '45')).toBe(303);
    expect(await stored(app, id)).toMatchObject({ status: 'pending', value: '45', reason: null });
  });

  it.each([
    ['', 'กำหนดวันและเวลาสิ้นสุด'],
    ['2019-10-25T09:00', 'ต้องเป็นเวลาหลังจากขณะนี้'],
    ['2019-11-15T16:31', 'ต้องไม่เกินเวลาปิดรับรอง'],
    ['2019-02-30T10:00', 'วันและเวลาไม่ถูกต้อง'],
  ])('until "%s" is refused beside the field', async (until, message) => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    const response = await act(app, certifier, 'permit', id, { until, reason: 'ขอแก้ไข' });
    expect(response.status).toBe(422);
    expect(response.text).toContain(message);
    expect(response.text).toMatch(/id="decision-until"[^>]*aria-invalid/);
    expect(response.text).toContain('ขอแก้ไข</textarea>');
    expect(await app.db('permits').where({ ended_at: null })).toEqual([]);
  });

  it('needs a reason', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    expect((await act(app, certifier, 'permit', id, { reason: ' ' })).status).toBe(422);
  });

  it('tells everything that is wrong at once', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    const { status, text } = await act(app, certifier, 'permit', id, {
      until: '2019-11-15T16:31',
      reason: '',
    });
    expect(status).toBe(422);
    expect(text).toMatch(/id="decision-reason"[^>]*aria-invalid/);
    expect(text).toMatch(/id="decision-until"[^>]*aria-invalid/);
  });
});
