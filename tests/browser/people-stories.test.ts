import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertNextYear } from '../assignments/support.ts';
import { deliverMail } from '../support/jobs.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { expectAccessible, expectNoOverflow, led, openAs, openPage, screenshot } from './support.ts';
import { leaveWindows } from './windows.ts';

const COLLEAGUE = { username: 'malee9', name: 'มาลี ตัวอย่าง', password: 'ปลาทูนึ่ง 9 ตัว' };

let app: TestApp;
let admin: Page;
let colleague: Page;

beforeAll(async () => {
  app = await startTestApp();
  // a new year: nobody of the office has anything yet
  await app.db('assignments').delete();
  ({ page: admin } = await openAs(app, PEOPLE.owner, '/krs'));
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

async function signIn(page: Page, username: string, password: string): Promise<void> {
  await page.fill('[name=username]', username);
  await page.fill('[name=password]', password);
  await led(page, () => page.press('[name=password]', 'Enter'));
}

/** Follows a link of the menu by its words. */
async function choose(page: Page, label: string | RegExp): Promise<void> {
  await led(page, () => page.locator('#sidebar').getByRole('link', { name: label }).first().click());
}

/** The same in what the admin's page is about. */
const follow = (name: string | RegExp) =>
  led(admin, () => admin.locator('main').getByRole('link', { name }).first().click());

/** Presses a button that sends its form; the message of the next page. */
async function send(page: Page, button: string): Promise<string> {
  await led(page, () => page.getByRole('button', { name: button, exact: true }).click());
  return page.locator('[data-flash]').innerText();
}

it('a new district admin fills in the own data and assigns everything to herself', async () => {
  await follow('แก้ไขข้อมูลส่วนบุคคล');
  await admin.getByLabel('ชื่อ-สกุล').fill('ใหม่ ดูแลดี');
  await admin.getByLabel('หมายเลขโทรศัพท์').fill('075-000-111');
  expect(await send(admin, 'บันทึกข้อมูล')).toContain('บันทึกข้อมูลส่วนบุคคลเรียบร้อยแล้ว');

  await choose(admin, 'จัดการผู้ใช้งานระบบ');
  await follow(/มอบหมายตัวชี้วัดให้ ใหม่ ดูแลดี/);
  const boxes = admin.locator('input[name=node]');
  const headings = admin.locator('input[data-below]');
  const dimension = headings.first();
  await dimension.check();
  await expectAccessible(admin);
  expect(await boxes.nth(0).isChecked()).toBe(true);
  await boxes.nth(0).uncheck();
  expect(await dimension.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
  for (const heading of await headings.all()) await heading.check();
  expect(await admin.locator('.action-bar').innerText()).toContain('เลือกไว้ 7 จาก 7 ตัวชี้วัดย่อย');
  expect(await admin.locator('.unsaved').innerText()).toBe('ยังไม่บันทึก 7 รายการ');
  await screenshot(admin, 'people-1-assign');
  expect(await send(admin, 'มอบหมายตัวชี้วัด')).toContain('เพิ่ม 7 ยกเลิก 0');
  expect(await boxes.evaluateAll((all: HTMLInputElement[]) => all.every(({ checked }) => checked))).toBe(
    true,
  );

  await choose(admin, /บันทึกข้อมูล/);
  // all but the certified one
  expect(await admin.locator('input.value-box').count()).toBe(9);
});

it('a colleague gets a mail, sets a password, and sees exactly the assigned boxes', async () => {
  await choose(admin, 'จัดการผู้ใช้งานระบบ');
  await follow('เพิ่มผู้ใช้งาน');
  await admin.getByLabel('ชื่อผู้ใช้งาน', { exact: true }).fill(COLLEAGUE.username);
  await admin.getByLabel('ชื่อ-สกุล').fill(COLLEAGUE.name);
  await admin.getByLabel('อีเมล', { exact: true }).fill('malee@example.org');
  await admin.getByLabel('ส่ง E-Mail แจ้งผู้ใช้งาน').check();
  await admin.getByLabel('บทบาท').selectOption('reporter');
  expect(await send(admin, 'บันทึกข้อมูล')).toContain('ส่งลิงก์ตั้งรหัสผ่านทางอีเมลแล้ว');

  await follow(new RegExp(`มอบหมายตัวชี้วัดให้ ${COLLEAGUE.name}`));
  await admin.locator(`#n${app.world.node('5')}`).check();
  expect(await send(admin, 'มอบหมายตัวชี้วัด')).toContain('เพิ่ม 1 ยกเลิก 0');

  const mails = await deliverMail(app);
  const toColleague = mails.filter(({ envelopeTo }) => envelopeTo.includes('malee@example.org'));
  const text = toColleague.map((mail) => mail.text).join('\n');
  expect(text).toContain(COLLEAGUE.username);
  expect(text).toContain('5 ปริมาณการใช้ไฟฟ้าต่อคน');
  const path = /\/krs\/password\/\S+/.exec(text)?.[0] ?? '';

  ({ page: colleague } = await openPage(app.url + path));
  await colleague.fill('[name=password]', COLLEAGUE.password);
  await colleague.fill('[name=again]', COLLEAGUE.password);
  await led(colleague, () => colleague.press('[name=again]', 'Enter'));
  expect(colleague.url()).toMatch(/\/krs\/login/);
  await signIn(colleague, COLLEAGUE.username, COLLEAGUE.password);

  await choose(colleague, /บันทึกข้อมูล/);
  const entry = await app.world.entry('open', 'krabi', '5/a');
  const boxes = await colleague.locator('input.value-box').evaluateAll((all) => all.map(({ id }) => id));
  expect(boxes).toEqual([`v${entry}`]);
  await choose(colleague, 'รายการมอบหมายตัวชี้วัด');
  expect(await colleague.locator(`#s${app.world.node('5')}`).innerText()).toContain(COLLEAGUE.name);
  await expectAccessible(colleague);
  await colleague.setViewportSize({ width: 360, height: 800 });
  await expectNoOverflow(colleague);
});

it('a disabled colleague is out at the next click', async () => {
  await choose(admin, 'จัดการผู้ใช้งานระบบ');
  await follow(`แก้ไข ${COLLEAGUE.name}`);
  await admin.getByLabel('สถานะ').selectOption('disabled');
  expect(await send(admin, 'บันทึกข้อมูล')).toContain('เรียบร้อยแล้ว');

  await colleague.reload();
  expect(colleague.url()).toMatch(/\/krs\/login/);
  await signIn(colleague, COLLEAGUE.username, COLLEAGUE.password);
  expect(await colleague.locator('[role=alert]').first().isVisible()).toBe(true);
  expect(new URL(colleague.url()).pathname).toBe('/krs/login');

  // the history stays, but nothing can be assigned any more
  await admin.goto(`${admin.url()}/assignments`);
  await admin.setViewportSize({ width: 360, height: 800 });
  await expectNoOverflow(admin);
  expect(await admin.locator('main').innerText()).toContain('จึงมอบหมายตัวชี้วัดไม่ได้');
  expect(await admin.locator('input[name=node]:enabled').count()).toBe(0);
  await expectAccessible(admin);
});

it('a new fiscal year takes over the assignments of the last one', async () => {
  await insertNextYear(app);
  await admin.setViewportSize({ width: 1440, height: 900 });
  await choose(admin, 'รายการมอบหมายตัวชี้วัด');
  await follow('ดูและนำการมอบหมายของปี 2562 มาใช้');
  await expectAccessible(admin);
  await expectNoOverflow(admin);
  await screenshot(admin, 'people-4-takeover');
  await admin.getByRole('checkbox', { name: /การควบคุมภายในแบบใหม่/ }).check();
  expect(await send(admin, 'นำมาใช้ 3 รายการ')).toContain('นำการมอบหมายของปีงบประมาณ 2562 มาใช้แล้ว 3 รายการ');
  expect(await admin.locator('main').innerText()).toContain('ใหม่ ดูแลดี');
});
