import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import {
  expectAccessible,
  expectNoOverflow,
  launchBrowser,
  openAs,
  type PageOptions,
  screenshot,
} from './support.ts';

const HEADING = 'รหัสหน่วยงาน,ชื่อผู้ใช้งาน,ชื่อ-สกุล,ตำแหน่ง,หมายเลขโทรศัพท์,อีเมล,บทบาท';

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await startTestApp();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await app.stop();
});

const enter = (options: PageOptions) => openAs(browser, app, PEOPLE.kpiOffice, '/krs', options);

/** The page fits, and axe finds nothing (where there is JavaScript to run it). */
async function expectGood(page: Page, name: string, { width = 1440, javaScript = true }: PageOptions) {
  await expectNoOverflow(page);
  await screenshot(page, `${name}-${width}`);
  if (javaScript) await expectAccessible(page);
}

describe.each([
  { width: 1440, javaScript: true },
  { width: 360, javaScript: false },
])('at $width pixels, JavaScript: $javaScript', (options) => {
  const key = `w${options.width}`;

  it('a file is corrected, looked at and becomes accounts', async () => {
    const { page, context } = await enter(options);
    await page.goto(`${app.url}/krs/users/import`);
    await expectGood(page, 'import', options);
    await upload(page, `${HEADING}\n8101,${key}a,คนหนึ่ง,,,,ผู้รายงาน\n9999,คน,,,,x,หัวหน้า`);
    expect(await page.locator('[role=alert]').first().innerText()).toContain('ต้องแก้ไข 6 จุด ใน 2 แถว');
    await expectGood(page, 'import-problems', options);
    await upload(page, `${HEADING}\n8101,${key}a,คนหนึ่ง,ครู,812345678,a@example.org,ผู้รายงาน`);
    await page.waitForURL(/\/users\/import\/\d+$/);
    await expectGood(page, 'import-checked', options);
    await page.getByRole('button', { name: 'สร้างบัญชี 1 รายการ' }).click();
    await page.waitForURL(`${app.url}/krs/users`);
    expect(await page.locator('[role=status] p').innerText()).toContain('สร้างบัญชีแล้ว 1 รายการ');
    await context.close();
  });

  it('an office is handed over and back', async () => {
    const { page, context } = await enter(options);
    await page.goto(`${app.url}/krs/users/handover`);
    await page.locator('#choose-office').selectOption({ label: 'สคส.' });
    await page.getByRole('button', { name: 'เลือก', exact: true }).click();
    await page.getByRole('button', { name: 'ตรวจสอบก่อนส่งมอบ' }).click();
    expect(await page.locator('#incoming-error').innerText()).toBe('เลือกผู้รับมอบหน้าที่');
    await expectGood(page, 'handover', options);
    await page.locator('[name=incoming]').first().check();
    await page.getByLabel('ใช้งานต่อในบทบาท').check();
    await page.fill('[name=reason]', 'สลับหน้าที่ประจำปี');
    await page.getByRole('button', { name: 'ตรวจสอบก่อนส่งมอบ' }).click();
    await expectGood(page, 'handover-confirm', options);
    await page.getByRole('button', { name: 'ส่งมอบหน้าที่', exact: true }).click();
    await page.waitForURL(/\/users\?office=/);
    expect(await page.locator('[role=status] p').innerText()).toContain('เรียบร้อยแล้ว');
    await context.close();
  });

  it('the settings are saved, and refused beside the field', async () => {
    const { page, context } = await enter(options);
    await page.goto(`${app.url}/krs/settings`);
    await page.fill('[name=idleMinutes]', '1');
    await page.getByRole('button', { name: 'บันทึกการตั้งค่า' }).click();
    expect(await page.locator('#field-idleMinutes-error').innerText()).toContain('กรอกค่าตั้งแต่ 5');
    await page.fill('[name=idleMinutes]', options.javaScript ? '90' : '45');
    await page.getByRole('button', { name: 'บันทึกการตั้งค่า' }).click();
    expect(await page.locator('[role=status] p').innerText()).toContain('บันทึกการตั้งค่าแล้ว');
    await expectGood(page, 'settings', options);
    await page.getByLabel('ผู้ดูแลระบบกลาง (กพร.)').check();
    await page.getByRole('button', { name: 'บันทึกการตั้งค่า' }).click();
    expect(await page.locator('.empty-title').innerText()).toContain('ยังไม่ได้ตั้งค่าการยืนยันตัวตนสองขั้น');
    await expectGood(page, 'settings-confirm', options);
    await context.close();
  });
});

async function upload(page: Page, text: string): Promise<void> {
  const file = { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
  await page.setInputFiles('[name=file]', file);
  await page.getByRole('button', { name: 'ตรวจไฟล์' }).click();
}
