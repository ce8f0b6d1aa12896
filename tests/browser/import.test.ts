import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { expectGood, expectNoOverflow, led, openAs, type PageOptions, screenshot } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

const HEADING = 'รหัสหน่วยงาน,ชื่อผู้ใช้งาน,ชื่อ-สกุล,ตำแหน่ง,หมายเลขโทรศัพท์,อีเมล,บทบาท';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

const enter = (options: PageOptions, path: string) => openAs(app, PEOPLE.kpiOffice, `/krs${path}`, options);

/** The page fits, and is good where there is JavaScript to look at it. */
async function look(page: Page, name: string, { javaScript }: PageOptions) {
  if (javaScript) return expectGood(page, name);
  await expectNoOverflow(page);
  await screenshot(page, `${name}-plain`);
}

describe.each([
  { width: 1440, javaScript: true },
  { width: 360, javaScript: false },
])('at $width pixels, JavaScript: $javaScript', (options) => {
  const key = `w${options.width}`;

  it('a file is corrected, looked at and becomes accounts', async () => {
    const { page } = await enter(options, '/users/import');
    await look(page, 'import', options);
    await upload(page, `${HEADING}\n8101,${key}a,คนหนึ่ง,,,,ผู้รายงาน\n9999,คน,,,,x,หัวหน้า`);
    expect(await page.locator('[role=alert]').first().innerText()).toContain('ต้องแก้ไข 6 จุด ใน 2 แถว');
    await look(page, 'import-problems', options);
    await upload(page, `${HEADING}\n8101,${key}a,คนหนึ่ง,ครู,812345678,a@example.org,ผู้รายงาน`);
    expect(page.url()).toMatch(/\/users\/import\/\d+$/);
    await look(page, 'import-checked', options);
    await press(page, 'สร้างบัญชี 1 รายการ');
    expect(page.url()).toBe(`${app.url}/krs/users`);
    expect(await page.locator('[role=status] p').innerText()).toContain('สร้างบัญชีแล้ว 1 รายการ');
    await leave(page);
  });

  it('an office is handed over and back', async () => {
    const { page } = await enter(options, '/users/handover');
    await page.locator('#choose-office').selectOption({ label: 'สคส.' });
    await press(page, 'เลือก');
    await press(page, 'ตรวจสอบก่อนส่งมอบ');
    expect(await page.locator('#incoming-error').innerText()).toBe('เลือกผู้รับมอบหน้าที่');
    await look(page, 'handover', options);
    await page.locator('[name=incoming]').first().check();
    await page.getByLabel('ใช้งานต่อในบทบาท').check();
    await page.fill('[name=reason]', 'สลับหน้าที่ประจำปี');
    await press(page, 'ตรวจสอบก่อนส่งมอบ');
    await look(page, 'handover-confirm', options);
    await press(page, 'ส่งมอบหน้าที่');
    expect(page.url()).toMatch(/\/users\?office=/);
    expect(await page.locator('[role=status] p').innerText()).toContain('เรียบร้อยแล้ว');
    await leave(page);
  });

  it('the settings are saved, and refused beside the field', async () => {
    const { page } = await enter(options, '/settings');
    await page.fill('[name=idleMinutes]', '1');
    await press(page, 'บันทึกการตั้งค่า');
    expect(await page.locator('#field-idleMinutes-error').innerText()).toContain('กรอกค่าตั้งแต่ 5');
    await page.fill('[name=idleMinutes]', options.javaScript ? '90' : '45');
    await press(page, 'บันทึกการตั้งค่า');
    expect(await page.locator('[role=status] p').innerText()).toContain('บันทึกการตั้งค่าแล้ว');
    await look(page, 'settings', options);
    await page.getByLabel('ผู้ดูแลระบบกลาง (กพร.)').check();
    await press(page, 'บันทึกการตั้งค่า');
    expect(await page.locator('.empty-title').innerText()).toContain('ยังไม่ได้ตั้งค่าการยืนยันตัวตนสองขั้น');
    await look(page, 'settings-confirm', options);
    await leave(page);
  });
});

async function upload(page: Page, text: string): Promise<void> {
  const file = { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
  await page.setInputFiles('[name=file]', file);
  await press(page, 'ตรวจไฟล์');
}

function press(page: Page, name: string): Promise<void> {
  return led(page, () => page.getByRole('button', { name, exact: true }).click());
}
