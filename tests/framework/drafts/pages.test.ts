import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subIndicatorsOf } from '../../../src/framework/drafts/parts.ts';
import type { DraftSubIndicator } from '../../../src/framework/drafts/types.ts';
import { textOf } from '../../reports/support.ts';
import { countStatements } from '../../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../../support/test-app.ts';
import { ARS_PASSWORD, PEOPLE } from '../../support/world.ts';
import { change, formFields, freshDraft, storedDraft } from './support.ts';

const YEAR = '/krs/framework/2562';

let app: TestApp;
let kpiOffice: Agent;

beforeAll(async () => {
  app = await startTestApp();
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());
beforeEach(() => freshDraft(app, kpiOffice));

const nodePath = (code: string) => `${YEAR}/parts/node-${app.world.node(code)}`;
const variablePath = (code: string) => `${YEAR}/parts/variable-${app.world.variable(code)}`;

/** Sends a form. */
function send(path: string, fields: object, status = 303) {
  return kpiOffice.post(path).type('form').send(fields).expect(status);
}

async function page(path: string, status = 200) {
  const { text } = await kpiOffice.get(path).expect(status);
  const html = text.slice(text.indexOf('<main'));
  return { html, text: textOf(html) };
}

async function subIndicator(code: string): Promise<DraftSubIndicator> {
  const draft = await storedDraft(app);
  const found = subIndicatorsOf(draft).find(({ part }) => part.code === code);
  if (found?.kind !== 'sub_indicator') throw new Error(`No sub-indicator ${code}`);
  return found.part;
}

describe('years', () => {
  it('are listed with what is published and what is being worked on', async () => {
    const { text } = await page('/krs/framework');
    expect(text).toMatch(/2562 ประกาศใช้แล้ว \(ฉบับที่ 1\) .* ฉบับร่าง กลาง พัฒนาระบบ แก้ไขล่าสุด/);
  });

  it('are made empty, once, and thrown away after a question', async () => {
    const made = await kpiOffice.post('/krs/framework').type('form').send({ year: '๒๕๖๓' });
    expect(made.headers.location).toBe('/krs/framework/2563/header');
    const twice = await send('/krs/framework', { year: '2563' }, 422);
    expect(textOf(twice.text)).toContain('ปีงบประมาณนี้มีผังหรือฉบับร่างอยู่แล้ว');
    const wrong = await send('/krs/framework', { year: 'ปีหน้า' }, 422);
    expect(wrong.text).toContain('value="ปีหน้า"');
    expect((await page('/krs/framework/2563')).text).toContain('ผังนี้ยังว่าง');
    const path = '/krs/framework/2563/draft/delete';
    const asked = await send(path, { version: '1' }, 200);
    expect(textOf(asked.text)).toContain('ปีนี้ยังไม่เคยประกาศใช้');
    await send(path, { version: '9', confirmed: '1' }, 409);
    await send(path, { version: '1', confirmed: '1' });
    expect((await kpiOffice.get('/krs/framework/2563').expect(303)).headers.location).toBe('/krs/framework');
    await send('/krs/framework/2563/header', { title_th: 'x' }, 409);
  });

  it('belong to their system', async () => {
    await kpiOffice.get('/ars/framework/2562').expect(303);
    await kpiOffice.get('/krs/framework/2561').expect(404);
    await kpiOffice.get('/krs/framework/99999').expect(404);
    const stranger = await signIn(app, 'ars', PEOPLE.owner, ARS_PASSWORD);
    await stranger.get('/ars/framework/2562').expect(403);
  });
});

describe('the tree', () => {
  it('shows everything, what it weighs, and a constant number of statements', async () => {
    const { text, html } = await page(YEAR);
    expect(text).toContain('น้ำหนักรวม 100 ครบ 100');
    expect(text).toMatch(/องค์ประกอบที่ 1 .*2\.1 การจัดทำแผนปฏิบัติราชการ/);
    expect(html).toContain(`id="variable-${app.world.variable('3/5.')}"`);
    expect(await countStatements(app.db, () => kpiOffice.get(YEAR).expect(200))).toBeLessThanOrEqual(11);
    const found = await page(`${YEAR}?q=${encodeURIComponent('ปริมาณการใช้ไฟฟ้า')}`);
    expect(found.text).toContain('5 ปริมาณการใช้ไฟฟ้าต่อคน');
    expect(found.text).not.toContain('2.1 การจัดทำแผน');
    expect((await page(`${YEAR}?q=zzz`)).text).toContain('ไม่พบ "zzz" ในผังนี้');
  });

  it('is only looked at where there is no draft', async () => {
    await app.db('framework_drafts').delete();
    const { text, html } = await page(YEAR);
    expect(text).toContain('แก้ไขผังปี 2562');
    expect(html).not.toContain('name="move"');
  });

  it('moves parts by one place, and to another parent', async () => {
    const [one, three] = [app.world.variable('3/1.'), app.world.variable('3/3.')];
    const order = async () => (await subIndicator('3')).variables.map(({ key }) => key);
    const before = await order();
    await send(`${YEAR}/order`, { move: `up:variable-${three}` });
    expect(await order()).toEqual([before[0], three, before[1], ...before.slice(3)]);
    const back = {
      part: `variable-${three}`,
      parent: `node-${app.world.node('3')}`,
      before: `variable-${one}`,
    };
    await send(`${YEAR}/order`, back);
    expect((await order())[0]).toBe(three);
    const other = { part: `variable-${one}`, parent: `node-${app.world.node('1')}` };
    await send(`${YEAR}/order`, other);
    expect((await subIndicator('1')).variables.at(-1)?.key).toBe(one);
    const wrong = { part: `node-${app.world.node('indicator 1')}`, parent: `node-${app.world.node('3')}` };
    await send(`${YEAR}/order`, wrong, 409);
    await send(`${YEAR}/order`, { part: 'x' }, 400);
  });
});

describe('the page of a sub-indicator', () => {
  it('saves every field, in numbers as people type them', async () => {
    const answer = await change(kpiOffice, nodePath('1'), {
      ...{ name: ' ร้อยละใหม่ ', weight: '๒๐.๕', formula: 'a / b * ๑๐๐', direction: 'less', whole_levels: '1' },
      ...{ 'criteria-1': '1,000', 'criteria-3': '', 'criteria-6M-1': '90', 'criteria-6M-5': '50' },
      ...{ result_unit: '%', mode: 'audit', office_types: ['สพม'] },
      ...{ exceptions: '1', 'exception-0-office': '8101 สพป.กระบี่', 'exception-0-reason': 'ไม่มีกลุ่มเป้าหมาย' },
    });
    expect(answer.status).toBe(303);
    expect(await subIndicator('1')).toMatchObject({
      ...{ name: 'ร้อยละใหม่', weight: '20.5', formula: 'a / b * 100', direction: 'less', whole_levels: true },
      ...{ criteria: ['1000', '70', null, '90', '100'], result_unit: 'percent', mode: 'audit' },
      criteria_by_round: { '6M': ['90', null, null, null, '50'] },
      office_types: ['สพม'],
      office_exceptions: [{ office: '8101', included: false, reason: 'ไม่มีกลุ่มเป้าหมาย' }],
    });
    const { text } = await page(YEAR);
    expect(text).toContain('เกิน 0.5');
    expect(text).toMatch(/1 ร้อยละใหม่ .*แก้ไข Audit/);
  });

  it('keeps what was typed and says beside the field what is wrong', async () => {
    const answer = await change(kpiOffice, nodePath('1'), {
      ...{ code: 'มี ช่องว่าง', name: '', weight: 'สิบ', 'criteria-2': '1'.repeat(30) },
      ...{ exceptions: '2', 'exception-0-office': 'ไม่มีอยู่', 'exception-1-office': 'สพป.กระบี่' },
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('value="สิบ"');
    const text = textOf(answer.text);
    for (const problem of [
      'รหัสใช้ตัวอักษร',
      'โปรดกรอกช่องนี้',
      'โปรดกรอกตัวเลข',
      'ตัวเลขยาวเกินไป',
      'ไม่พบหน่วยงานนี้',
      'โปรดระบุเหตุผล',
    ])
      expect(text).toContain(problem);
    expect((await subIndicator('1')).weight).toBe('20');
  });

  it('gives another row without saving', async () => {
    const answer = await change(kpiOffice, nodePath('1'), { weight: '55', more: '1' });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('value="55"');
    expect(answer.text).toContain('name="exception-1-office"');
    expect((await subIndicator('1')).weight).toBe('20');
  });
});

describe('two people', () => {
  it('who edit the same part: the second sees both, and decides', async () => {
    const path = nodePath('1');
    const fields = formFields((await kpiOffice.get(path)).text, path);
    await change(kpiOffice, path, { weight: '30' });
    const second = await send(path, { ...fields, weight: '40' }, 409);
    expect(second.text).toContain('value="40"');
    expect(textOf(second.text)).toContain('กลาง พัฒนาระบบ แก้ไขไปก่อนเมื่อ');
    expect(textOf(second.text).split('ค่าปัจจุบันในระบบ:')).toHaveLength(2);
    expect(textOf(second.text)).toContain('ค่าปัจจุบันในระบบ: 30');
    await send(path, formFields(second.text, path));
    expect((await subIndicator('1')).weight).toBe('40');
  });

  it('who edit different parts, or the same to the same, are not in each other’s way', async () => {
    const [one, two] = [nodePath('1'), variablePath('1/a')];
    const first = formFields((await kpiOffice.get(one)).text, one);
    const second = formFields((await kpiOffice.get(two)).text, two);
    await send(one, { ...first, weight: '30' });
    await send(one, { ...first, weight: '30' });
    await send(two, { ...second, name: 'ชื่อใหม่' });
    expect((await subIndicator('1')).variables[0]?.name).toBe('ชื่อใหม่');
  });

  it('of whom one takes away what the other edits: it can be added anew', async () => {
    const path = variablePath('1/a');
    const fields = formFields((await kpiOffice.get(path)).text, path);
    await send(`${path}/delete`, { confirmed: '1' });
    const gone = await send(path, { ...fields, name: 'ไม่หาย' }, 409);
    expect(textOf(gone.text)).toContain('มีผู้อื่นนำรายการนี้ออกจากผังไปก่อน');
    const again = formFields(gone.text, `${YEAR}/parts`);
    expect(again.name).toEqual(['ไม่หาย']);
    await send(`${YEAR}/parts`, again);
    expect((await subIndicator('1')).variables.at(-1)).toMatchObject({ code: 'a', name: 'ไม่หาย' });
  });
});

describe('a draft that is gone', () => {
  it('leads to the year, and what was sent is told as not saved, with what was typed', async () => {
    const fields = formFields((await kpiOffice.get(nodePath('1'))).text, nodePath('1'));
    const version = String((await app.db('framework_drafts').first('version')).version);
    await send(`${YEAR}/draft/delete`, { version, confirmed: '1' });
    for (const path of [nodePath('1'), `${nodePath('1')}/variables`, `${YEAR}/header`, `${YEAR}/publish`]) {
      const { headers } = await kpiOffice.get(path).expect(303);
      expect(headers.location).toBe(YEAR);
    }
    expect((await page(YEAR)).text).toContain('ฉบับร่างของปีงบประมาณ 2562 ถูกทิ้งแล้ว');
    const { text } = await send(nodePath('1'), { ...fields, name: 'ไม่หาย' }, 409);
    expect(textOf(text)).toMatch(/ถูกทิ้งแล้ว โดย กลาง พัฒนาระบบ เมื่อ .*ยังไม่ได้บันทึกสิ่งที่ท่านกรอก.*ชื่อ ไม่หาย/);
    const grid = await send(`${nodePath('1')}/variables`, { 'new1:code': 'z', 'new1:name': 'ใหม่' }, 409);
    expect(textOf(grid.text)).toContain('ตัวแปร z ชื่อ: ใหม่');
    await send(`${YEAR}/publish`, { version, reason: 'เพราะ', confirmed: '1' }, 409);
    await send(`${YEAR}/order`, { move: `up:node-${app.world.node('1')}` }, 409);
    await send(`${nodePath('1')}/copy`, {}, 409);
    await kpiOffice.get('/krs/framework/2599/header').expect(404);
  });
});

describe('a form that is sent twice at once', () => {
  it('adds and duplicates once', async () => {
    const form = `${YEAR}/parts/new?kind=variable&parent=node-${app.world.node('1')}`;
    const action = `${YEAR}/parts`;
    const fields = { ...formFields((await kpiOffice.get(form)).text, action), code: 'z', name: 'ใหม่' };
    await Promise.all([send(action, fields), send(action, fields)]);
    expect((await subIndicator('1')).variables.map(({ code }) => code)).toEqual(['a', 'b', 'z']);
    const grid = `${nodePath('1')}/variables`;
    const rows = {
      ...formFields((await kpiOffice.get(grid)).text, grid),
      'new1:code': 'y',
      'new1:name': 'ใหม่',
    };
    await Promise.all([send(grid, rows), send(grid, rows)]);
    expect((await subIndicator('1')).variables).toHaveLength(4);
    const copy = `${variablePath('1/a')}/copy`;
    const once = formFields((await kpiOffice.get(variablePath('1/a'))).text, copy);
    const [one, two] = await Promise.all([send(copy, once), send(copy, once)]);
    expect(one.headers.location).toBe(two.headers.location);
    expect((await subIndicator('1')).variables).toHaveLength(5);
  });
});

describe('adding, duplicating, retiring', () => {
  it('adds an undivided indicator and its variables one after another', async () => {
    const parent = `node-${app.world.node('C2')}`;
    const form = `${YEAR}/parts/new?kind=indicator&parent=${parent}`;
    const added = await change(kpiOffice, form, { name: 'ตัวชี้วัดใหม่', with_sub: '1' }, `${YEAR}/parts`);
    expect(added.status).toBe(303);
    const sub = await subIndicator('7');
    expect(sub).toMatchObject({ name: 'ตัวชี้วัดใหม่', weight: '', office_types: ['สพป', 'สพม'] });
    const next = `${YEAR}/parts/new?kind=variable&parent=node-${sub.key}`;
    const one = await change(kpiOffice, next, { name: 'ตัวแปรแรก', next: '1' }, `${YEAR}/parts`);
    expect(one.headers.location).toBe(next);
    await change(kpiOffice, next, { name: 'ตัวแปรที่สอง', kind_of: 'yes_no' }, `${YEAR}/parts`);
    const { variables } = await subIndicator('7');
    expect(variables).toMatchObject([
      { code: 'a', min: '0', max: '10000000', open: true, sources: { '6M': 'office', '12M': 'office' } },
      { code: 'b', kind: 'yes_no', min: '0', max: '1' },
    ]);
    await kpiOffice.get(`${YEAR}/parts/new?kind=variable&parent=${parent}`).expect(404);
  });

  it('duplicates with everything below', async () => {
    const copied = await kpiOffice.post(`${nodePath('indicator 1')}/copy`).expect(303);
    const { text } = await page(copied.headers.location ?? '');
    expect(text).toContain('คัดลอกแล้ว โปรดตรวจสอบรหัสและชื่อของรายการใหม่นี้');
    expect((await subIndicator('7')).variables).toHaveLength(2);
  });

  it('asks before it retires, and brings back', async () => {
    const path = nodePath('indicator 3');
    const asked = await kpiOffice.post(`${path}/delete`).expect(200);
    expect(textOf(asked.text)).toContain('รายการภายใต้ที่จะถูกนำออกด้วย 6 รายการ');
    await send(`${path}/delete`, { confirmed: '1' });
    expect((await send(`${path}/delete`, { confirmed: '1' })).headers.location).toBe(YEAR);
    const { text } = await page(YEAR);
    expect(text).toContain('จะยกเลิกใช้เมื่อประกาศใช้ฉบับนี้');
    expect(text).toContain('ขาด 20');
    await send(`${YEAR}/restore`, { part: path.split('/').at(-1) });
    expect((await page(YEAR)).text).toContain('ครบ 100');
    expect((await page(YEAR)).text).not.toContain('จะยกเลิกใช้เมื่อประกาศใช้ฉบับนี้');
  });
});

describe('the grid', () => {
  it('edits many variables at once and adds new ones', async () => {
    const path = `${nodePath('1')}/variables`;
    const row = `variable-${app.world.variable('1/b')}:`;
    const answer = await change(kpiOffice, path, {
      ...{ [`${row}max`]: '๕๐๐', [`${row}source-6M`]: 'not_due', [`${row}files_asked`]: '1' },
      ...{ 'new1:code': 'c', 'new1:name': 'ตัวแปรเพิ่ม', 'new1:open': '1' },
    });
    expect(answer.status).toBe(303);
    const { variables } = await subIndicator('1');
    expect(variables.map(({ code }) => code)).toEqual(['a', 'b', 'c']);
    expect(variables[1]).toMatchObject({ max: '500', files_asked: true, sources: { '6M': 'not_due' } });
    const wrong = await change(kpiOffice, path, { [`${row}min`]: 'ศูนย์' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('value="ศูนย์"');
  });

  it('refuses only where the same variable changed meanwhile', async () => {
    const path = `${nodePath('1')}/variables`;
    const fields = formFields((await kpiOffice.get(path)).text, path);
    await change(kpiOffice, nodePath('1'), { weight: '30' });
    await change(kpiOffice, variablePath('1/a'), { unit: 'แห่ง' });
    const row = `variable-${app.world.variable('1/a')}:`;
    const second = await send(path, { ...fields, [`${row}unit`]: 'หลัง' }, 409);
    expect(textOf(second.text)).toContain('ค่าปัจจุบันในระบบ: แห่ง');
    await send(path, formFields(second.text, path));
    expect((await subIndicator('1')).variables[0]?.unit).toBe('หลัง');
  });
});

describe('titles and rounds', () => {
  const moments = {
    ...{ entry_opens_at: '2562-06-01T00:00', entry_closes_at: '2019-07-01T16:30' },
    certification_closes_at: '2019-08-01T16:30',
  };
  const round = (row: number, fields: Record<string, string>) =>
    Object.fromEntries(Object.entries(fields).map(([name, text]) => [`round-${row}-${name}`, text]));
  const sources = async () => (await subIndicator('5')).variables[0]?.sources;

  it('plan a round that asks what the round before asks; those that are there stay as they are', async () => {
    const path = `${YEAR}/header`;
    const nine = { kind: '9M', label: 'รอบ 9 เดือน', ...moments };
    expect((await change(kpiOffice, path, round(0, nine))).status).toBe(303);
    const draft = await storedDraft(app);
    expect(draft.rounds.map(({ kind, sequence }) => `${sequence} ${kind}`)).toEqual([
      '1 6M',
      '2 9M',
      '3 12M',
    ]);
    expect(textOf((await kpiOffice.get(path)).text)).toContain('3. 12M');
    expect(draft.rounds[1]?.entry_opens_at).toBe('2019-05-31T17:00:00.000Z');
    expect(await sources()).toEqual({ '6M': 'not_due', '9M': 'not_due', '12M': 'office' });
    await change(kpiOffice, path, round(0, { kind: 'Q3' }));
    expect(await sources()).toEqual({ '6M': 'not_due', Q3: 'not_due', '12M': 'office' });
    await change(kpiOffice, path, round(0, { remove: '1' }));
    expect(await sources()).toEqual({ '6M': 'not_due', '12M': 'office' });
  });

  it('refuse windows in the wrong order beside the field, and keep what was typed', async () => {
    const path = `${YEAR}/header`;
    const late = {
      ...moments,
      entry_closes_at: '2019-05-01T00:00',
      certification_closes_at: '2019-04-01T00:00',
    };
    const { status, text } = await change(kpiOffice, path, round(0, { kind: '9M', label: 'รอบ', ...late }));
    expect(status).toBe(422);
    expect(textOf(text)).toMatch(/เวลาปิดต้องอยู่หลังเวลาเปิดบันทึกข้อมูล.*ปิดรับรองก่อนปิดบันทึกข้อมูลไม่ได้/);
    expect(text).toContain('value="2019-04-01T00:00"');
    expect((await storedDraft(app)).rounds).toHaveLength(2);
  });

  it('refuse a wrong time and a code that is there twice, and whoever comes second', async () => {
    const path = `${YEAR}/header`;
    const wrong = await change(
      kpiOffice,
      path,
      round(0, { kind: '12M', label: 'ซ้ำ', entry_opens_at: 'พรุ่งนี้' }),
    );
    expect(wrong.status).toBe(422);
    expect(textOf(wrong.text)).toContain('รหัสรอบนี้ซ้ำ');
    expect(wrong.text).toContain('value="พรุ่งนี้"');
    const fields = formFields((await kpiOffice.get(path)).text, path);
    await change(kpiOffice, path, { title_en: 'Other' });
    const second = await send(path, { ...fields, title_th: 'ใหม่' }, 409);
    expect(textOf(second.text)).toContain('ค่าปัจจุบันในระบบ: Other');
    await send(path, formFields(second.text, path));
  });
});

it('the page of publishing tells warnings with the way to their part; they stand in nobody’s way', async () => {
  await change(kpiOffice, nodePath('1'), { name: 'ชื่อใหม่' });
  const { text, html } = await page(`${YEAR}/publish`);
  expect(text).toMatch(/คำเตือน \d+ รายการ คำเตือนไม่ขัดขวางการประกาศใช้ แต่โปรดตรวจ.* ตัวชี้วัดย่อย 1 .*ตัวหาร/);
  expect(html).toContain(`<a href="${nodePath('1')}">ตัวชี้วัดย่อย 1</a>`);
  expect(html).toContain('name="confirmed"');
});

describe('the history', () => {
  it('tells who changed what, from what to what', async () => {
    await change(kpiOffice, nodePath('1'), { weight: '30', direction: 'less' });
    const { text } = await page(`${YEAR}/history`);
    expect(text).toMatch(/กลาง พัฒนาระบบ แก้ไข ตัวชี้วัดย่อย C1 › .*1 .*น้ำหนัก ก่อน 20 เป็น หลัง 30/);
    expect(text).toContain('ก่อน ยิ่งมากยิ่งดี เป็น หลัง ยิ่งน้อยยิ่งดี');
    const ofPart = await page(`${YEAR}/history?place=C1`);
    expect(ofPart.text).toContain('ดูประวัติทั้งหมด');
    await kpiOffice.get('/krs/framework/2560/history').expect(404);
  });
});
