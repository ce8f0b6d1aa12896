import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PDF } from '../support/files.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { expectGood, expectNoOverflow, led, openAs, openPage } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

it('offers manuals and the handbook to everybody, also without script and on paper', async () => {
  const { page } = await openAs(app, PEOPLE.kpiOffice, '/krs/manuals');
  await page.getByLabel('ชื่อคู่มือ').fill('คู่มือผู้รับผิดชอบตัวชี้วัดระดับสำนักงานเขตพื้นที่การศึกษา');
  await page.getByLabel('ไฟล์').setInputFiles({ name: 'คู่มือ.pdf', mimeType: 'application/pdf', buffer: PDF });
  await led(page, () => page.getByRole('button', { name: 'เพิ่มคู่มือ' }).click());
  expect(await page.locator('[data-flash]').innerText()).toContain('แล้ว');
  await expectGood(page, 'manuals');
  await leave(page);

  const reader = await openPage(`${app.url}/krs/login`);
  await expectGood(reader.page, 'login-with-manuals');
  await reader.page.goto(`${app.url}/krs/handbook/2562`);
  await expectGood(reader.page, 'handbook');
  expect(reader.complaints).toEqual([]);
  await leave(reader.page);

  const stranger = await openPage(`${app.url}/krs/login`, { width: 360, javaScript: false });
  const coming = stranger.page.waitForEvent('download');
  await stranger.page.getByRole('link', { name: /^คู่มือผู้รับผิดชอบ/ }).click();
  expect((await coming).suggestedFilename()).toBe('คู่มือ.pdf');
  await stranger.page.getByRole('link', { name: 'คู่มือตัวชี้วัด ปีงบประมาณ 2562' }).click();
  await stranger.page.getByRole('heading', { level: 1, name: 'คู่มือตัวชี้วัด ปีงบประมาณ 2562' }).waitFor();
  await expectNoOverflow(stranger.page);
  const pdf = await stranger.page.pdf({ preferCSSPageSize: true });
  if (process.env.KEEP_PICTURES) await writeFile(join(tmpdir(), 'handbook.pdf'), pdf);
  // the table of contents, and indicators kept together on more than one sheet
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length).toBeGreaterThan(2);
  await leave(stranger.page);
});

it('takes a framework out as a workbook and in again, after a look at what would change', async () => {
  const { page, complaints } = await openAs(app, PEOPLE.kpiOffice, '/krs/framework');
  await expectGood(page, 'framework-years');
  await page.goto(`${app.url}/krs/framework/transfer?year=2562`);
  await expectGood(page, 'transfer');
  const send = async (text: string) => {
    const file = { name: 'ผัง.json', mimeType: 'application/json', buffer: Buffer.from(text) };
    await page.getByLabel('ไฟล์ (.xlsx หรือ .json)').setInputFiles(file);
    await led(page, () => page.getByRole('button', { name: 'ตรวจไฟล์' }).click());
  };
  const answer = await page.request.get(`${app.url}/krs/framework/2562/export.json`);
  const json = await answer.json();
  json.dimensions[0].name = 'มิติที่เปลี่ยนชื่อ';
  json.dimensions.at(-1).indicators.pop();
  const broken = JSON.stringify(json).replaceAll('"bureau":"1"', '"bureau":"สำนักในฝัน"');
  await send(broken);
  await page.getByText('นำเข้าไฟล์นี้ไม่ได้').waitFor();
  await expectGood(page, 'transfer-refused');
  await send(JSON.stringify(json));
  await page.getByRole('heading', { level: 1, name: 'ตรวจไฟล์ ปีงบประมาณ 2562' }).waitFor();
  await expectGood(page, 'transfer-checked');
  await page.getByRole('button', { name: 'นำเข้าสู่ฉบับร่าง' }).click();
  await page.getByText('นำเข้าสู่ฉบับร่างของปีงบประมาณ 2562 แล้ว').waitFor();
  expect(await page.locator('main').innerText()).toContain('มิติที่เปลี่ยนชื่อ');
  expect(complaints).toEqual([]);
  await leave(page);
});
