import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import {
  eventCount,
  given,
  lastEvent,
  messageAfter,
  refreshAll,
  rowOf,
  type State,
  scoreDifferences,
  stored,
} from './support.ts';

let app: TestApp;
let certifier: Agent;

beforeAll(async () => {
  app = await startTestApp();
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
});
afterAll(() => app.stop());

const OFFICES = ['krabi', 'lampang', 'secondary'] as const;

async function ofThree(...states: [State, State, State]): Promise<[string, string, string]> {
  const [krabi, lampang, secondary] = states;
  return [
    await given(app, 'krabi', '2.1/1.', krabi),
    await given(app, 'lampang', '2.1/1.', lampang),
    await given(app, 'secondary', '2.1/1.', secondary),
  ];
}

async function seen(ids: readonly string[]): Promise<string[]> {
  return Promise.all(ids.map(async (id) => `${id}:${(await stored(app, id)).version}`));
}

function send(path: string, fields: object, htmx = false) {
  const request = certifier.post(`/krs/certify/${path}`).type('form');
  return (htmx ? request.set('HX-Request', 'true') : request).send(fields);
}

describe('certifying many', () => {
  it('does all, and says exactly how many', async () => {
    const ids = await ofThree('pending', 'pending', 'rejected');
    const response = await send('certifications', { entry: await seen(ids) });
    expect(response.status).toBe(303);
    expect(await messageAfter(certifier, response)).toBe('รับรอง 3 หน่วยงานแล้ว');
    for (const id of ids) {
      expect(await stored(app, id)).toMatchObject({
        status: 'certified',
        decidedBy: app.world.users.certifier,
      });
      expect((await lastEvent(app, id)).kind).toBe('certify');
    }
    expect(await scoreDifferences(app)).toEqual([]);
  });

  it('computes the scores of each office in all sub-indicators of the form', async () => {
    await given(app, 'krabi', '2.1/1.', 'certified');
    await given(app, 'lampang', '1/a', 'certified');
    const ids = [
      await given(app, 'krabi', '1/a', 'pending'),
      await given(app, 'lampang', '2.1/1.', 'pending'),
    ];
    const response = await send('certifications', { entry: await seen(ids) });
    expect(await messageAfter(certifier, response)).toBe('รับรอง 2 หน่วยงานแล้ว');
    expect(await scoreDifferences(app)).toEqual([]);
  });

  it('leaves what a revision set aside since the page was opened, and tells it', async () => {
    const ids = await ofThree('pending', 'pending', 'pending');
    const gone = () => app.db('entry_rows').where({ id: ids[1] });
    const entry = await seen(ids);
    await gone().update({ set_aside: true, version: app.db.raw('version + 1') });
    const question = await send('certifications/confirmation', { entry });
    expect(question.status).toBe(200);
    expect(question.text).toContain('ไม่ต้องรายงานในรอบนี้แล้ว');
    const response = await send('certifications', { entry });
    expect(response.status).toBe(200);
    expect(response.text).toContain('รับรอง 2 หน่วยงานแล้ว');
    expect(response.text).toMatch(/<li>[^<]*ลำปาง[^<]* – ไม่ต้องรายงานในรอบนี้แล้ว/);
    expect(await gone().first()).toMatchObject({ status: 'pending', decided_by: null });
    // alone there is nothing that could be done
    const path = `entries/${ids[1]}/rejection`;
    const alone = await send(path, { version: '9', reason: 'ไม่มีหลักฐาน' });
    expect(alone.status).toBe(303);
    expect(await messageAfter(certifier, alone)).toContain('ไม่ต้องรายงานในรอบนี้แล้ว');
    await gone().update({ set_aside: false });
    await refreshAll(app);
  });

  it('leaves what cannot be certified or changed meanwhile, and lists it by name', async () => {
    const [krabi, lampang, secondary] = await ofThree('pending', 'unreported', 'pending');
    const entry = await seen([krabi, lampang, secondary]);
    await app
      .db('entries')
      .where({ id: secondary })
      .update({ value: '0', version: app.db.raw('version + 1') });
    const events = await eventCount(app);
    const response = await send('certifications', { entry });
    expect(response.status).toBe(200);
    expect(response.text).toContain('รับรอง 1 หน่วยงานแล้ว');
    expect(response.text).toContain('ไม่ได้ทำ 2 รายการ');
    expect(response.text).toContain('<li>สพป.ลำปาง เขต 2 – สถานะปัจจุบันทำรายการนี้ไม่ได้</li>');
    expect(response.text).toContain('<li>สพม.7 – ข้อมูลเปลี่ยนไปหลังจากเปิดหน้านี้');
    expect(await eventCount(app)).toBe(events + 1);
    expect((await stored(app, krabi)).status).toBe('certified');
    expect((await stored(app, lampang)).status).toBe('unreported');
    expect(await stored(app, secondary)).toMatchObject({ status: 'pending', value: '0' });
  });

  it('none possible: 409, nothing done', async () => {
    const ids = await ofThree('unreported', 'certified', 'unreported');
    const events = await eventCount(app);
    const response = await send('certifications', { entry: await seen(ids) });
    expect(response.status).toBe(409);
    expect(response.text).toContain('ไม่ได้ทำรายการใดเลยจาก 3 รายการที่เลือก');
    expect(await eventCount(app)).toBe(events);
  });

  it('asks first, with the exact number and the names', async () => {
    const ids = await ofThree('pending', 'unreported', 'pending');
    const events = await eventCount(app);
    const response = await send('certifications/confirmation', { entry: await seen(ids) });
    expect(response.status).toBe(200);
    expect(response.text).toContain('สพป.กระบี่ · สพม.7');
    expect(response.text).toMatch(/<button[^>]*type="submit">รับรอง 2 หน่วยงาน</);
    expect(response.text).toContain('จะไม่ทำ 1 รายการ');
    expect(await eventCount(app)).toBe(events);
  });

  it('nothing ticked: 422 with what to do', async () => {
    for (const path of ['certifications', 'rejections']) {
      const response = await send(path, { reason: 'x' });
      expect(response.status).toBe(422);
      expect(response.text).toContain('ยังไม่ได้เลือกรายการ');
    }
  });

  it('one that is not the own: 404 and nothing done', async () => {
    const [krabi] = await ofThree('pending', 'pending', 'pending');
    const foreign = await app.world.entry('open', 'krabi', '2.2/a');
    const response = await send('certifications', { entry: await seen([krabi, foreign]) });
    expect(response.status).toBe(404);
    expect((await stored(app, krabi)).status).toBe('pending');
  });

  it('two rounds, an entry twice or unreadable: 400', async () => {
    const [krabi] = await ofThree('pending', 'pending', 'pending');
    const past = await app.world.entry('past', 'krabi', '2.1/1.');
    for (const entry of [
      await seen([krabi, past]),
      await seen([krabi, krabi]),
      ['x'],
      [`${krabi}`],
      [`${krabi}:-1`],
    ]) {
      expect((await send('certifications', { entry })).status).toBe(400);
    }
    expect((await stored(app, krabi)).status).toBe('pending');
  });

  it('sends htmx every row that changed, the counts and the way back', async () => {
    const ids = await ofThree('pending', 'pending', 'unreported');
    const response = await send('certifications', { entry: await seen(ids) }, true);
    expect(response.status).toBe(200);
    for (const id of ids) expect(rowOf(response.text, id)).toContain('hx-swap-oob');
    expect(response.text).toMatch(/รับรองผล <b>2<\/b>/);
    const undo = /name="entries" value="([^"]+)"/.exec(response.text)?.[1] ?? '';
    const undone = await send('certifications/delete', { entries: undo });
    expect(await messageAfter(certifier, undone)).toBe('ยกเลิกผลของ 2 หน่วยงานแล้ว');
    expect((await stored(app, ids[0])).status).toBe('pending');
    expect(await scoreDifferences(app)).toEqual([]);
  });
});

describe('rejecting many', () => {
  it('needs one reason for all; without it the form keeps what was selected', async () => {
    const ids = await ofThree('pending', 'certified', 'pending');
    const entry = await seen(ids);
    const refused = await send('rejections', { entry, reason: '', until: '2019-11-01T10:00' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(`name="entries" value="${entry.join(',')}"`);
    expect(refused.text).toContain('value="2019-11-01T10:00"');
    const done = await send('rejections', { entry, template: 'noEvidence', reason: '' });
    expect(await messageAfter(certifier, done)).toBe('ไม่รับรอง 3 หน่วยงานแล้ว');
    for (const id of ids) expect(await stored(app, id)).toMatchObject({ reason: 'ยังไม่ได้แนบเอกสารหลักฐาน' });
    expect(await scoreDifferences(app)).toEqual([]);
  });

  it('with a deadline permits each of the offices to edit', async () => {
    const ids = await ofThree('pending', 'pending', 'pending');
    await send('rejections', { entry: await seen(ids), reason: 'x', until: '2019-11-01T10:00' });
    const permits = await app
      .db('permits')
      .where({ ended_at: null, variable_id: app.world.variable('2.1/1.') });
    expect(permits.map((permit) => permit.office_id).sort()).toEqual(
      OFFICES.map((office) => app.world.offices[office]).sort(),
    );
  });

  it('in the list of an office counts variables', async () => {
    const a = await given(app, 'krabi', '1/a', 'pending');
    const b = await given(app, 'krabi', '1/b', 'pending');
    const done = await send('certifications', { view: 'offices', entry: await seen([a, b]) });
    expect(done.headers.location).toMatch(/^\/krs\/certify\/offices\?/);
    expect(await messageAfter(certifier, done)).toBe('รับรอง 2 ตัวแปรแล้ว');
  });
});
