import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import {
  atEveryWidth,
  expectAccessible,
  expectNoOverflow,
  launchBrowser,
  openPage,
  type PageOptions,
  profileOf,
} from './support.ts';

let app: TestApp;
let browser: Browser;
const picture = join(tmpdir(), `portrait-${process.pid}.png`);

beforeAll(async () => {
  app = await startTestApp();
  browser = await launchBrowser();
  const grey = { create: { width: 300, height: 200, channels: 3 as const, background: '#789' } };
  await writeFile(picture, await sharp(grey).png().toBuffer());
});
afterAll(async () => {
  await rm(picture, { force: true });
  await browser.close();
  await app.stop();
});

const enter = (username: string, options: PageOptions = {}) => profileOf(browser, app, username, options);

const PAGES: [name: string, who: 'owner' | 'kpiOffice', path: (app: TestApp) => string][] = [
  ['users', 'owner', () => '/krs/users'],
  ['users of all offices', 'kpiOffice', () => '/krs/users'],
  ['new user', 'kpiOffice', () => '/krs/users/new'],
  ['user', 'owner', ({ world }) => `/krs/users/${world.users.colleague}`],
  ['own account', 'owner', ({ world }) => `/krs/users/${world.users.owner}`],
  ['profile', 'owner', () => '/krs/profile'],
  ['home with its band', 'owner', () => '/krs'],
];

it('the pages of people are accessible and fit, wide and narrow', async () => {
  const contexts = { owner: await enter(PEOPLE.owner), kpiOffice: await enter(PEOPLE.kpiOffice) };
  for (const [name, who, path] of PAGES) {
    const context = contexts[who];
    const { page, complaints } = await openPage(browser, app.url + path(app), { context });
    await atEveryWidth(page, async (width) => {
      await expectNoOverflow(page);
      if (width > 1000) await expectAccessible(page);
    });
    expect(complaints, name).toEqual([]);
    await page.close();
  }
  for (const context of Object.values(contexts)) await context.close();
});

it('without JavaScript the own data are saved with a picture, and an account that is wrong comes back', async () => {
  const context = await enter(PEOPLE.owner, { width: 360, javaScript: false });
  const { page } = await openPage(browser, `${app.url}/krs/profile`, { context });
  await page.fill('[name=phone]', '02-000-0009');
  await page.setInputFiles('[name=avatar]', picture);
  await page.locator('form[action$="/profile"] button').click();
  expect(await page.locator('[role=status] p').innerText()).toBe('บันทึกข้อมูลส่วนบุคคลเรียบร้อยแล้ว');
  expect(
    await page.locator('.user-menu img.avatar').evaluate((image: HTMLImageElement) => image.naturalWidth),
  ).toBe(160);
  await page.goto(`${app.url}/krs/users/new`);
  await page.fill('[name=username]', PEOPLE.colleague);
  await page.fill('[name=name]', 'คนใหม่');
  await page.fill('[name=email]', 'new@example.org');
  await page.locator('.person-form button').click();
  expect(await page.locator('#field-username-error').innerText()).toContain('มีชื่อผู้ใช้งานนี้ในระบบแล้ว');
  expect(await page.inputValue('[name=name]')).toBe('คนใหม่');
  await page.fill('[name=username]', 'fresh');
  await page.locator('.person-form button').click();
  await page.waitForURL(`${app.url}/krs/users`);
  await page.getByRole('link', { name: 'แก้ไข คนใหม่' }).click();
  await page.getByRole('button', { name: 'ส่งลิงก์ตั้งรหัสผ่านใหม่' }).click();
  await page.getByRole('button', { name: 'ส่งลิงก์' }).click();
  expect(await page.locator('[role=status] p').innerText()).toContain('ส่งลิงก์ตั้งรหัสผ่านให้ คนใหม่');
  await context.close();
});
