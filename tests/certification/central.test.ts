import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { historyProblems } from '../durability/consistency.ts';
import { textOf } from '../reports/support.ts';
import { entryFields, historyOf, storedEntry } from '../support/entry-form.ts';
import { asBytes, downloadSheet } from '../support/spreadsheet.ts';
import { statementsDuring } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW, type WorldOffice } from '../support/world.ts';
import { scoreDifferences } from './support.ts';

let app: TestApp;
let kpi: Agent;
let bureau: Agent;
const ids = {} as Record<'krabi' | 'lampang' | 'secondary', string>;

const AFTER_CERTIFICATION = new Date('2019-11-20T09:00:00+07:00');

beforeAll(async () => {
  app = await startTestApp();
  kpi = await signIn(app, 'krs', PEOPLE.kpiOffice);
  bureau = await signIn(app, 'krs', PEOPLE.otherCertifier);
  for (const office of ['krabi', 'lampang', 'secondary'] as const) {
    ids[office] = await app.world.entry('open', office, '4/a');
  }
});
afterAll(() => app?.stop());
beforeEach(() => app.clock.set(WORLD_NOW));
afterEach(async () => {
  expect(await scoreDifferences(app)).toEqual([]);
  expect(await historyProblems(app.db)).toEqual([]);
});

describe('the boxes', () => {
  it('store all changed offices at once: certified, with history and scores', async () => {
    const answer = await save(bureau, { krabi: '๑๓', lampang: ' 1,250 ', secondary: '' });
    expect(answer.status, answer.text).toBe(303);
    expect(await storedEntry(app.db, ids.krabi)).toMatchObject({
      value: '13',
      status: 'certified',
      version: 3,
    });
    expect(await storedEntry(app.db, ids.lampang)).toMatchObject({ value: '1250', status: 'certified' });
    expect(await storedEntry(app.db, ids.secondary)).toMatchObject({ value: null, version: 1 });
    expect((await historyOf(app.db, ids.krabi)).at(-1)).toEqual({
      kind: 'central',
      user_id: app.world.users.otherCertifier,
      value_before: '12',
      value_after: '13',
      status_before: 'certified',
      status_after: 'certified',
    });
    const { text } = await bureau.get(String(answer.headers.location));
    expect(text).toContain('บันทึกข้อมูลส่วนกลางแล้ว 2 หน่วยงาน');
    expect(text).toContain('<b>2 / 3</b>');
  });

  it('name the bureau in whose stead the KPI office corrects', async () => {
    await save(kpi, { lampang: '7' });
    const [event] = await app
      .db('entry_events')
      .where({ entry_id: ids.lampang })
      .orderBy('id', 'desc')
      .limit(1);
    expect(event).toMatchObject({ on_behalf_of: app.world.offices.bureau1, value_after: '7' });
    const { text } = await kpi.get(pathOf('/history')).expect(200);
    expect(text).toMatch(/ลำปาง[\s\S]*1,250[\s\S]*7[\s\S]*แทน/);
    const [told, ...more] = await app.db('notices').whereRaw("data ->> 'event' = 'centralLoaded'");
    expect(more).toEqual([]);
    expect(told.user_id).toBe(app.world.users.otherCertifier);
    expect(told.data).toMatchObject({ by: 'กลาง พัฒนาระบบ (กพร.)', path: pathOf('').slice('/krs'.length) });
    expect(told.data.about[2]).toBe('สพป.ลำปาง เขต 2: 7');
  });

  it('take a value back: unreported again, with history', async () => {
    await save(bureau, { lampang: '' });
    expect(await storedEntry(app.db, ids.lampang)).toMatchObject({ value: null, status: 'unreported' });
    expect((await historyOf(app.db, ids.lampang)).at(-1)).toMatchObject({
      kind: 'central',
      value_before: '7',
      value_after: null,
      status_after: 'unreported',
    });
    expect((await bureau.get(pathOf('', '&show=missing'))).text).toContain('ลบค่าโดย');
  });

  it('store nothing while one cannot be read, and show what was typed', async () => {
    const answer = await save(bureau, { krabi: '99', lampang: '1.5', secondary: 'x<y' }, 422);
    expect(answer.text).toContain('กรอกเป็นจำนวนเต็ม ไม่มีทศนิยม');
    expect(answer.text).toContain('value="x&lt;y"');
    expect(answer.text).toContain('value="99"');
    expect(await storedEntry(app.db, ids.krabi)).toMatchObject({ value: '13' });
  });

  it('of two loaders at once tell the later one, and store the rest', async () => {
    const [seenByBureau, seenByKpi] = await Promise.all([
      entryFields(app.db, { [ids.krabi]: '20', [ids.lampang]: '21' }),
      entryFields(app.db, { [ids.krabi]: '30', [ids.secondary]: '31' }),
    ]);
    const answers = await Promise.all([post(bureau, seenByBureau), post(kpi, seenByKpi)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    const told = answers.find(({ status }) => status === 409);
    expect(told?.text).toContain('ค่าที่ท่านพิมพ์ยังไม่ถูกบันทึก');
    const krabi = await storedEntry(app.db, ids.krabi);
    const first = answers[0]?.status === 303 ? '20' : '30';
    expect(krabi.value).toBe(first);
    expect((await storedEntry(app.db, ids.lampang)).value).toBe('21');
    expect((await storedEntry(app.db, ids.secondary)).value).toBe('31');
  });

  it('of offices that a revision took out meanwhile are told as typed, the rest is stored', async () => {
    const seen = await entryFields(app.db, { [ids.krabi]: '27', [ids.lampang]: '28' });
    const gone = app.db('entry_rows').where({ id: ids.lampang });
    const all = app.db('entry_rows').where({ variable_id: app.world.variable('4/a') });
    await gone.clone().update({ set_aside: true });
    // a table that was checked before is asked about anew
    const table = await post(bureau, { ...seen, whole: '1' });
    expect(table.status).toBe(409);
    expect(textOf(table.text)).toContain('สพป.ลำปาง เขต 2: 28');
    expect(table.text).toContain(`name="value_${ids.krabi}" value="27"`);
    expect(await storedEntry(app.db, ids.krabi)).not.toMatchObject({ value: '27' });

    const answer = await post(bureau, seen);
    expect(answer.status).toBe(409);
    expect(textOf(answer.text)).toContain('บันทึกข้อมูลส่วนกลางแล้ว 1 หน่วยงาน');
    expect(textOf(answer.text)).toContain('สพป.ลำปาง เขต 2: 28');
    expect(await storedEntry(app.db, ids.krabi)).toMatchObject({ value: '27' });
    expect((await gone.clone().first()).value).not.toBe('28');
    await gone.clone().update({ set_aside: false });

    // the offices report it themselves now
    await all.clone().update({ source: 'office' });
    const late = await post(bureau, await entryFields(app.db, { [ids.krabi]: '29' }));
    expect(late.status).toBe(409);
    expect(textOf(late.text)).toContain('สพป.กระบี่: 29');
    expect(await storedEntry(app.db, ids.krabi)).toMatchObject({ value: '27' });
    await all.clone().update({ source: 'central' });
  });

  it('after the close of certification are the KPI office’s, and nobody’s after the seal', async () => {
    app.clock.set(AFTER_CERTIFICATION);
    bureau = await signIn(app, 'krs', PEOPLE.otherCertifier);
    kpi = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const refused = await save(bureau, { lampang: '44' }, 409);
    expect(refused.text).toContain('ปิดการรับรองแล้วเมื่อ');
    expect(refused.text).toContain('ค่าที่พิมพ์ไว้: 44');
    await save(kpi, { lampang: '44' });
    await app
      .db('round_offices')
      .where({ office_id: app.world.offices.krabi })
      .update({ sealed_at: new Date() });
    const sealed = await save(kpi, { krabi: '45' }, 409);
    expect(sealed.text).toContain('ปิดผนึกผลคะแนนของรอบนี้แล้ว');
    expect((await kpi.get(pathOf(''))).text).not.toContain(`name="value_${ids.krabi}"`);
    const checked = await kpi.post(pathOf('/check')).type('form').send({ text: '8101\t5' }).expect(409);
    expect(checked.text).toContain('ปิดผนึกผลคะแนนของรอบนี้แล้ว');
    await app.db('round_offices').update({ sealed_at: null });
    app.clock.set(WORLD_NOW);
    bureau = await signIn(app, 'krs', PEOPLE.otherCertifier);
    kpi = await signIn(app, 'krs', PEOPLE.kpiOffice);
  });

  it('are those of central variables of the own bureau only', async () => {
    const other = await app.world.entry('open', 'krabi', '2.2/a');
    await post(kpi, await entryFields(app.db, { [other]: '5' })).expect(404);
    await kpi.get(pathOf('', '', '2.2/a')).expect(404);
    const stranger = await signIn(app, 'krs', PEOPLE.certifier);
    await save(stranger, { krabi: '1' }, 404);
    await stranger.get(pathOf('')).expect(404);
    expect((await stranger.get('/krs/central').expect(200)).text).toContain('ไม่มีตัวแปรที่ใช้ข้อมูลส่วนกลาง');
  });
});

describe('a table', () => {
  it('tells of every row what it would do, and stores nothing before it is confirmed', async () => {
    await save(bureau, { krabi: '12', secondary: '' });
    const { text } = await check({ text: `8101\t12\nสพม.7\t70\nลำปาง เขต 1\t44` }).expect(422);
    expect(text).toContain('ไม่พบหน่วยงานนี้ในระบบ');
    const good = await check({ text: await pasted({ krabi: '12', lampang: '45', secondary: '๗๐' }) }).expect(
      200,
    );
    expect(good.text).toContain('<dt>ค่าใหม่</dt><dd><b>1</b>');
    expect(good.text).toContain('<dt>แก้ไข</dt><dd><b>1</b>');
    expect(good.text).toContain('<dt>ไม่เปลี่ยน</dt><dd><b>1</b>');
    expect((await storedEntry(app.db, ids.lampang)).value).toBe('44');
    await post(bureau, hidden(good.text)).expect(303);
    expect((await storedEntry(app.db, ids.lampang)).value).toBe('45');
    expect((await storedEntry(app.db, ids.secondary)).value).toBe('70');
  });

  it('confirmed after a value changed stores nothing, and is confirmed anew', async () => {
    const { text } = await check({ text: await pasted({ krabi: '50', lampang: '51' }) }).expect(200);
    await save(kpi, { krabi: '49' });
    const refused = await post(bureau, hidden(text)).expect(409);
    expect(refused.text).toContain('ค่าของ 1 หน่วยงานเปลี่ยนไปหลังจากตรวจ');
    expect((await storedEntry(app.db, ids.lampang)).value).toBe('45');
    await post(bureau, hidden(refused.text)).expect(303);
    expect((await storedEntry(app.db, ids.krabi)).value).toBe('50');
    expect((await storedEntry(app.db, ids.lampang)).value).toBe('51');
  });

  it('is taken as a file: the downloaded form, filled in', async () => {
    const { rows, fileName } = await downloadSheet(bureau, pathOf('/template.xlsx'));
    expect(fileName).toContain('ข้อมูลส่วนกลาง 4 a');
    expect(rows[0]).toEqual(['รหัสหน่วยงาน', 'หน่วยงาน', 'รอบก่อน', 'ค่า', 'หน่วย']);
    expect(rows).toHaveLength(4);
    const csv = rows.map((row) =>
      row.map((cell, at) => (at === 3 && cell === 51 ? '52' : (cell ?? ''))).join(','),
    );
    const { text } = await check({ file: Buffer.from(csv.join('\r\n')) }).expect(200);
    expect(hidden(text)[`value_${ids.lampang}`]).toBe('52');
    expect(text).toContain('<dt>ไม่เปลี่ยน</dt><dd><b>2</b>');
    const { body } = await bureau.get(pathOf('/template.xlsx')).buffer(true).parse(asBytes);
    expect((await check({ file: body }).expect(200)).text).toContain('ไม่มีค่าที่ต้องเปลี่ยน');
  });

  it.each([
    ['nothing', { text: ' ' }, 'วางตาราง หรือเลือกไฟล์ก่อน'],
    ['an empty file', { file: Buffer.alloc(0) }, 'ไฟล์ว่าง'],
    ['a picture', { file: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]) }, 'อ่านไฟล์นี้ไม่ได้'],
    ['half a workbook', { file: Buffer.from('PK\u0003\u0004 xl') }, 'อ่านไฟล์นี้ไม่ได้'],
    ['an old workbook', { file: Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1]) }, 'รุ่นเก่า'],
    ['an open quote', { file: Buffer.from('code,value\n"8101,5') }, 'เครื่องหมายคำพูด'],
    ['too large a file', { file: Buffer.alloc(2_100_000, 'x') }, 'ไฟล์ใหญ่เกินไป'],
    ['no values', { file: Buffer.from('code,name\n8101,กระบี่') }, 'ไม่มีคอลัมน์ ค่า'],
  ])('of %s is told, and the form shown again', async (_what, sent, message) => {
    const { text } = await check(sent).expect(422);
    expect(text).toContain(message);
    expect(text).toContain('name="file"');
  });

  it('keeps what was pasted', async () => {
    const { text } = await check({ text: 'กระบี่\tมาก<b>' }).expect(422);
    expect(text).toContain('กระบี่\tมาก&lt;b&gt;</textarea>');
  });
});

it('the number of statements is the same for one office and for all', async () => {
  const one = await statementsDuring(app.db, () => save(bureau, { krabi: '60' }));
  const all = await statementsDuring(app.db, () =>
    save(bureau, { krabi: '61', lampang: '62', secondary: '63' }),
  );
  expect(all.length).toBe(one.length);
  expect(all.length).toBeLessThanOrEqual(12);
});

function pathOf(page: string, more = '', variable = '4/a'): string {
  return `/krs/central${page}?round=${app.world.rounds.open}&variable=${app.world.variable(variable)}${more}`;
}

function post(agent: Agent, fields: Record<string, string>) {
  return agent.post(pathOf('')).type('form').send(fields);
}

async function save(agent: Agent, values: Partial<typeof ids>, status = 303) {
  const typed = Object.entries(values).map(([office, text]) => [ids[office as keyof typeof ids], text]);
  const answer = await post(agent, await entryFields(app.db, Object.fromEntries(typed)));
  expect(answer.status, answer.text).toBe(status);
  return answer;
}

function check(sent: { text?: string; file?: Buffer }) {
  const request = bureau.post(pathOf('/check'));
  return sent.file === undefined
    ? request.type('form').send({ text: sent.text ?? '' })
    : request.attach('file', sent.file, 'central.csv');
}

/** As a spreadsheet copies two columns. */
async function pasted(values: Partial<Record<WorldOffice, string>>): Promise<string> {
  const rows = await app.db('offices').select('id', 'code', 'short_name', 'list_label');
  return Object.entries(values)
    .map(([office, value]) => {
      const row = rows.find(({ id }) => id === app.world.offices[office as WorldOffice]);
      return `${office === 'krabi' ? row.code : row.list_label}\t${value}`;
    })
    .join('\r\n');
}

/** The hidden fields of the page that asks for the confirmation. */
function hidden(html: string): Record<string, string> {
  const form = html.slice(html.indexOf('name="whole"') - 50);
  return Object.fromEntries(
    [...form.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
}
