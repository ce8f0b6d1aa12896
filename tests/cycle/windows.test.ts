import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRoundLists } from '../../src/cycle/lists/actions.ts';
import { tellOpenings } from '../../src/cycle/openings/actions.ts';
import { translator } from '../../src/i18n/index.ts';
import { workshopLetter } from '../../src/notifications/workshop-letters.ts';
import { entryFields } from '../support/entry-form.ts';
import { deliverMail, jobContext } from '../support/jobs.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { newRound, noLists } from './support.ts';

const OPENS = new Date('2019-10-01T00:00:00+07:00');
const CLOSES = new Date('2019-10-20T16:30:00+07:00');
const CERTIFIED = new Date('2019-11-15T16:30:00+07:00');
const NOW = new Date('2019-10-15T09:00:30+07:00');

let app: TestApp;
let psdg: Agent;
let owner: Agent;
let id: string;

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  await at(NOW);
  await noLists(app);
  await app.db('notices').delete();
  ({ id } = await newRound(app, {
    entry_opens_at: OPENS,
    entry_closes_at: CLOSES,
    certification_closes_at: CERTIFIED,
  }));
  const { systems, users } = app.world;
  const payload = { roundId: id, label: 'รอบ' };
  const task = { id: '0', systemId: systems.krs, payload, requestedBy: users.kpiOffice };
  await createRoundLists(jobContext(app), task, () => {});
});
afterAll(() => app?.stop());

it('opened by its time, the same is told: once, as late as two days after, and not of what was closed by then', async () => {
  const tell = () => tellOpenings(jobContext(app));
  expect(await tell()).toBe(0);
  await set({ entry_opens_at: NOW });
  const own = { round_id: id, office_id: app.world.offices.lampang };
  await app.db('round_offices').where(own).update({ entry_closes_at: NOW });
  await at(new Date(NOW.getTime() - 1));
  expect(await tell()).toBe(0);
  await at(new Date(NOW.getTime() + 2 * 86_400_000));
  expect(await tell()).toBe(0);
  await at(new Date(NOW.getTime() + 2 * 86_400_000 - 1));
  await set({ entry_closes_at: app.clock.now() });
  expect(await tell()).toBe(0);
  await set({ entry_closes_at: CLOSES });
  expect((await Promise.all([tell(), tell(), tell()])).sort()).toEqual([0, 0, 4]);
  expect(await tell()).toBe(0);
  expect(await events()).toMatchObject([{ kind: 'entryOpened', user_id: null, after: { reminded: 4 } }]);
  const { users } = app.world;
  expect((await app.db('notices').orderBy('user_id').pluck('user_id')).sort()).toEqual(
    [users.owner, users.colleague, users.idle, users.secondary].sort(),
  );
  expect(await app.db('notices').first('data')).toMatchObject({
    data: { event: 'entryOpened', closes: CLOSES.toISOString(), path: `/entry?round=${id}` },
  });
});

it('opened by hand before its time, nothing is told again', async () => {
  await set({ entry_opens_at: new Date('2019-10-18T08:00:00+07:00') });
  await change('open', { reason: 'ส่งหนังสือแจ้งแล้ว' }, 303);
  expect(await tellOpenings(jobContext(app))).toBe(0);
});

describe('for all offices', () => {
  it('entry opens now, to the second, and everybody concerned is told', async () => {
    await set({ entry_opens_at: new Date('2019-10-18T08:00:00+07:00') });
    await save('1/a', '5', 409);
    await change('open', { reason: 'ส่งหนังสือแจ้งแล้ว' }, 303);
    expect((await stored()).entry_opens_at).toEqual(NOW);
    await save('1/a', '5', 303);
    expect(await events()).toMatchObject([
      {
        kind: 'openEntry',
        reason: 'ส่งหนังสือแจ้งแล้ว',
        office_ids: null,
        before: { entryOpensAt: '2019-10-18T01:00:00.000Z' },
        after: { entryOpensAt: NOW.toISOString() },
      },
    ]);
    const mails = await deliverMail(app);
    const told = mails.filter(({ subject }) => subject?.includes('เปิดให้บันทึกข้อมูล รอบ 9 เดือน ปี 62'));
    expect(told.flatMap(({ to }) => to?.map(({ address }) => address)).sort()).toEqual(
      ['8101', '22507', 'lampang1', 'somjai', 'wichai'].map((name) => `${name}@example.org`).sort(),
    );
    expect(told[0]?.text).toContain('ส่งหนังสือแจ้งแล้ว');
    expect(told[0]?.text).toContain('20 ต.ค. 2562 16:30 น.');
  });

  it('entry closes in the very moment in which it opened', async () => {
    await set({ entry_opens_at: NOW });
    await change('close', { reason: 'เปิดโดยไม่ตั้งใจ' }, 303);
    expect((await stored()).entry_closes_at).toEqual(new Date(NOW.getTime() + 1));
  });

  it('entry is extended: values are taken until the last second before the new time', async () => {
    await change('entry', { closes: '2019-10-25T12:00', reason: 'น้ำท่วม' }, 303);
    await at(new Date('2019-10-25T11:59:59.999+07:00'));
    await save('1/a', '6', 303);
    await at(new Date('2019-10-25T12:00:00+07:00'));
    await save('1/a', '7', 409);
    expect(await events()).toMatchObject([{ kind: 'changeEntry' }]);
    expect(await noticesOf()).toEqual({ entryChanged: 5 });
  });

  it('closing now closes for everybody, those with a time of their own included', async () => {
    await setOwn('krabi', new Date('2019-11-01T00:00:00+07:00'));
    await change('close', { reason: 'ครบทุกหน่วยงานแล้ว' }, 303);
    expect((await stored()).entry_closes_at).toEqual(NOW);
    expect(await ownTimes()).toEqual([]);
    await save('1/a', '5', 409);
    expect(await noticesOf()).toEqual({ entryClosed: 5 });
    expect(await events()).toMatchObject([{ kind: 'closeEntry', before: { ownTimes: 1 } }]);
    await change('close', { reason: 'อีกครั้ง' }, 422, 'ไม่ได้เปิดอยู่');
    await change('entry', { closes: '2019-10-16T09:00', reason: 'เปิดใหม่' }, 303);
    await save('1/a', '5', 303);
    expect((await events())[0]).toMatchObject({ kind: 'reopenEntry', reason: 'เปิดใหม่' });
    await change('entry', { closes: '2019-10-17T09:00', reason: 'อีกหนึ่งวัน' }, 303);
    const owners = app.db('notices').where({ user_id: app.world.users.owner }).orderBy('id');
    const told: Parameters<typeof workshopLetter>[0][] = await owners.pluck('data');
    const letters = told.map((data) => workshopLetter(data, translator('th'), 'KRS', 'th').lines);
    const [month, at] = ['ต.ค. 2562 09:00 น.', 'เมื่อ 15 ต.ค. 2562 09:00 น.'];
    expect(letters.map(([line, ...rest]) => [line?.split(' รอบ')[0], ...rest])).toEqual([
      [expect.stringContaining('ปิดการบันทึกข้อมูล'), at, expect.any(String), `ปิดรับ 15 ${month}`],
      ['เปิดให้บันทึกข้อมูล', at, 'เหตุผล: เปิดใหม่', `ปิดรับ 16 ${month} (เดิม 15 ${month})`],
      [expect.any(String), at, 'เหตุผล: อีกหนึ่งวัน', `ปิดรับ 17 ${month} (เดิม 16 ${month})`],
    ]);
  });

  it.each([
    ['open', 'เปิดบันทึกข้อมูลไปแล้ว'],
    ['close', 'ไม่มีหน่วยงานใดบันทึกข้อมูลได้'],
  ])('%s that cannot be done now says why, and what to do instead', async (name, why) => {
    await set({ entry_closes_at: NOW });
    const { text } = await psdg.get(path(name)).expect(200);
    expect(text).toContain(why);
    expect(text).toContain(`btn-primary" href="${path('entry')}"`);
  });

  it('a new time takes the place of own times that it reaches; later ones stay unless they are dropped', async () => {
    await setOwn('krabi', new Date('2019-10-22T00:00:00+07:00'));
    await setOwn('lampang', new Date('2019-10-28T00:00:00+07:00'));
    await change('entry', { closes: '2019-10-25T16:30', reason: 'ขยาย' }, 303);
    expect(await ownTimes()).toEqual([app.world.offices.lampang]);
    await change('entry', { closes: '2019-10-25T16:30', drop: '1', reason: 'เท่ากันทุกเขต' }, 303);
    expect(await ownTimes()).toEqual([]);
  });

  it('certification closes to the second; permits end with it, bureaus are told', async () => {
    const permit = {
      round_id: id,
      office_id: app.world.offices.krabi,
      variable_id: app.world.variable('1/a'),
    };
    const granted = { reason: 'x', granted_by: app.world.users.certifier };
    await app.db('permits').insert({ ...permit, ...granted, until: CERTIFIED });
    const moment = '2019-11-01T16:30';
    await change('certification', { until: 'at', moment, reason: 'เร่งสรุปผล' }, 303);
    expect((await stored()).certification_closes_at).toEqual(new Date(`${moment}:00+07:00`));
    expect(await app.db('permits').where(permit).pluck('until')).toEqual([new Date(`${moment}:00+07:00`)]);
    expect(await noticesOf()).toEqual({ certificationChanged: 3 });
    await at(new Date(`${moment}:00+07:00`));
    const page = await psdg.get('/krs/rounds?year=2562').expect(200);
    expect(page.text).toContain('สิ้นสุดแล้ว');
    await change('certification', { until: 'at', moment: '2019-11-20T16:30', reason: 'เปิดใหม่' }, 303);
  });

  it.each([
    ['entry', { closes: '2019-12-01T00:00' }, 'ปิดรับรองก่อนปิดบันทึกข้อมูลไม่ได้'],
    ['entry', { closes: '2019-10-15T09:00' }, 'เวลานี้ผ่านไปแล้ว'],
    ['entry', { closes: '30/10/2562' }, 'กรุณากรอกวันที่และเวลา'],
    ['entry', {}, 'ยังไม่ได้เปลี่ยนเวลาใด'],
    ['entry', { closes: '2019-10-25T16:30', reason: ' ' }, 'กรุณากรอกเหตุผล'],
    ['entry', { closes: '2019-10-25T16:30', reason: 'ก'.repeat(501) }, 'ไม่เกิน 500'],
    ['entry', { opens: '2019-10-16T00:00' }, 'เปิดให้บันทึกข้อมูลไปแล้ว'],
    ['open', {}, 'เปิดให้บันทึกข้อมูลไปแล้ว'],
    ['certification', { until: 'now' }, 'ยังเปิดบันทึกข้อมูลอยู่'],
    ['certification', { until: 'at', moment: '2019-10-19T00:00' }, 'ปิดรับรองก่อนปิดบันทึกข้อมูลไม่ได้'],
    ['certification', { until: 'at', moment: '2019-11-15T16:30' }, 'ยังไม่ได้เปลี่ยนเวลาใด'],
    ['offices', { until: 'at', moment: '2019-10-22T00:00' }, 'เลือกหน่วยงานอย่างน้อย 1 แห่ง'],
    ['offices', { office: '1', until: 'at', moment: '2019-10-22T00:00' }, 'ไม่มีรายการในรอบนี้'],
  ])('%s %j is refused beside its field, and what was typed is kept', async (name, fields, message) => {
    const before = await stored();
    const answer = await change(name, { reason: 'เหตุผลที่พิมพ์', ...fields }, 422, message);
    for (const typed of Object.values(fields)) {
      if (typed.trim() !== '' && typed !== '1' && name !== 'open' && !('opens' in fields))
        expect(answer.text).toContain(typed);
    }
    expect(await stored()).toEqual(before);
    expect(await events()).toEqual([]);
  });
});

describe('for named offices', () => {
  it('entry is reopened for those alone, and only their people are told', async () => {
    await at(new Date('2019-10-21T09:00:00+07:00'));
    const { krabi } = app.world.offices;
    const fields = { office: krabi, until: 'at', moment: '2019-10-23T16:30', reason: 'ระบบของเขตขัดข้อง' };
    await save('1/a', '5', 409);
    await change('offices', fields, 303);
    await save('1/a', '5', 303);
    expect(await ownTimes()).toEqual([krabi]);
    expect(await events()).toMatchObject([
      { kind: 'reopenEntry', office_ids: [krabi], reason: fields.reason },
    ]);
    expect(await noticesOf()).toEqual({ entryOpened: 3 });
    expect(await app.db('notices').first('data')).toMatchObject({ data: { about: ['สพป.กระบี่'] } });
    const page = await psdg.get(`/krs/rounds/${id}`).expect(200);
    expect(page.text).toContain('หน่วยงาน: สพป.กระบี่');
    expect(page.text).toContain('23 ต.ค. 2562 16:30 น.');
    const over = { until: 'at', moment: '2019-10-22T16:30', reason: 'x' };
    await change('certification', over, 422, 'มีหน่วยงานที่เปิดบันทึกถึง 23 ต.ค. 2562 16:30 น.');
  });

  it('entry is closed at once, and goes with all the others again', async () => {
    const { krabi } = app.world.offices;
    await change('offices', { office: krabi, until: 'now', reason: 'รายงานครบแล้ว' }, 303);
    await save('1/a', '5', 409);
    expect(await events()).toMatchObject([{ kind: 'closeEntry', office_ids: [krabi] }]);
    await change('offices', { office: krabi, until: 'common', reason: 'ปิดผิดเขต' }, 303);
    await save('1/a', '5', 303);
    const late = { office: krabi, until: 'at', moment: '2019-11-16T00:00', reason: 'x' };
    await change('offices', late, 422, 'ปิดบันทึกหลังปิดรับรอง (15 พ.ย. 2562 16:30 น.) ไม่ได้');
  });

  it('are found by name and type without script, and stay ticked while they are not shown', async () => {
    const { krabi, secondary } = app.world.offices;
    const list = { office: krabi, type: 'สพม', filter: 'list', reason: 'พิมพ์ไว้' };
    const narrowed = await change('offices', list, 200);
    expect(narrowed.text).toContain(`<input type="hidden" name="office" value="${krabi}">`);
    expect(narrowed.text).not.toContain(`id="office-${krabi}"`);
    expect(narrowed.text).toContain(`id="office-${secondary}"`);
    expect(narrowed.text).toContain('เลือกแล้ว 1 จาก 3 หน่วยงาน');
    expect(narrowed.text).toContain('value="พิมพ์ไว้"');
    const all = await change('offices', { ...list, filter: 'tick' }, 200);
    expect(all.text).toContain('เลือกแล้ว 2 จาก 3 หน่วยงาน');
    const none = await change('offices', { ...list, q: 'ไม่มีชื่อนี้' }, 200);
    expect(none.text).toContain('ไม่พบหน่วยงานตามเงื่อนไข');
  });
});

describe('two people at once', () => {
  it('the second is told who was first, and nothing of it is done until it is sent again', async () => {
    const seen = await seenNow();
    await change('entry', { closes: '2019-10-25T16:30', reason: 'คนแรก' }, 303);
    const before = await stored();
    const late = { seen, closes: '2019-10-30T16:30', reason: 'คนที่สอง' };
    const answer = await psdg
      .post(path('entry'))
      .type('form')
      .send({ ...(await untouched()), ...late });
    expect(answer.status).toBe(409);
    for (const said of ['กลาง พัฒนาระบบ', '2019-10-30T16:30', 'คนที่สอง', '25 ต.ค. 2562 16:30 น.']) {
      expect(answer.text).toContain(said);
    }
    expect(await stored()).toEqual(before);
    const again = /name="seen" value="(\d+)"/.exec(answer.text)?.[1];
    await change('entry', { ...late, seen: again ?? '' }, 303);
  });

  it('of two sent at the same moment one is done', async () => {
    const fields = { ...(await untouched()), seen: await seenNow(), closes: '2019-10-25T16:30', reason: 'x' };
    const send = () => psdg.post(path('entry')).type('form').send(fields);
    const answers = await Promise.all([send(), send()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await events()).toHaveLength(1);
  });
});

describe('a sealed round', () => {
  it('is not changed any more, and offers nothing', async () => {
    await app.db('round_offices').where({ round_id: id }).update({ sealed_at: NOW });
    const before = await stored();
    for (const name of ['open', 'entry', 'close', 'offices', 'certification']) {
      const fields = { closes: '2019-10-25T16:30', moment: '2019-10-25T16:30', reason: 'x' };
      await change(name, { ...fields, office: app.world.offices.krabi }, 409, 'ปิดผนึก');
      expect((await psdg.get(path(name)).expect(200)).text).not.toContain('name="reason"');
    }
    expect(await stored()).toEqual(before);
    const page = await psdg.get(`/krs/rounds/${id}`).expect(200);
    expect(page.text).not.toContain('/windows/');
    expect(page.text).not.toContain('/lists');
    await app.db('round_offices').where({ round_id: id }).update({ sealed_at: null });
  });
});

it('a change takes as many statements for many people as for few', async () => {
  const one = { reason: 'x', until: 'at', moment: '2019-10-25T16:30', office: app.world.offices.krabi };
  const few = await countStatements(app.db, () => change('offices', one, 303));
  await app.db.raw(
    `insert into users (system_id, office_id, username, password_hash, name, email, role)
    select system_id, office_id, 'many' || n, '', 'คน ' || n, n || '@example.org', 'reporter'
      from users cross join generate_series(1, 60) n where username = '8101' and system_id = ?`,
    [app.world.systems.krs],
  );
  const three = ['krabi', 'lampang', 'secondary'] as const;
  const many = { ...one, moment: '2019-10-26T16:30', office: three.map((name) => app.world.offices[name]) };
  expect(await countStatements(app.db, () => change('offices', many, 303))).toBe(few);
});

/** It is this moment, and both have just signed in: sessions do not last for days. */
async function at(moment: Date): Promise<void> {
  app.clock.set(moment);
  [psdg, owner] = await Promise.all([signIn(app, 'krs', PEOPLE.kpiOffice), signIn(app, 'krs', PEOPLE.owner)]);
}

function path(name: string): string {
  return `/krs/rounds/${id}/windows/${name}`;
}

/** Sends the form of a change as the page fills it, with these fields. */
async function change(
  name: string,
  fields: Record<string, string | string[]>,
  status: number,
  message = '',
): Promise<{ text: string }> {
  const sent = { ...(await untouched()), seen: await seenNow(), ...fields };
  const answer = await psdg.post(path(name)).type('form').send(sent);
  expect(answer.status, answer.text).toBe(status);
  expect(answer.text).toContain(message);
  return answer;
}

/** The times as the form shows them. */
async function untouched(): Promise<Record<string, string>> {
  const { text } = await psdg.get(path('entry'));
  const value = (name: string) => new RegExp(`name="${name}"[^>]*value="([^"]*)"`).exec(text)?.[1] ?? '';
  return { opens: value('opens'), closes: value('closes'), certification: value('certification') };
}

async function seenNow(): Promise<string> {
  const kinds = [
    'openEntry',
    'entryOpened',
    'changeEntry',
    'closeEntry',
    'reopenEntry',
    'changeCertification',
  ];
  const newest = await app
    .db('round_events')
    .where({ round_id: id })
    .whereIn('kind', kinds)
    .max('id')
    .first();
  return newest?.max ?? '0';
}

/** The owner saves a value of krabi. */
async function save(variable: string, value: string, status: number): Promise<void> {
  const { krabi } = app.world.offices;
  const where = { round_id: id, office_id: krabi, variable_id: app.world.variable(variable) };
  const entry = await app.db('entries').where(where).first('id');
  const fields = await entryFields(app.db, { [entry.id]: value });
  const answer = await owner.post(`/krs/entry?round=${id}`).type('form').send(fields);
  expect(answer.status).toBe(status);
}

function stored() {
  const times = ['entry_opens_at', 'entry_closes_at', 'certification_closes_at'];
  return app.db('rounds').where({ id }).first(times);
}

async function set(times: Record<string, Date>): Promise<void> {
  await app.db('rounds').where({ id }).update(times);
}

async function setOwn(office: 'krabi' | 'lampang', moment: Date): Promise<void> {
  const where = { round_id: id, office_id: app.world.offices[office] };
  await app.db('round_offices').where(where).update({ entry_closes_at: moment });
}

async function ownTimes(): Promise<string[]> {
  return app.db('round_offices').where({ round_id: id }).whereNotNull('entry_closes_at').pluck('office_id');
}

/** Of the windows, the newest first. */
function events() {
  const lists = ['createLists', 'create'];
  return app.db('round_events').where({ round_id: id }).whereNotIn('kind', lists).orderBy('id', 'desc');
}

/** How many people are told what. */
async function noticesOf(): Promise<Record<string, number>> {
  const { rows } = await app.db.raw(
    "select data ->> 'event' as event, count(*)::int as n from notices where kind = 'workshop' group by 1",
  );
  return Object.fromEntries(rows.map(({ event, n }: { event: string; n: number }) => [event, n]));
}
