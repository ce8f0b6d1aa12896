import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newRound, noLists } from '../cycle/support.ts';
import { runJobs } from '../support/jobs.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import {
  expectAccessible,
  expectGoodAt,
  expectNoOverflow,
  led,
  openAs,
  type PageOptions,
  screenshot,
} from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;
let id: string;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});
beforeEach(async () => {
  await noLists(app);
  ({ id } = await newRound(app));
});

const open = (path: string, options: PageOptions = {}) =>
  openAs(app, PEOPLE.kpiOffice, `/krs/${path}`, options);

describe('rounds', () => {
  it.each([
    ['list', () => 'rounds'],
    ['new', () => 'rounds/new?kind=9M'],
    ['round', () => `rounds/${app.world.rounds.open}`],
    ['name', () => `rounds/${app.world.rounds.open}/name`],
    ['offices', () => `rounds/${app.world.rounds.open}/windows/offices`],
    ['entry', () => `rounds/${app.world.rounds.open}/windows/entry`],
    ['tasks', () => 'tasks'],
  ])('%s is accessible and fits, wide and narrow, and prints', async (name, path) => {
    // a kind that the year has already is not offered
    if (name === 'new') await noLists(app);
    await expectGoodAt(app, PEOPLE.kpiOffice, `/krs/${path()}`, `rounds-${name}`, { prints: true });
  });

  it('creates lists behind a progress bar that ends by itself', async () => {
    const { page, complaints } = await open(`rounds/${id}`);
    await led(page, () => page.getByRole('button', { name: 'สร้างรายการกรอกข้อมูล' }).click());
    expect(page.url()).toMatch(/\/tasks\/\d+$/);
    expect(await page.getByRole('progressbar').count()).toBe(1);
    await expectAccessible(page);
    await screenshot(page, 'rounds-task-waiting');
    await runJobs(app);
    await page.getByText('สร้างรายการใหม่ 35 รายการ').waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
    await expectAccessible(page);
    await screenshot(page, 'rounds-task-done');
    await led(page, () => page.getByRole('link', { name: 'ไปยังรอบการรายงาน' }).click());
    await page.getByRole('button', { name: 'ลบรายการกรอกข้อมูล' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'ลบรายการกรอกข้อมูล' }).click();
    await page.waitForURL(/\/tasks\/\d+$/);
    expect(complaints).toEqual([]);
    await leave(page);
  });

  it('does the same without script: the page loads itself again', async () => {
    const { page } = await open(`rounds/${id}`, { javaScript: false, width: 360 });
    await led(page, () => page.getByRole('button', { name: 'สร้างรายการกรอกข้อมูล' }).click());
    expect(page.url()).toMatch(/\/tasks\/\d+$/);
    await runJobs(app);
    await page.getByText('สร้างรายการใหม่ 35 รายการ').waitFor();
    await expectNoOverflow(page);
    await leave(page);
  });

  it('narrows the offices while typing, counts ticks, and keeps those that are hidden', async () => {
    const { page, complaints } = await open(`rounds/${app.world.rounds.open}/windows/offices`);
    await page.getByLabel('สพป.กระบี่').check();
    await page.getByLabel('ค้นหาชื่อหน่วยงาน').fill('สพม');
    expect(await page.getByLabel('สพป.กระบี่').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'เลือกทั้งหมดที่แสดง' }).click();
    await page.getByText('เลือกแล้ว 2 จาก 3 หน่วยงาน').waitFor();
    await page.getByLabel('วันและเวลา').fill('2019-10-25T16:30');
    await page.getByLabel('เหตุผล').fill('น้ำท่วม');
    await page.getByLabel('เหตุผล').press('Enter');
    await page.waitForURL(`${app.url}/krs/rounds/${app.world.rounds.open}`);
    await page.getByText('หน่วยงาน: สพป.กระบี่, สพม.7').waitFor();
    await screenshot(page, 'rounds-round-after');
    expect(complaints).toEqual([]);
    await leave(page);
  });
});
