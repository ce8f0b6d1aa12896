import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entryFields } from '../support/entry-form.ts';
import { statementsDuring } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { given, lastEvent, scoreDifferences, stored } from './support.ts';

let app: TestApp;
let owner: Agent;
let colleague: Agent;
let idle: Agent;
let certifier: Agent;
let kpi: Agent;

const AFTER_ENTRY = new Date('2019-10-25T09:00:00+07:00');
const UNTIL = '2562-10-25T09:30';
const AFTER_UNTIL = new Date('2019-10-25T09:31:00+07:00');
const AFTER_CERTIFICATION = new Date('2019-11-20T09:00:00+07:00');

beforeAll(async () => {
  app = await startTestApp();
  app.clock.set(AFTER_ENTRY);
  await enter();
});
afterAll(() => app?.stop());
beforeEach(async () => {
  app.clock.set(AFTER_ENTRY);
  await app.db.raw('truncate edit_requests');
  await app.db('notices').delete();
  await app.db('thread_notices').delete();
});

describe('asking', () => {
  it('tells the bureau, and stands at the row until it is answered', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    expect((await entryPage(owner)).text).toContain(`variable=${app.world.variable('1/a')}"`);
    const answer = await ask(colleague, [id], 'พิมพ์ผิด <b>');
    expect(answer.status, answer.text).toBe(303);
    const page = await entryPage(colleague);
    expect(page.text).toContain('ส่งคำขอแก้ไขแล้ว 1 ตัวแปร');
    expect(rowIn(page.text, id)).toContain('รอคำตอบ');
    expect(rowIn(page.text, id)).toContain('ถอนคำขอ');
    expect(rowIn((await entryPage(idle)).text, id)).not.toContain('ถอนคำขอ');
    const told = await app.db('notices').where({ kind: 'workshop' });
    expect(told.map(({ user_id }) => user_id).sort()).toEqual(
      [app.world.users.certifier, app.world.users.bureauAdmin].sort(),
    );
    expect(told[0]?.data).toMatchObject({ event: 'editAsked', reason: 'พิมพ์ผิด <b>' });
    const { text } = await certifier.get('/krs/requests').expect(200);
    expect(text).toContain('พิมพ์ผิด &lt;b&gt;');
    expect((await certifier.get('/krs')).text).toContain('มีคำขอแก้ไขข้อมูลรอคำตอบ 1 คำขอ');
  });

  it('twice, or by two people at once, makes one request', async () => {
    const id = await given(app, 'krabi', '1/a', 'rejected');
    const answers = await Promise.all(
      [1, 2, 3].map((at) => ask(at === 1 ? owner : colleague, [id], 'ขอแก้ไข')),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await requests()).toHaveLength(1);
  });

  it('is one form for all rows of a sub-indicator; what cannot be asked for is left', async () => {
    const a = await given(app, 'krabi', '1/a', 'pending');
    const b = await given(app, 'krabi', '1/b', 'certified');
    const form = await owner.get(askPath()).expect(200);
    expect(form.text.match(/type="checkbox"/g)).toHaveLength(1);
    expect(form.text).toContain('ติดต่อผู้รับรองเพื่อยกเลิกการรับรอง');
    expect((await ask(owner, [a, b], 'ขอแก้ไข')).status).toBe(303);
    expect((await requests()).map(({ variable_id }) => variable_id)).toEqual([app.world.variable('1/a')]);
    expect((await entryPage(owner)).text).toContain('อีก 1 ตัวแปรขอแก้ไขไม่ได้');
  });

  it('needs a reason and a variable; what was typed stays', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    expect((await ask(owner, [id], ' ').then(expecting(422))).text).toContain('พิมพ์เหตุผล เพื่อให้ผู้รับรองพิจารณา');
    const none = await ask(owner, [], 'เหตุผล <i>').then(expecting(422));
    expect(none.text).toContain('เลือกตัวแปรที่ต้องการแก้ไข');
    expect(none.text).toContain('เหตุผล &lt;i&gt;</textarea>');
    expect((await ask(owner, [id], 'ก'.repeat(2001)).then(expecting(422))).text).toContain('ยาวเกิน');
    expect(await requests()).toEqual([]);
  });

  it.each([
    ['while the window is open', '2019-10-15T09:00:00+07:00', 'แก้ไขได้อยู่แล้ว'],
    ['after certification', '2019-11-20T09:00:00+07:00', 'สิ้นสุดการรับรองแล้ว'],
  ])('is not possible %s', async (_when, moment, why) => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    app.clock.set(new Date(moment));
    await enter();
    expect((await ask(owner, [id], 'ขอแก้ไข').then(expecting(409))).text).toContain(why);
    expect(rowIn((await entryPage(owner)).text, id)).not.toContain('requests/new');
    app.clock.set(AFTER_ENTRY);
    await enter();
  });

  it('is for those who report the entry and for admins of its own office', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    expect((await ask(idle, [id], 'ขอแก้ไข').then(expecting(409))).text).toContain('ไม่ได้มอบหมายให้ท่าน');
    await ask(await signIn(app, 'krs', PEOPLE.outsider), [id], 'ขอแก้ไข').then(expecting(404));
    const central = await app.world.entry('open', 'krabi', '4/a');
    await ask(owner, [central], 'ขอแก้ไข', '4').then(expecting(409));
    expect(await requests()).toEqual([]);
  });

  it('can be taken back until it is answered', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await ask(colleague, [id], 'ขอแก้ไข');
    const [request] = await requests();
    await idle.post(`/krs/entry/requests/${request.id}/withdrawal`).expect(403);
    await colleague.post(`/krs/entry/requests/${request.id}/withdrawal`).expect(303);
    expect(await requests()).toMatchObject([{ state: 'withdrawn', answered_by: app.world.users.colleague }]);
    const refused = await grant(certifier, [request.id]).then(expecting(409));
    expect(refused.text).toContain('ตอบหรือถอนไปก่อนแล้ว');
    expect(rowIn((await entryPage(owner)).text, id)).toContain('requests/new');
  });
});

describe('granting', () => {
  it('gives a permit with history, thread item and mails; it runs out by itself, and the value waits', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await ask(colleague, [id], 'พิมพ์ผิด');
    const [request] = await requests();
    await grant(certifier, [request.id]).then(expecting(303));
    expect(await requests()).toMatchObject([
      { state: 'granted', until: new Date('2019-10-25T09:30:00+07:00') },
    ]);
    expect(await lastEvent(app, id)).toMatchObject({
      kind: 'permit',
      reason: 'อนุญาตตามคำขอของหน่วยงาน: พิมพ์ผิด',
      user_id: app.world.users.certifier,
    });
    const items = await app
      .db('thread_items')
      .where({ kind: 'permit', variable_id: app.world.variable('1/a') });
    expect(items).toHaveLength(1);
    // one section of one mail, not two: the permit is told with the answer
    expect(await app.db('thread_notices')).toEqual([]);
    const granted = await app.db('notices').whereRaw("data ->> 'event' = 'editGranted'").orderBy('user_id');
    const { owner: admin, colleague: asker, bureauAdmin } = app.world.users;
    expect(granted.map(({ user_id }) => user_id).sort()).toEqual([admin, asker, bureauAdmin].sort());
    expect(rowIn((await entryPage(colleague)).text, id)).toContain('<input class="value-box"');
    await save(id, '41').then(expecting(303));
    expect(await stored(app, id)).toMatchObject({ value: '41', status: 'pending' });
    app.clock.set(AFTER_UNTIL);
    await save(id, '42').then(expecting(409));
    const row = rowIn((await entryPage(colleague)).text, id);
    expect(row).toContain('สิ้นสุดแล้ว');
    expect(row).toContain('requests/new');
    expect(await scoreDifferences(app)).toEqual([]);
  });

  it('needs a time, at most until certification closes; what was typed stays', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await ask(owner, [id], 'ขอแก้ไข');
    const [{ id: request }] = await requests();
    for (const [until, message] of [
      ['', 'กำหนดวันและเวลาสิ้นสุด'],
      ['พรุ่งนี้', 'วันและเวลาไม่ถูกต้อง'],
      ['2019-10-01T09:00', 'ต้องเป็นเวลาหลังจากขณะนี้'],
      ['2019-12-01T09:00', 'ต้องไม่เกินเวลาปิดรับรอง'],
    ]) {
      const { text } = await grant(certifier, [request], { until, answer: 'คำตอบ <b>' }).then(expecting(422));
      expect(text).toContain(message);
      expect(text).toContain('คำตอบ &lt;b&gt;</textarea>');
    }
    expect(await requests()).toMatchObject([{ state: 'open' }]);
  });

  it('of several says exactly how many, and leaves what was certified meanwhile', async () => {
    const a = await given(app, 'krabi', '1/a', 'pending');
    const b = await given(app, 'krabi', '1/b', 'pending');
    const lampang = await given(app, 'lampang', '1/a', 'pending');
    await ask(owner, [a, b], 'ขอแก้ไข');
    await ask(await signIn(app, 'krs', PEOPLE.outsider), [lampang], 'ขอด้วย');
    const ids = (await requests()).map((row) => row.id);
    await app.db('entries').where({ id: b }).update({ status: 'certified' });
    const query = ids.map((id) => `request=${id}`).join('&');
    const form = await certifier.get(`/krs/requests/answer?${query}`).expect(200);
    expect(form.text).toContain('อนุญาต 2 คำขอ');
    expect(form.text).toContain('ไม่อนุญาต 3 คำขอ');
    const answer = await grant(certifier, ids, { answer: 'ให้แก้' }).then(expecting(303));
    expect((await certifier.get(String(answer.headers.location))).text).toContain(
      'อนุญาตให้แก้ไขแล้ว 2 คำขอ อีก 1 คำขอไม่ได้ทำ',
    );
    expect((await requests()).map(({ state }) => state).sort()).toEqual(['granted', 'granted', 'open']);
    expect((await lastEvent(app, lampang)).reason).toBe('ให้แก้');
  });

  it('by two certifiers at once is done once', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await ask(owner, [id], 'ขอแก้ไข');
    const [{ id: request }] = await requests();
    const [granted, declined] = await Promise.all([
      grant(certifier, [request]),
      decline(kpi, [request], 'ไม่อนุญาต'),
    ]);
    expect([granted.status, declined.status].sort()).toEqual([303, 409]);
    const [{ state }] = await requests();
    expect(state).toBe(granted.status === 303 ? 'granted' : 'declined');
    expect(await app.db('permits').where({ ended_at: null })).toHaveLength(state === 'granted' ? 1 : 0);
  });

  it('takes as many statements for three as for one, and is nobody else’s', async () => {
    const ids = [];
    for (const variable of ['1/a', '1/b', '3/1.', '3/2.'])
      ids.push(await given(app, 'krabi', variable, 'pending'));
    await ask(owner, ids.slice(0, 2), 'ขอแก้ไข');
    await ask(owner, ids.slice(2), 'ขอแก้ไข', '3');
    const [first, ...more] = (await requests()).map((row) => row.id);
    await grant(await signIn(app, 'krs', PEOPLE.otherCertifier), [first]).then(expecting(404));
    const one = await statementsDuring(app.db, () => grant(certifier, [first]).then(expecting(303)));
    const three = await statementsDuring(app.db, () => grant(certifier, more).then(expecting(303)));
    expect(three.length).toBe(one.length);
  });
});

describe('declining', () => {
  it('needs an answer, which the office reads', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await ask(colleague, [id], 'ขอแก้ไข');
    const [{ id: request }] = await requests();
    expect((await decline(certifier, [request], ' ').then(expecting(422))).text).toContain('พิมพ์คำตอบ');
    await decline(certifier, [request], 'ไม่มีหลักฐานใหม่').then(expecting(303));
    expect(rowIn((await entryPage(colleague)).text, id)).toContain('ไม่มีหลักฐานใหม่');
    const told = await app.db('notices').whereRaw("data ->> 'event' = 'editDeclined'");
    expect(told.map(({ user_id }) => user_id).sort()).toEqual(
      [app.world.users.owner, app.world.users.colleague].sort(),
    );
    const { text } = await certifier
      .get(`/krs/requests?round=${app.world.rounds.open}&show=answered`)
      .expect(200);
    expect(text).toContain('ไม่มีหลักฐานใหม่');
    expect(await app.db('permits').where({ ended_at: null })).toEqual([]);
  });

  it('in a bureau’s stead is told to the bureau, too', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await ask(colleague, [id], 'ขอแก้ไข');
    const [{ id: request }] = await requests();
    await decline(kpi, [request], 'ไม่มีหลักฐานใหม่').then(expecting(303));
    const told = await app.db('notices').whereRaw("data ->> 'event' = 'editDeclined'");
    const ofBureau = told.filter(({ data }) => data.path.startsWith('/requests'));
    expect(ofBureau.map(({ user_id }) => user_id).sort()).toEqual(
      [app.world.users.certifier, app.world.users.bureauAdmin].sort(),
    );
    expect(told).toHaveLength(4);
  });
});

it('nothing is answered or taken back after certification, or under a seal', async () => {
  const id = await given(app, 'krabi', '1/a', 'pending');
  await ask(owner, [id], 'ขอแก้ไข');
  const [{ id: request }] = await requests();
  await app
    .db('round_offices')
    .where({ office_id: app.world.offices.krabi })
    .update({ sealed_at: new Date() });
  expect((await grant(kpi, [request]).then(expecting(409))).text).toContain('ปิดผนึกผลคะแนนแล้ว');
  await decline(kpi, [request], 'ไม่').then(expecting(409));
  const takesBack = async () => {
    await owner.post(`/krs/entry/requests/${request}/withdrawal`).expect(303);
    expect((await entryPage(owner)).text).toContain('คำขอนี้สิ้นสุดแล้ว');
    expect(await requests()).toMatchObject([{ state: 'open' }]);
  };
  await takesBack();
  const other = await given(app, 'krabi', '1/b', 'pending');
  expect((await ask(owner, [other], 'ขอแก้ไข').then(expecting(409))).text).toContain('ยังไม่ได้ส่งคำขอ');
  await app.db('round_offices').update({ sealed_at: null });
  app.clock.set(AFTER_CERTIFICATION);
  await enter();
  await grant(kpi, [request], { until: '2019-11-21T09:00' }).then(expecting(409));
  await decline(kpi, [request], 'ไม่').then(expecting(409));
  await takesBack();
  const { text } = await kpi.get(`/krs/requests?round=${app.world.rounds.open}`).expect(200);
  expect(text).toContain('สิ้นสุดโดยไม่มีคำตอบ');
  expect((await kpi.get('/krs')).text).not.toContain('มีคำขอแก้ไขข้อมูลรอคำตอบ');
  expect(rowIn((await entryPage(owner)).text, id)).not.toContain('รอคำตอบ');
  app.clock.set(AFTER_ENTRY);
  await enter();
});

async function enter(): Promise<void> {
  [owner, colleague, idle, certifier, kpi] = (await Promise.all(
    (['owner', 'colleague', 'idle', 'certifier', 'kpiOffice'] as const).map((who) =>
      signIn(app, 'krs', PEOPLE[who]),
    ),
  )) as [Agent, Agent, Agent, Agent, Agent];
}

function askPath(node = '1'): string {
  return `/krs/entry/requests/new?round=${app.world.rounds.open}&node=${app.world.node(node)}`;
}

function ask(agent: Agent, entry: string[], reason: string, node = '1') {
  return agent.post(askPath(node).replace('/new', '')).type('form').send({ entry, reason });
}

function grant(agent: Agent, request: string[], more: { until?: string | undefined; answer?: string } = {}) {
  return agent
    .post('/krs/requests/grants')
    .type('form')
    .send({ request, until: UNTIL, answer: '', ...more });
}

function decline(agent: Agent, request: string[], answer: string) {
  return agent.post('/krs/requests/declines').type('form').send({ request, until: '', answer });
}

function entryPage(agent: Agent) {
  return agent.get(`/krs/entry?round=${app.world.rounds.open}`).expect(200);
}

async function save(id: string, value: string) {
  const fields = await entryFields(app.db, { [id]: value });
  return colleague.post(`/krs/entry?round=${app.world.rounds.open}`).type('form').send(fields);
}

function requests() {
  return app.db('edit_requests').orderBy('id');
}

function rowIn(html: string, id: string): string {
  const start = html.indexOf(`id="e${id}"`);
  return start < 0 ? '' : html.slice(start, html.indexOf('</tr>', start));
}

function expecting<Answer extends { status: number; text: string }>(status: number) {
  return (answer: Answer): Answer => {
    expect(answer.status, answer.text.slice(0, 3000)).toBe(status);
    return answer;
  };
}
