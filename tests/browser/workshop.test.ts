import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runJobs } from '../support/jobs.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { led, openAs, screenshot } from './support.ts';
import { leaveWindows } from './windows.ts';

const ROUND = 'รอบ 6 เดือน ปี 63';
const DISBURSED = 'ร้อยละการเบิกจ่ายงบลงทุน';
const TREE = /framework\/256\d(\?|$)/;
const PLAN = 'การจัดทำแผนปฏิบัติราชการ';

let app: TestApp;
const complaints: string[][] = [];

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

async function enter(username: string): Promise<Page> {
  const opened = await openAs(app, username, '/krs');
  complaints.push(opened.complaints);
  return opened.page;
}

/** Pictures wide and narrow, when somebody asks for them. */
async function look(page: Page, name: string): Promise<void> {
  if (!process.env.KEEP_PICTURES) return;
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await screenshot(page, `workshop-${name}-${width}`);
  }
}

async function ledTo(page: Page, to: RegExp, act: () => Promise<void>): Promise<void> {
  await led(page, act);
  expect(page.url()).toMatch(to);
}

const choose = (page: Page, name: string, to: RegExp) =>
  ledTo(page, to, () => page.locator('#sidebar').getByRole('link', { name }).first().click());

const follow = (page: Page, name: string | RegExp, to: RegExp) =>
  ledTo(page, to, () => page.locator('main').getByRole('link', { name }).first().click());

const press = (page: Page, name: string, to: RegExp) =>
  ledTo(page, to, () => page.locator('main').getByRole('button', { name, exact: true }).first().click());

async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) {
    await page.locator('main').getByLabel(label, { exact: true }).first().fill(text);
  }
}

const said = (page: Page) => page.locator('[data-flash]').innerText();
const main = (page: Page) => page.locator('main').innerText();

/** What a table says in the row of this name. */
const rowOf = (page: Page, name: string) =>
  page.locator('main tr', { has: page.getByRole('rowheader', { name }) }).first();

async function beginYear(page: Page): Promise<void> {
  await choose(page, 'กำหนดผังรายการตัวชี้วัด', /\/framework$/);
  expect(await page.getByLabel('ปีงบประมาณ', { exact: true }).inputValue()).toBe('2563');
  await press(page, 'สร้างผังเปล่า', /2563\/header$/);
  await fill(page, {
    'ชื่อระบบ (ไทย)': 'ระบบรายงานผลตัวชี้วัด ปี 2563',
    'ชื่อระบบ (อังกฤษ)': 'KPI reporting 2563',
    รหัสรอบ: '6M',
    ชื่อรอบ: ROUND,
    'ข้อมูล ณ วันที่': '2020-03-31',
    เปิดบันทึกข้อมูล: '2020-04-01T08:00',
    ปิดบันทึกข้อมูล: '2020-04-15T16:30',
    ปิดการรับรอง: '2020-04-30T16:30',
  });
  await look(page, '01-header');
  await press(page, 'บันทึก', TREE);
  expect(await main(page)).toContain('ผังนี้ยังว่าง');
}

/** A dimension, and below it an indicator that is the heading of a percentage of two numbers. */
async function addPercentage(page: Page): Promise<void> {
  await follow(page, 'เพิ่มมิติ', /kind=dimension/);
  await fill(page, { รหัส: 'D1', มิติ: 'ประสิทธิภาพ' });
  await press(page, 'บันทึก', /open=node-/);
  await follow(page, 'เพิ่มตัวชี้วัดหลัก', /kind=indicator/);
  await fill(page, { รหัส: '1', ตัวชี้วัดหลัก: 'การใช้งบประมาณ' });
  await press(page, 'บันทึก', /open=node-/);
  await follow(page, 'เพิ่มตัวชี้วัดย่อย', /kind=sub_indicator/);
  await fill(page, { รหัส: '1.1', ตัวชี้วัดย่อย: DISBURSED, น้ำหนัก: '60', สูตรการคำนวณ: 'a / b * 100' });
  await fill(page, { หน่วยของผลการดำเนินงาน: 'ร้อยละ' });
  for (const [at, value] of ['60', '70', '80', '90', '100'].entries()) {
    await fill(page, { [`ทุกรอบ ระดับ ${at + 1}`]: value });
  }
  await press(page, 'บันทึก', /parts\/node-/);
  await follow(page, 'เพิ่มตัวแปร', /kind=variable/);
  await addVariable(page, { รหัส: 'a', ตัวแปร: 'งบลงทุนที่เบิกจ่าย', หน่วย: 'ล้านบาท' });
  await press(page, 'บันทึกและเพิ่มตัวแปรถัดไป', /kind=variable/);
  await addVariable(page, { รหัส: 'b', ตัวแปร: 'งบลงทุนที่ได้รับ', หน่วย: 'ล้านบาท', ต่ำสุด: '1' });
  await press(page, 'บันทึก', /parts\/node-/);
}

async function addVariable(page: Page, fields: Record<string, string>): Promise<void> {
  await fill(page, fields);
  await page.getByLabel('ผู้รับรองข้อมูล').selectOption('9');
}

/** Values to try beside the sub-indicator: nothing is stored. */
async function calculate(page: Page): Promise<void> {
  await fill(page, { 'a งบลงทุนที่เบิกจ่าย (ล้านบาท)': '45', 'b งบลงทุนที่ได้รับ (ล้านบาท)': '54' });
  await page.locator('#calculation').getByText('3.3333').first().waitFor();
  await look(page, '02-calculator');
}

/** An undivided yes/no indicator, to which the bureau gives the score directly. */
async function addPlan(page: Page): Promise<void> {
  await follow(page, 'เพิ่มตัวชี้วัดหลัก', /kind=indicator/);
  await fill(page, { รหัส: '2', ตัวชี้วัดหลัก: PLAN });
  await page.getByLabel(/ไม่แบ่งย่อย/).check();
  await press(page, 'บันทึก', /open=node-/);
  await follow(page, `แก้ไข 2 ${PLAN}`, /parts\/node-/);
  await fill(page, { น้ำหนัก: '40', สูตรการคำนวณ: 'v1', 'ทุกรอบ ระดับ 1': '0', 'ทุกรอบ ระดับ 5': '1' });
  await page.getByRole('radio', { name: 'Audit' }).check();
  await press(page, 'บันทึก', /parts\/node-/);
  await follow(page, 'เพิ่มตัวแปร', /kind=variable/);
  await addVariable(page, { รหัส: '1', ตัวแปร: 'จัดทำแผนแล้วเสร็จ', หน่วย: '1/0' });
  await page.getByLabel('ชนิดข้อมูล').selectOption('yes_no');
  await press(page, 'บันทึก', /parts\/node-/);
}

/** Refused while the weights do not sum to 100, then checked and published. */
async function publish(page: Page): Promise<void> {
  await follow(page, '2563', TREE);
  await follow(page, 'ตรวจและประกาศใช้', /publish$/);
  expect(await page.getByRole('alert').innerText()).toContain('60 ต้องเป็น 100');
  await look(page, '03-refused');
  await follow(page, 'กลับไปแก้ไขร่าง', TREE);
  await addPlan(page);
  await follow(page, 'กลับไปที่ผัง', TREE);
  await look(page, '04-tree');
  expect(await main(page)).toContain('ครบ 100');
  await follow(page, 'ตรวจผัง', /lint$/);
  expect(await main(page)).toContain('ผังตัวชี้วัดนี้พร้อมประกาศใช้');
  await follow(page, 'กลับไปยังผัง', TREE);
  await follow(page, 'ตรวจและประกาศใช้', /publish$/);
  await page.getByLabel(/ตรวจสอบแล้ว/).check();
  await press(page, 'ประกาศใช้', TREE);
  expect(await said(page)).toContain('ประกาศใช้ผังตัวชี้วัดปี 2563 แล้ว');
}

/** Lists, rehearsal, opening at once; answers the round's address. */
async function openRound(page: Page): Promise<string> {
  await choose(page, 'รอบการรายงาน', /\/rounds$/);
  await follow(page, ROUND, /rounds\/\d+$/);
  const round = page.url();
  await press(page, 'สร้างรายการกรอกข้อมูล', /tasks\/\d+$/);
  await runJobs(app);
  await page.getByText('สร้างรายการใหม่ 9 รายการ').waitFor();
  await follow(page, 'ไปยังรอบการรายงาน', /rounds\/\d+$/);
  await follow(page, 'ตรวจความพร้อมก่อนเปิดรอบ', /rehearsal$/);
  await look(page, '05-rehearsal');
  expect(await rowOf(page, 'รายการกรอกข้อมูลที่ยังไม่ได้สร้าง').innerText()).toContain('เรียบร้อย');
  expect(await rowOf(page, 'ตัวชี้วัดย่อยที่บางหน่วยงานยังไม่มอบหมาย').innerText()).toContain('ควรแก้ไข');
  await follow(page, 'กลับไปที่รอบ', /rounds\/\d+$/);
  await follow(page, 'เปิดบันทึกข้อมูลทันที', /windows\/open$/);
  await press(page, 'เปิดบันทึกข้อมูล', /windows\/open$/);
  expect(await page.locator('.field-error').innerText()).toBe('กรุณากรอกเหตุผล');
  await fill(page, { เหตุผล: 'เริ่มปีงบประมาณใหม่' });
  await press(page, 'เปิดบันทึกข้อมูล', /rounds\/\d+$/);
  await look(page, '06-round');
  app.clock.advance(30);
  return round;
}

async function report(page: Page): Promise<void> {
  await choose(page, 'รายการมอบหมายตัวชี้วัด', /assignments$/);
  await follow(page, /มอบหมายตัวชี้วัด.*เจ้าของ งานดี/, /users\/\d+\/assignments/);
  for (const node of [DISBURSED, PLAN]) await page.getByRole('checkbox', { name: node }).check();
  await press(page, 'มอบหมายตัวชี้วัด', /assignments/);
  await choose(page, `บันทึกข้อมูล ${ROUND}`, /entry\?round=/);
  for (const [name, value] of [
    ['งบลงทุนที่เบิกจ่าย', '45'],
    ['งบลงทุนที่ได้รับ', '54'],
    ['จัดทำแผนแล้วเสร็จ', '1'],
  ] as const) {
    await page.getByRole('textbox', { name }).fill(value);
  }
  await look(page, '07-entry');
  await press(page, 'บันทึกข้อมูลทั้งหมด', /entry\?round=/);
  expect(await said(page)).toContain('บันทึกข้อมูลเรียบร้อยแล้ว');
  expect(await main(page)).toContain('3.3333 ร้อยละ 83.33');
}

async function certify(page: Page): Promise<void> {
  await choose(page, `ตามหน่วยงาน ${ROUND}`, /certify\/offices/);
  await page.getByLabel('หน่วยงาน', { exact: true }).selectOption(app.world.offices.krabi);
  await press(page, 'เลือก', /office=/);
  for (const name of ['งบลงทุนที่เบิกจ่าย', 'งบลงทุนที่ได้รับ']) {
    const row = page.locator('main tr', { hasText: name });
    await row.locator('[data-act=certify]').click();
    await expect.poll(() => row.locator('.chip').innerText()).toBe('รับรองผล');
  }
  await page.getByLabel(/คะแนน AUDIT/).fill('4.5');
  await page.getByLabel(/คะแนน AUDIT/).press('Enter');
  await page.getByText('บันทึกคะแนน AUDIT 1 ตัวชี้วัดแล้ว').first().waitFor();
  await look(page, '08-certified');
}

/** Entry closes, then certification, then nothing changes any more; answers the hash. */
async function closeAndSeal(page: Page): Promise<string> {
  await follow(page, 'ปิดบันทึกข้อมูลทันที', /windows\/close$/);
  await fill(page, { เหตุผล: 'ครบทุกหน่วยงาน' });
  await press(page, 'ปิดบันทึกข้อมูล', /rounds\/\d+$/);
  await follow(page, 'ปิดผนึกผลคะแนน', /seal$/);
  expect(await page.getByRole('alert').innerText()).toContain('ปิดผนึกได้เมื่อปิดการรับรองแล้ว');
  await follow(page, 'กลับไปที่รอบการรายงาน', /rounds\/\d+$/);
  await follow(page, 'เปลี่ยนเวลาปิดรับรอง', /windows\/certification$/);
  await page.getByLabel('ทันที').check();
  await fill(page, { เหตุผล: 'รับรองครบแล้ว' });
  await press(page, 'บันทึก', /rounds\/\d+$/);
  await follow(page, 'ปิดผนึกผลคะแนน', /seal$/);
  await page.getByLabel(/เข้าใจแล้ว/).check();
  await look(page, '09-seal');
  await press(page, 'ปิดผนึก', /tasks\/\d+$/);
  await runJobs(app);
  await page.getByText(`ปิดผนึก ${ROUND} แล้ว`).waitFor();
  await follow(page, 'ดูหน้าปิดผนึกของรอบ', /seal$/);
  return page.locator('main code').first().innerText();
}

async function copyYear(page: Page): Promise<void> {
  await choose(page, 'กำหนดผังรายการตัวชี้วัด', /\/framework$/);
  await page.getByLabel('จากปี').selectOption('2563');
  await page.getByLabel('เป็นฉบับร่างของปี').fill('2564');
  await press(page, 'คัดลอก', /2564\/header$/);
  expect(await page.getByLabel('ชื่อรอบ').first().inputValue()).toBe('รอบ 6 เดือน ปี 64');
  await follow(page, 'กลับไปที่ผัง', TREE);
  await look(page, '11-copied');
  const copied = await main(page);
  for (const name of [DISBURSED, PLAN, 'ครบ 100']) expect(copied).toContain(name);
}

it('a year from nothing: designed, rehearsed, reported, certified, closed, sealed, copied', async () => {
  const kpiOffice = await enter(PEOPLE.kpiOffice);
  await beginYear(kpiOffice);
  await addPercentage(kpiOffice);
  await calculate(kpiOffice);
  await publish(kpiOffice);
  const round = await openRound(kpiOffice);

  const district = await enter(PEOPLE.owner);
  await report(district);
  await certify(await enter(PEOPLE.certifier));

  await kpiOffice.goto(round);
  const hash = await closeAndSeal(kpiOffice);
  expect(hash).toMatch(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);

  await choose(district, 'รายงานคะแนน', /reports\/office/);
  await district.getByLabel('รอบการรายงานข้อมูล').selectOption({ label: ROUND });
  await press(district, 'ตกลง', /round=/);
  await look(district, '10-report');
  expect(await main(district)).toContain(hash);
  // 60 × 3.3333 certified, 40 × 4.5 by AUDIT
  expect(await rowOf(district, 'คะแนนรวมของหน่วยงาน').innerText()).toContain('3.8000');

  await copyYear(kpiOffice);
  await kpiOffice.goto(`${app.url}/krs/handbook/2563`);
  expect(await main(kpiOffice)).toContain(DISBURSED);
  await look(kpiOffice, '12-handbook');
  expect(complaints.flat()).toEqual([]);
});
