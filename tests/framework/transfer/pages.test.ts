import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plainDocument } from '../../../src/framework/drafts/document.ts';
import { partsOf, placeOfPart, subIndicatorsOf } from '../../../src/framework/drafts/parts.ts';
import { textOf } from '../../reports/support.ts';
import { asBytes } from '../../support/spreadsheet.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../../support/test-app.ts';
import { PEOPLE } from '../../support/world.ts';
import { formFields, storedDraft } from '../drafts/support.ts';

const PAGE = '/krs/framework/transfer';

let app: TestApp;
let kpiOffice: Agent;

beforeAll(async () => {
  app = await startTestApp();
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());
beforeEach(() => app.db('framework_drafts').delete());

type Plain = { fiscal_year: number; dimensions: never[] };

async function exported(path = '/krs/framework/2562/export.json'): Promise<Plain> {
  return (await kpiOffice.get(path).expect(200)).body;
}

function send(file: unknown, name = 'แก้ไข.json') {
  const bytes = Buffer.isBuffer(file) ? file : Buffer.from(JSON.stringify(file));
  return kpiOffice.post(PAGE).field('year', '2562').attach('file', bytes, name);
}

/** Sends a file and confirms what it would do. */
async function imported(file: unknown): Promise<string> {
  const { location = '' } = (await send(file).expect(303)).headers;
  const { text } = await kpiOffice.get(location).expect(200);
  const action = `${location}/draft`;
  await kpiOffice.post(action).type('form').send(formFields(text, action)).expect(303);
  return textOf(text);
}

describe('files', () => {
  it('of the published year, imported, leave its draft as it is published', async () => {
    const { body } = await kpiOffice
      .get('/krs/framework/2562/export.xlsx')
      .buffer(true)
      .parse(asBytes)
      .expect('Content-Disposition', 'attachment; filename="krs-2562.xlsx"')
      .expect(200);
    const { location = '' } = (await send(body, 'ผัง.xlsx').expect(303)).headers;
    const { text } = await kpiOffice.get(location).expect(200);
    expect(textOf(text)).toContain('ไฟล์นี้เหมือนกับที่มีอยู่ทุกอย่าง');
    expect(text).toContain('ผัง.xlsx');
    expect(await app.db('framework_drafts').first('id')).toBeUndefined();
  });

  it('change a draft in one step, under the keys that were there, with its history', async () => {
    const json = await exported();
    const text = JSON.stringify(json).replace('"name":"', '"name":"ใหม่ ');
    const page = await imported(JSON.parse(text));
    expect(page).toContain('เพิ่ม 0 แก้ไข 1 นำออก 0 รายการ');
    const draft = await storedDraft(app);
    expect(partsOf(draft).every(({ key }) => /^\d+$/.test(key))).toBe(true);
    expect(draft.dimensions[0]?.name).toMatch(/^ใหม่ /);
    const event = await app.db('framework_events').orderBy('id', 'desc').first();
    expect(event).toMatchObject({
      kind: 'import',
      reason: 'แก้ไข.json',
      after: { name: draft.dimensions[0]?.name },
    });
  });

  it('make the draft of a year that is not there yet, and are exported from it as they were', async () => {
    const json = { ...(await exported()), fiscal_year: 2570, rounds: [] };
    const page = await imported(json);
    expect(page).toContain('ปีงบประมาณ 2570 ยังไม่มีผัง');
    const parts = partsOf(await storedDraft(app, 2570));
    expect(page).toContain(`เพิ่ม ${parts.length} แก้ไข 1 นำออก 0 รายการ`);
    const [first] = subIndicatorsOf(await storedDraft(app, 2570));
    expect(page).toContain(`ตัวแปร ${placeOfPart(first as never)} › a`);
    expect(page).not.toContain('จำนวนรายการภายใต้');
    expect(page).toContain('ต้องแก้ก่อนประกาศใช้');
    expect(plainDocument(await storedDraft(app, 2570))).toEqual(json);
    const { text } = await send({ ...(await exported()), fiscal_year: 2572 })
      .expect(303)
      .then(({ headers }) => kpiOffice.get(String(headers.location)).expect(200));
    expect(textOf(text)).toContain('รอบการรายงาน 6M › ปิดรับข้อมูล ไม่อยู่ในปีงบประมาณ 2572');
    expect(await exported('/krs/framework/2570/export.json?of=draft')).toEqual(json);
    await kpiOffice.get('/krs/framework/2570/export.json?of=published').expect(404);
  });

  it('are compared anew where the year has changed meanwhile, and imported once', async () => {
    const json = { ...(await exported()), title_en: 'Another title' };
    const { location = '' } = (await send(json).expect(303)).headers;
    const action = `${location}/draft`;
    const first = formFields((await kpiOffice.get(location).expect(200)).text, action);
    await kpiOffice.post('/krs/framework/2562/draft').expect(303);
    const document = await storedDraft(app);
    const changed = JSON.stringify({ ...document, title_th: 'ชื่ออื่น' });
    await app.db('framework_drafts').update({ document: changed });
    const again = await kpiOffice.post(action).type('form').send(first).expect(409);
    expect(textOf(again.text)).toContain('ผังปีนี้เปลี่ยนไปหลังจากที่ท่านเปิดหน้านี้');
    const second = formFields(again.text, action);
    await kpiOffice.post(action).type('form').send(second).expect(303);
    expect(await storedDraft(app)).toMatchObject({ title_en: 'Another title', title_th: document.title_th });
    await kpiOffice.post(action).type('form').send(second).expect(303);
    await kpiOffice.get(location).expect(303);
  });

  it.each<[string, () => Buffer | object, string]>([
    ['nothing', () => Buffer.alloc(0), 'ไฟล์นี้ว่างเปล่า'],
    ['no JSON', () => Buffer.from('{"system": '), 'ไฟล์นี้ไม่ใช่ JSON ที่ถูกต้อง'],
    ['much too large', () => Buffer.alloc(10_000_000, ' '), 'ไฟล์ใหญ่เกิน 5 MB'],
    ['another system', () => ({ system: 'ars', fiscal_year: 2562 }), 'ไฟล์นี้เป็นของระบบ ars'],
    ['an unknown field', () => ({ system: 'krs', fiscal_year: 2562, colour: 'x' }), 'ไม่มีช่องข้อมูลชื่อ "colour"'],
    [
      'a character that no database keeps',
      () => ({ system: 'krs', fiscal_year: 2562, title_th: 'a\u0000' }),
      'มีอักขระที่จัดเก็บไม่ได้',
    ],
  ])('with %s are refused, and nothing changes', async (_what, file, told) => {
    const content = file();
    const { text } = await send(content).expect(422);
    expect(textOf(text)).toContain(told);
    expect(await app.db('framework_drafts').first('id')).toBeUndefined();
  });
});

describe('a year that is copied', () => {
  const copy = (from: string, to: string) =>
    kpiOffice.post('/krs/framework/copy').type('form').send({ from, to });

  it('becomes the draft of another, once', async () => {
    const { headers } = await copy('2562', '๒๕๖๓').expect(303);
    expect(headers.location).toBe('/krs/framework/2563/header');
    const header = textOf((await kpiOffice.get('/krs/framework/2563/header').expect(200)).text);
    expect(header).toMatch(/รับข้อมูล \d+ วัน แล้วรับรองต่อได้อีก \d+ วัน/);
    const draft = await storedDraft(app, 2563);
    const [sub] = subIndicatorsOf(draft);
    expect(sub?.part.variables[0]?.copied_from).toBe(app.world.variable('1/a'));
    expect(draft.title_th).toContain('2563');
    const event = await app.db('framework_events').orderBy('id', 'desc').first();
    expect(event).toMatchObject({ kind: 'copy', fiscal_year: 2563, reason: '2562' });
    expect((await copy('2562', '2563').expect(422)).text).toContain('ปีงบประมาณนี้มีผังหรือฉบับร่างอยู่แล้ว');
    await copy('2563', '2564').expect(404);
  });

  it('is published as it is: its variables know the year before, and everybody finds its handbook', async () => {
    await copy('2562', '2563').expect(303);
    const form = { version: '1', reason: '', confirmed: '1' };
    await kpiOffice.post('/krs/framework/2563/publish').type('form').send(form).expect(303);
    const { rows } = await app.db.raw(`
      select count(*)::int as variables, count(old.id)::int as linked
        from frameworks f join variables v on v.framework_id = f.id
        left join variables old on old.id = v.copied_from_id and old.code = v.code
       where f.fiscal_year = 2563`);
    expect(rows[0].variables).toBeGreaterThan(5);
    expect(rows[0].linked).toBe(rows[0].variables);
    const { text } = await app.agent().get('/krs/login').expect(200);
    expect(text).toContain('/krs/handbook/2563');
    // it has begun: the system has its title, and a round of last year that of its year
    expect(textOf(text)).toContain('พ.ศ. 2563');
    const report = await kpiOffice.get(`/krs/reports/office?office=${app.world.offices.krabi}`).expect(200);
    expect(report.text).toMatch(/<p class="system-title">[^<]*พ\.ศ\. 2563<\/p>/);
    expect(report.text).toMatch(/<p class="muted">[^<]*พ\.ศ\. 2562<\/p>/);
    expect(textOf((await app.agent().get('/krs/handbook/2563').expect(200)).text)).toContain('2563');
  });

  it('is refused over a published one, and for what is no year', async () => {
    await copy('2562', '2562').expect(422);
    const { text } = await copy('2562', 'ปีหน้า').expect(422);
    expect(text).toContain('value="ปีหน้า"');
    await copy('2599', '2600').expect(404);
  });
});
