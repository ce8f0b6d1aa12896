import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entryFields, historyOf, storedEntry } from '../support/entry-form.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';

let app: TestApp;
let owner: Agent;
let colleague: Agent;
let path: string;

beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
  colleague = await signIn(app, 'krs', PEOPLE.colleague);
  path = `/krs/entry?round=${app.world.rounds.open}`;
});
afterAll(() => app.stop());
beforeEach(() => app.clock.set(WORLD_NOW));

function save(agent: Agent, fields: Record<string, string>) {
  return agent.post(path).type('form').send(fields);
}

async function totals(officeId: string) {
  return app.db('round_offices').where({ round_id: app.world.rounds.open, office_id: officeId }).first();
}

describe('saving', () => {
  it('writes value, history and scores together', async () => {
    const a = await app.world.entry('open', 'krabi', '1/a');
    const b = await app.world.entry('open', 'krabi', '1/b');
    const before = await totals(app.world.offices.krabi);
    await save(owner, await entryFields(app.db, { [a]: '50', [b]: '54' })).expect(303);

    expect(await storedEntry(app.db, a)).toMatchObject({ value: '50', status: 'pending', version: 3 });
    const history = await historyOf(app.db, a);
    expect(history.at(-1)).toMatchObject({
      kind: 'save',
      value_before: '45',
      value_after: '50',
      user_id: app.world.users.owner,
    });
    // b was on the form unchanged: not rewritten
    expect(await storedEntry(app.db, b)).toMatchObject({ version: 2 });
    const score = await app
      .db('scores')
      .where({
        round_id: app.world.rounds.open,
        office_id: app.world.offices.krabi,
        node_id: app.world.node('1'),
      })
      .first();
    // 50 / 54 = 92.592…: level 4 at 90, 4 + 2.592… / 10
    expect(score).toMatchObject({ self_assessed: '4.2593', certified: '1.0000', reason: 'pending' });
    expect(await totals(app.world.offices.krabi)).not.toEqual(before);
  });

  it('understands Thai digits, separators and blanks', async () => {
    const a = await app.world.entry('open', 'krabi', '1/a');
    await save(owner, await entryFields(app.db, { [a]: ' ๑,๒๕๐ ' })).expect(303);
    expect(await storedEntry(app.db, a)).toMatchObject({ value: '1250' });
  });

  it('clears a value and makes the entry unreported', async () => {
    const a = await app.world.entry('open', 'krabi', '1/a');
    await save(owner, await entryFields(app.db, { [a]: '' })).expect(303);
    expect(await storedEntry(app.db, a)).toMatchObject({ value: null, status: 'unreported' });
    expect((await historyOf(app.db, a)).at(-1)).toMatchObject({ kind: 'clear', status_after: 'unreported' });
    await save(owner, await entryFields(app.db, { [a]: '45' })).expect(303);
  });

  it.each([
    ['1/a', 'สี่สิบห้า', 'กรอกเป็นตัวเลข'],
    ['1/a', 'NaN', 'กรอกเป็นตัวเลข'],
    ['1/a', '1e3', 'กรอกเป็นตัวเลข'],
    ['1/a', '1,2,3', 'จุลภาคใช้คั่นหลักพันเท่านั้น'],
    ['5/a', '12,5', 'ทศนิยมใช้จุด'],
    ['1/a', '4.5', 'จำนวนเต็ม'],
    ['1/a', '-1', 'ค่าต้องอยู่ระหว่าง 0 ถึง 1,000,000'],
    ['1/a', '1000001', 'ค่าต้องอยู่ระหว่าง 0 ถึง 1,000,000'],
    ['3/1.', '2', '1 หรือ 0'],
    ['5/a', '12.345', 'ไม่เกิน 2 ตำแหน่ง'],
    ['2.2/a', '6', 'ค่าต้องอยู่ระหว่าง 1 ถึง 5'],
  ])(
    'refuses %s = %s beside its box, keeps what was typed and saves nothing',
    async (variable, text, message) => {
      const bad = await app.world.entry('open', 'krabi', variable);
      const good = await app.world.entry('open', 'krabi', '3/2.');
      const response = await save(owner, await entryFields(app.db, { [bad]: text, [good]: '1' })).expect(422);
      expect(response.text).toMatch(new RegExp(`id="problem-${bad}"[^>]*>[^<]*${message}`));
      expect(response.text).toContain(`value="${text}"`);
      expect(response.text).toMatch(new RegExp(`name="value_${good}" value="1"`));
      expect(await storedEntry(app.db, good)).toMatchObject({ value: null, version: 1 });
    },
  );

  it('saves nothing and says so when nothing changed', async () => {
    const a = await app.world.entry('open', 'krabi', '1/a');
    const { version } = await storedEntry(app.db, a);
    await save(owner, await entryFields(app.db, { [a]: '45.00' })).expect(303);
    const page = await owner.get(path).expect(200);
    expect(page.text).toContain('ไม่มีค่าที่เปลี่ยนแปลง');
    expect(await storedEntry(app.db, a)).toMatchObject({ version });
  });

  it('sends a rejected value for a new decision, unchanged', async () => {
    const rejected = await app.world.entry('open', 'krabi', '2.2/a');
    await save(owner, { ...(await entryFields(app.db, { [rejected]: '4' })), resubmit: rejected }).expect(
      303,
    );
    expect(await storedEntry(app.db, rejected)).toMatchObject({
      value: '4',
      status: 'pending',
      reason: null,
    });
    expect((await historyOf(app.db, rejected)).at(-1)).toMatchObject({
      kind: 'resubmit',
      status_before: 'rejected',
    });
  });
});

describe('what may not be saved', () => {
  it('leaves a certified value alone and saves the rest', async () => {
    const certified = await app.world.entry('open', 'krabi', '2.1/1.');
    const free = await app.world.entry('open', 'krabi', '3/3.');
    const response = await save(owner, await entryFields(app.db, { [certified]: '0', [free]: '1' })).expect(
      409,
    );
    expect(response.text).toContain('ผู้รับรองรับรองค่านี้แล้ว');
    expect(await storedEntry(app.db, certified)).toMatchObject({ value: '1', status: 'certified' });
    expect(await storedEntry(app.db, free)).toMatchObject({ value: '1', status: 'pending' });
  });

  it('refuses what is not assigned to the person', async () => {
    const foreign = await app.world.entry('open', 'krabi', '5/a');
    const response = await save(colleague, await entryFields(app.db, { [foreign]: '12' })).expect(409);
    expect(response.text).toContain('ไม่ได้มอบหมายให้ท่าน');
    expect(await storedEntry(app.db, foreign)).toMatchObject({ value: null });
  });

  it('does not know entries of another office or round', async () => {
    const other = await app.world.entry('open', 'lampang', '1/a');
    const past = await app.world.entry('past', 'krabi', '1/a');
    await save(owner, await entryFields(app.db, { [other]: '1' })).expect(404);
    await save(owner, await entryFields(app.db, { [past]: '1' })).expect(404);
    expect(await storedEntry(app.db, other)).toMatchObject({ value: '50' });
  });

  it('of a form from before a revision saves what is still asked for, and names the rest as it was typed', async () => {
    const free = await app.world.entry('open', 'krabi', '3/3.');
    const a = await app.world.entry('open', 'krabi', '1/a');
    const b = await app.world.entry('open', 'krabi', '1/b');
    const gone = () => app.db('entry_rows').whereIn('id', [a, b]);
    const fields = await entryFields(app.db, { [free]: '0', [a]: ' <47> ', [b]: '' });
    const before = await gone().orderBy('id').select('value', 'version');
    await gone().update({ set_aside: true });
    const { text } = await save(owner, fields).expect(409);
    expect(text).toContain('บันทึกข้อมูลเรียบร้อยแล้ว 1 ค่า');
    expect(text).toContain('<li>a. จำนวนนักเรียนที่อ่านออกเขียนได้: <b>&lt;47&gt;</b></li>');
    expect(text).toMatch(/<li>b\. [^<]+: <b>ว่าง<\/b><\/li>/);
    expect(text).not.toContain(`name="value_${a}"`);
    expect(await storedEntry(app.db, free)).toMatchObject({ value: '0' });
    // with a mistake elsewhere nothing is saved, and it is told all the same
    const wrong = await save(owner, { ...fields, ...(await entryFields(app.db, { [free]: 'x' })) }).expect(
      422,
    );
    expect(wrong.text).toContain('&lt;47&gt;');
    expect(wrong.text).toContain('aria-invalid');
    const resubmitted = await save(owner, { [`base_${a}`]: '2:45', resubmit: a }).expect(409);
    expect(resubmitted.text).toContain('<li>a. จำนวนนักเรียนที่อ่านออกเขียนได้</li>');
    // of somebody else it is as unknown as ever
    const other = await app.world.entry('open', 'lampang', '1/a');
    await app.db('entry_rows').where({ id: other }).update({ set_aside: true });
    await save(owner, { [`value_${other}`]: '1', [`base_${other}`]: '2:50' }).expect(404);
    await app.db('entry_rows').whereIn('id', [a, b, other]).update({ set_aside: false });
    expect(await gone().orderBy('id').select('value', 'version')).toEqual(before);
  });

  it('refuses central data', async () => {
    const central = await app.world.entry('open', 'krabi', '4/a');
    const response = await save(owner, await entryFields(app.db, { [central]: '99' })).expect(409);
    expect(await storedEntry(app.db, central)).toMatchObject({ value: '12' });
    expect(response.text).toContain('ใช้ข้อมูลส่วนกลาง');
  });

  it('refuses after the window with the closing time, and shows back what was typed', async () => {
    const free = await app.world.entry('open', 'krabi', '3/4.');
    const fields = await entryFields(app.db, { [free]: '1' });
    app.clock.set(new Date('2019-10-20T16:30:00+07:00'));
    const late = await signIn(app, 'krs', PEOPLE.owner);
    const response = await save(late, fields).expect(409);
    expect(response.text).toContain('หมดเวลาบันทึกข้อมูลเมื่อ 20 ต.ค. 2562 16:30 น.');
    expect(response.text).toContain('ค่าที่พิมพ์ไว้: 1');
    // there is nothing to choose
    expect(response.text).toContain('<b>ไม่ได้บันทึก 1 ช่อง</b>');
    expect(response.text).not.toContain('เลือกว่าจะใช้ค่าใด');
    expect(await storedEntry(app.db, free)).toMatchObject({ value: null });
  });

  it('lets a permit in after the window, for its variable only', async () => {
    const permitted = await app.world.entry('open', 'krabi', '3/4.');
    const other = await app.world.entry('open', 'krabi', '3/5.');
    const [{ id }] = await app.db('permits').insert(
      {
        round_id: app.world.rounds.open,
        office_id: app.world.offices.krabi,
        variable_id: app.world.variable('3/4.'),
        until: '2019-10-25T16:30:00+07:00',
        reason: 'แก้ไขเอกสาร',
        granted_by: app.world.users.certifier,
      },
      ['id'],
    );
    app.clock.set(new Date('2019-10-22T09:00:00+07:00'));
    const late = await signIn(app, 'krs', PEOPLE.owner);
    await save(late, await entryFields(app.db, { [permitted]: '1', [other]: '1' })).expect(409);
    expect(await storedEntry(app.db, permitted)).toMatchObject({ value: '1', status: 'pending' });
    expect(await storedEntry(app.db, other)).toMatchObject({ value: null });
    app.clock.set(new Date('2019-10-25T16:30:00+07:00'));
    const tooLate = await signIn(app, 'krs', PEOPLE.owner);
    await save(tooLate, await entryFields(app.db, { [permitted]: '0' })).expect(409);
    await app.db('permits').where({ id }).delete();
  });

  it.each([
    [{ foo: 'bar' }],
    [{ value_1: '5' }],
    [{ 'value_1; drop table entries': '5' }],
    [{ value_1: '5', base_1: 'x' }],
    [{ resubmit: 'all' }],
    [{ value_1: ['5', '6'], base_1: '1:' }],
    [{ value_1: '9'.repeat(300), base_1: '1:' }],
  ])('answers 400 to a form that is none of ours: %o', async (fields) => {
    await save(owner, fields as Record<string, string>).expect(400);
  });
});

describe('two people at once', () => {
  it('keeps the earlier save, shows both values and lets the person choose', async () => {
    const a = await app.world.entry('open', 'krabi', '1/a');
    const b = await app.world.entry('open', 'krabi', '1/b');
    const stale = await entryFields(app.db, { [a]: '41', [b]: '60' });
    await save(colleague, await entryFields(app.db, { [a]: '42' })).expect(303);

    const response = await save(owner, stale).expect(409);
    expect(response.text).toContain('สมใจ ช่วยกัน');
    expect(response.text).toMatch(/ใช้ค่า 42/);
    expect(response.text).toContain('บันทึกแล้ว 1 ค่า แต่มี 1 ช่องที่ยังไม่ได้บันทึก');
    expect(response.text).toContain('เลือกว่าจะใช้ค่าใด');
    // heard at the box
    expect(response.text).toMatch(
      new RegExp(`id="v${a}"[^>]* aria-describedby="[^"]*\\brefusal-${a}"[^>]* aria-invalid="true"`),
    );
    expect(response.text).toMatch(new RegExp(`id="refusal-${a}">สมใจ ช่วยกัน`));
    expect(await storedEntry(app.db, a)).toMatchObject({ value: '42' });
    // the rest of the form is saved
    expect(await storedEntry(app.db, b)).toMatchObject({ value: '60' });

    const base = new RegExp(`name="base_${a}" value="([^"]+)"`).exec(response.text)?.[1] ?? '';
    const keep = { [`value_${a}`]: '41', [`base_${a}`]: base, keep_theirs: a };
    await save(owner, keep).expect(303);
    expect(await storedEntry(app.db, a)).toMatchObject({ value: '42' });
    const { keep_theirs: _, ...mine } = keep;
    await save(owner, mine).expect(303);
    expect(await storedEntry(app.db, a)).toMatchObject({ value: '41' });
  });

  it('does not call a box stale that the person did not touch', async () => {
    const a = await app.world.entry('open', 'krabi', '1/a');
    const step = await app.world.entry('open', 'krabi', '3/5.');
    const stale = await entryFields(app.db, { [a]: '41', [step]: '0' });
    await save(colleague, await entryFields(app.db, { [a]: '44' })).expect(303);
    await save(owner, stale).expect(303);
    expect(await storedEntry(app.db, a)).toMatchObject({ value: '44' });
    expect(await storedEntry(app.db, step)).toMatchObject({ value: '0' });
  });

  it('never loses a save among parallel ones', async () => {
    const steps = await Promise.all(
      ['1.', '2.', '3.', '4.', '5.'].map((code) => app.world.entry('open', 'krabi', `3/${code}`)),
    );
    const forms = await Promise.all(steps.map((id) => entryFields(app.db, { [id]: '1' })));
    const answers = await Promise.all(
      forms.map((fields, at) => save(at % 2 === 0 ? owner : colleague, fields)),
    );
    expect(answers.map((answer) => answer.status)).toEqual([303, 303, 303, 303, 303]);
    for (const id of steps) expect(await storedEntry(app.db, id)).toMatchObject({ value: '1' });
    const score = await app
      .db('scores')
      .where({
        round_id: app.world.rounds.open,
        office_id: app.world.offices.krabi,
        node_id: app.world.node('3'),
      })
      .first();
    expect(score).toMatchObject({ self_assessed: '5.0000' });
  });

  it('applies one of two saves of the same box, and tells the other', async () => {
    const a = await app.world.entry('open', 'krabi', '1/a');
    const [left, right] = await Promise.all([
      entryFields(app.db, { [a]: '46' }),
      entryFields(app.db, { [a]: '47' }),
    ]);
    const answers = await Promise.all([save(owner, left), save(colleague, right)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 409]);
  });
});
