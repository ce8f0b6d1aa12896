import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readRound, roundForm } from '../../src/cycle/rounds/forms.ts';
import { proposedFields, roundState } from '../../src/cycle/rounds/rules.ts';
import type { ManagedRound } from '../../src/cycle/rounds/types.ts';
import { fieldsOf, readChange, windowForm } from '../../src/cycle/windows/forms.ts';
import { planChange, possibleChanges } from '../../src/cycle/windows/rules.ts';
import { planPublication, roundsToCreate } from '../../src/framework/drafts/publication.ts';
import { knownThings } from '../../src/framework/drafts/queries.ts';
import { placeOf } from '../../src/framework/year-rounds.ts';
import { change, freshDraft, storedDraft } from '../framework/drafts/support.ts';
import { runJobs } from '../support/jobs.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { newRound, noLists } from './support.ts';

const FIELDS = { year: '2562', kind: '9M', ...proposedFields('9M', 2562, 'รอบ 9 เดือน ปี 62') };
const OPENS = new Date('2019-07-01T00:00:00+07:00');
const CLOSES = new Date('2019-07-20T16:30:00+07:00');
const CERTIFIED = new Date('2019-08-15T16:30:00+07:00');
const ROUND: ManagedRound = {
  id: '1',
  systemId: '1',
  frameworkId: '1',
  revision: 1,
  newestRevision: 1,
  frameworkVersion: 1,
  fiscalYear: 2562,
  kind: '9M',
  sequence: 2,
  label: 'รอบ 9 เดือน ปี 62',
  dataAsOf: '2019-06-30',
  entryOpensAt: OPENS,
  entryClosesAt: CLOSES,
  certificationClosesAt: CERTIFIED,
  sealedAt: null,
  offices: 3,
  ownTimes: 0,
  latestOwnTime: null,
  version: '0',
};

describe('the state of a round', () => {
  const second = (moment: Date, change: number) => new Date(moment.getTime() + change * 1000);
  it.each([
    ['before it opens', second(OPENS, -1), {}, 'listed'],
    ['at the opening second', OPENS, {}, 'open'],
    ['a second before it closes', second(CLOSES, -1), {}, 'open'],
    ['at the closing second', CLOSES, {}, 'certifying'],
    ['for some offices longer', CLOSES, { latestOwnTime: second(CLOSES, 1) }, 'reopened'],
    ['until their second', second(CLOSES, 1), { latestOwnTime: second(CLOSES, 1) }, 'certifying'],
    ['a second before certification closes', second(CERTIFIED, -1), {}, 'certifying'],
    ['when certification closes', CERTIFIED, {}, 'over'],
    ['without lists', CLOSES, { offices: 0 }, 'planned'],
    ['sealed', OPENS, { sealedAt: CERTIFIED }, 'sealed'],
  ])('%s', (_what, now, changes, state) => {
    expect(roundState({ ...ROUND, ...changes }, now)).toBe(state);
  });

  it('says what can be done', () => {
    expect(possibleChanges(ROUND, second(OPENS, -1))).toEqual(['open', 'entry', 'offices', 'certification']);
    expect(possibleChanges(ROUND, OPENS)).toEqual(['entry', 'close', 'offices', 'certification']);
    expect(possibleChanges({ ...ROUND, offices: 0 }, CLOSES)).toEqual(['entry', 'certification']);
    expect(possibleChanges({ ...ROUND, sealedAt: CERTIFIED }, OPENS)).toEqual([]);
  });
});

describe('times', () => {
  it.each(['UTC', 'America/New_York', 'Pacific/Kiritimati', 'Asia/Bangkok'])(
    'are those of Bangkok when the program runs in %s',
    (zone) => {
      const own = process.env.TZ;
      process.env.TZ = zone;
      try {
        const order = { dataAsOf: '2019-06-30', entryOpensAt: OPENS, entryClosesAt: CLOSES };
        expect(readRound(roundForm.parse(FIELDS))).toMatchObject({ order });
        // the year of the Buddhist Era is understood, too
        const thai = { ...FIELDS, dataAsOf: '2562-06-30', opens: '2562-07-01T00:00' };
        expect(readRound(roundForm.parse(thai))).toMatchObject({ order });
        const form = windowForm.parse({
          seen: '0',
          ...fieldsOf(ROUND),
          closes: '2019-07-25T16:30',
          reason: 'x',
        });
        expect(readChange('entry', form, ROUND)).toMatchObject({
          order: { windows: { entryOpensAt: OPENS, entryClosesAt: new Date('2019-07-25T09:30:00Z') } },
        });
      } finally {
        if (own === undefined) delete process.env.TZ;
        else process.env.TZ = own;
      }
    },
  );

  it('keep their seconds where nobody touched them', () => {
    const closed = { ...ROUND, entryClosesAt: new Date('2019-07-18T10:11:12.345+07:00') };
    const form = windowForm.parse({ seen: '0', ...fieldsOf(closed), reason: 'x' });
    const read = readChange('entry', form, closed);
    if (read.problems !== undefined) throw new Error('It could not be read');
    expect(planChange(closed, read.order, CLOSES)).toEqual({ problems: { change: 'nothingChanged' } });
  });
});

describe('the place of a new round', () => {
  const round = (kind: string, sequence: number) => ({ kind, sequence });
  it.each([
    ['the first', '6M', [], { sequence: 1, shift: 0 }],
    ['behind the earlier one', '12M', [round('6M', 1)], { sequence: 2, shift: 0 }],
    ['between two', '9M', [round('6M', 1), round('12M', 2)], { sequence: 2, shift: 1 }],
    ['between two with room', '9M', [round('6M', 1), round('12M', 9)], { sequence: 2, shift: 0 }],
    ['before a later one', '6M', [round('12M', 1)], { sequence: 1, shift: 1 }],
    ['between two in the wrong order', '9M', [round('6M', 4), round('12M', 2)], { sequence: 5, shift: 4 }],
    ['of an unknown kind', 'Q3', [round('6M', 1), round('Q4', 3)], { sequence: 4, shift: 0 }],
  ] as const)('%s', (_what, kind, others, place) => {
    expect(placeOf(kind, others)).toEqual(place);
  });
});

describe('the pages', () => {
  let app: TestApp;
  let psdg: Agent;

  beforeAll(async () => {
    app = await startTestApp();
    psdg = await signIn(app, 'krs', PEOPLE.kpiOffice);
    // makes variables due in 9-month rounds
    await newRound(app);
  });
  beforeEach(() => noLists(app));
  afterAll(() => app?.stop());

  const create = (changes: Record<string, string> = {}) =>
    psdg
      .post('/krs/rounds')
      .type('form')
      .send({ ...FIELDS, ...changes });

  it('show the rounds of a year with their state, windows and how much is reported', async () => {
    const { text } = await psdg.get('/krs/rounds').expect(200);
    for (const said of ['รอบที่ 1 ปี 62', 'สิ้นสุดแล้ว', 'รอบที่ 2 ปี 62', 'เปิดบันทึกข้อมูล', 'สร้างรอบ 9 เดือน']) {
      expect(text).toContain(said);
    }
    expect(text).toContain('20 ต.ค. 2562 16:30 น.');
    expect(text).not.toContain('kind=6M');
  });

  it('propose a round, and create it between the others', async () => {
    const { text } = await psdg.get('/krs/rounds/new?year=2562&kind=9M').expect(200);
    for (const value of ['รอบ 9 เดือน ปี 62', '2019-06-30', '2019-07-01T00:00', '2019-08-15T16:30']) {
      expect(text).toContain(`value="${value}"`);
    }
    const { headers } = await create().expect(303);
    const id = headers.location?.split('/').at(-1);
    const sequences = await app.db('rounds').where({ fiscal_year: 2562 }).orderBy('sequence').pluck('kind');
    expect(sequences).toEqual(['6M', '9M', '12M']);
    expect(await app.db('rounds').where({ id }).first()).toMatchObject({
      data_as_of: '2019-06-30',
      entry_closes_at: CLOSES,
      revision: 1,
    });
    expect(await app.db('round_events').where({ round_id: id }).first()).toMatchObject({
      kind: 'create',
      user_id: app.world.users.kpiOffice,
      after: { entryOpensAt: OPENS.toISOString() },
    });
    const page = await psdg.get(`/krs/rounds/${id}`).expect(200);
    expect(page.text).toContain('ยังไม่มีรายการ');
    expect(page.text).toContain('ถึงเวลาเปิดบันทึกข้อมูลแล้ว แต่ยังไม่มีรายการ');
    // nobody else meets it before it has lists
    const owner = await signIn(app, 'krs', PEOPLE.owner);
    expect((await owner.get('/krs').expect(200)).text).not.toContain('รอบ 9 เดือน ปี 62');
  });

  it.each([
    ['label', '', 'กรุณากรอกชื่อรอบ'],
    ['label', 'ก'.repeat(101), 'ไม่เกิน 100'],
    ['dataAsOf', '2019-02-30', 'กรุณากรอกวันที่และเวลา'],
    ['opens', '', 'กรุณากรอกวันที่และเวลา'],
    ['closes', '2019-07-01T00:00', 'เวลาปิดต้องอยู่หลังเวลาเปิด'],
    ['certification', '2019-07-20T16:29', 'ปิดรับรองก่อนปิดบันทึกข้อมูลไม่ได้'],
    ['kind', '12M', 'ปีนี้มีรอบชนิดนี้แล้ว'],
  ])('refuse %s %j beside the field, and keep what was typed', async (field, typed, message) => {
    const { text } = await create({ label: '<b>ชื่อ</b>', [field]: typed }).expect(422);
    expect(text).toContain(message);
    if (field !== 'label') expect(text).toContain('value="&lt;b&gt;ชื่อ&lt;/b&gt;"');
    expect(await app.db('rounds').where({ kind: '9M' })).toEqual([]);
  });

  it('refuse a kind in which nothing is due, and one before a sealed round', async () => {
    const open = { round_id: app.world.rounds.open };
    await app.db('round_offices').where(open).update({ sealed_at: app.clock.now() });
    await app.db('rounds').where({ id: app.world.rounds.open }).update({ sequence: 2 });
    expect((await create().expect(422)).text).toContain('รอบถัดไปของปีนี้ปิดผนึกแล้ว');
    // nor does a sealed one get lists, or lose them: without a task that would say so later
    for (const act of ['lists', 'lists/deletion']) {
      const answer = await psdg
        .post(`/krs/rounds/${open.round_id}/${act}`)
        .type('form')
        .send({ confirmed: '1' });
      expect(answer.status).toBe(409);
    }
    await app.db('round_offices').where(open).update({ sealed_at: null });
    await app.db('variable_rounds').where({ round_kind: '9M' }).delete();
    expect((await create().expect(422)).text).toContain('ไม่มีตัวแปรที่ต้องรายงานในรอบชนิดนี้');
    const list = await psdg.get('/krs/rounds').expect(200);
    expect(list.text).toContain('สร้างไม่ได้: รอบ 9 เดือน');
    expect(list.text).not.toContain('kind=9M');
    const form = await psdg.get('/krs/rounds/new?year=2562&kind=9M').expect(200);
    expect(form.text).toContain('ไม่มีตัวแปรที่ต้องรายงานในรอบชนิดนี้');
    expect(form.text).not.toContain('name="label"');
  });

  it('give a round another name, with its history, unless somebody else has done so', async () => {
    const id = app.world.rounds.past;
    const path = `/krs/rounds/${id}/name`;
    const { label: shown } = await app.db('rounds').where({ id }).first('label');
    const send = (fields: object) =>
      psdg
        .post(path)
        .type('form')
        .send({ dataAsOf: '2562-03-31', shown, ...fields });
    const refused = await send({ label: '', dataAsOf: 'วันนี้' }).expect(422);
    for (const said of ['กรุณากรอกชื่อรอบ', 'กรุณากรอกวันที่', 'value="วันนี้"']) expect(refused.text).toContain(said);
    await send({ label: 'รอบ 6 เดือน ปี 62' }).expect(303);
    expect(await app.db('rounds').where({ id }).first('label', 'data_as_of')).toEqual({
      label: 'รอบ 6 เดือน ปี 62',
      data_as_of: '2019-03-31',
    });
    expect((await psdg.get(`/krs/rounds/${id}`)).text).toContain(`${shown} – รอบ 6 เดือน ปี 62`);
    const late = await send({ label: 'อีกชื่อ' }).expect(409);
    for (const said of ['อีกชื่อ', '“รอบ 6 เดือน ปี 62”']) expect(late.text).toContain(said);
    await send({ label: shown, shown: 'รอบ 6 เดือน ปี 62' }).expect(303);
  });

  it('create one of two at the same moment', async () => {
    await noLists(app);
    await newRound(app);
    await noLists(app);
    const answers = await Promise.all([create(), create()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
  });

  it('are planned without looking: a sealed round that shows the texts makes a revision of them', async () => {
    await freshDraft(app, psdg);
    const document = await storedDraft(app);
    const known = await knownThings(app.db, app.world.systems.krs, 2562);
    const state = { follows: false, sealed: true, listed: true };
    const round = { id: '1', label: '6', kind: '6M', sequence: 1, revision: 1, ...state };
    const published = { frameworkId: '1', revision: 1, version: 1, document, rounds: [round] };
    const changed = { ...document, title_th: 'อื่น' };
    const plan = (rounds: (typeof round)[]) =>
      planPublication({ document: changed, baseVersion: 1 }, { ...published, rounds }, known).kind;
    expect(plan([round])).toBe('revision');
    expect(plan([{ ...round, sealed: false }])).toBe('texts');
    expect(plan([{ ...round, revision: 0 }])).toBe('texts');
    // 9M is not there yet; the number of 12M may be another by now
    const later = { ...round, id: '2', label: '12', kind: '12M' };
    const planned = document.rounds.map((one, at) => ({
      ...one,
      kind: at === 0 ? '6M' : '12M',
      sequence: at * 2 + 1,
    }));
    const nine = { ...(planned[0] as (typeof planned)[0]), kind: '9M', sequence: 2, label: '9' };
    const rounds = [round, { ...later, sequence: 2 }];
    const moved = rounds.slice(1);
    expect(roundsToCreate([...planned, nine], rounds)).toEqual([
      { round: nine, sequence: 2, moved, shift: 1 },
    ]);
    const draft = { document: { ...document, rounds: [...planned, nine] }, baseVersion: 1 };
    expect(planPublication(draft, { ...published, rounds }, known).obstacles).toContainEqual({
      ...{ kind: 'laterSealed', place: '9', round: '12', count: 1 },
    });
  });

  it('planned in a draft take their place by their kind when it is published', async () => {
    await freshDraft(app, psdg);
    const { label, opens, closes, certification } = FIELDS;
    const typed = { kind: '9M', label, entry_opens_at: opens, entry_closes_at: closes };
    const fields = Object.entries({ ...typed, certification_closes_at: certification });
    const round = Object.fromEntries(fields.map(([name, text]) => [`round-0-${name}`, text]));
    expect((await change(psdg, '/krs/framework/2562/header', round)).status).toBe(303);
    expect((await storedDraft(app)).rounds.map(({ kind }) => kind)).toEqual(['6M', '9M', '12M']);
    const order = { reason: 'เพิ่มรอบ', confirmed: '1' };
    expect((await change(psdg, '/krs/framework/2562/publish', order)).status).toBe(303);
    await runJobs(app);
    const rounds = await app.db('rounds').where({ fiscal_year: 2562 }).orderBy('sequence');
    expect(rounds.map(({ kind, sequence }) => `${sequence} ${kind}`)).toEqual(['1 6M', '2 9M', '3 12M']);
    const told = await app.db('round_events').where({ round_id: rounds[1].id });
    expect(told).toMatchObject([{ kind: 'create', after: { entryOpensAt: OPENS.toISOString() } }]);
  });

  it('say what to do where there is no framework, and are complete in English', async () => {
    await app.db('users').where({ id: app.world.users.kpiOffice }).update({ locale: 'en' });
    const { text } = await psdg.get(`/krs/rounds/${app.world.rounds.open}`).expect(200);
    for (const said of ['Entry lists', 'Add what is missing', 'Close entry now', 'Open for entry']) {
      expect(text).toContain(said);
    }
    const { krs, ars } = app.world.systems;
    const account = app.db('users').where({ id: app.world.users.kpiOffice });
    expect(krs).not.toBe(ars);
    await account.update({ locale: 'th' });
  });
});
