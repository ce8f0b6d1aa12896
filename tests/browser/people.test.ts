import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { expectGoodAt, led, openAs } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;
const picture = join(tmpdir(), `portrait-${process.pid}.png`);

beforeAll(async () => {
  app = await startTestApp();
  const grey = { create: { width: 300, height: 200, channels: 3 as const, background: '#789' } };
  await writeFile(picture, await sharp(grey).png().toBuffer());
});
afterAll(async () => {
  await rm(picture, { force: true });
  await leaveWindows();
  await app.stop();
});

const PAGES: [name: string, who: 'owner' | 'kpiOffice', path: (app: TestApp) => string][] = [
  ['people-users', 'owner', () => '/krs/users'],
  ['people-users-all', 'kpiOffice', () => '/krs/users'],
  ['people-new', 'kpiOffice', () => '/krs/users/new'],
  ['people-user', 'owner', ({ world }) => `/krs/users/${world.users.colleague}`],
  ['people-own', 'owner', ({ world }) => `/krs/users/${world.users.owner}`],
  ['people-profile', 'owner', () => '/krs/profile'],
  ['people-home', 'owner', () => '/krs'],
];

it('the pages of people are accessible and fit, wide and narrow', async () => {
  for (const [name, who, path] of PAGES) await expectGoodAt(app, PEOPLE[who], path(app), name);
});

it('without JavaScript the own data are saved with a picture, and an account that is wrong comes back', async () => {
  const plain = { width: 360, javaScript: false };
  const { page } = await openAs(app, PEOPLE.owner, '/krs/profile', plain);
  await page.fill('[name=phone]', '02-000-0009');
  await page.setInputFiles('[name=avatar]', picture);
  await led(page, () => page.locator('form[action$="/profile"] button').click());
  expect(await page.locator('[role=status] p').innerText()).toBe('บันทึกข้อมูลส่วนบุคคลเรียบร้อยแล้ว');
  expect(
    await page.locator('.user-menu img.avatar').evaluate((image: HTMLImageElement) => image.naturalWidth),
  ).toBe(160);
  await page.goto(`${app.url}/krs/users/new`);
  await page.fill('[name=username]', PEOPLE.colleague);
  await page.fill('[name=name]', 'คนใหม่');
  await page.fill('[name=email]', 'new@example.org');
  await led(page, () => page.locator('.person-form button').click());
  expect(await page.locator('#field-username-error').innerText()).toContain('มีชื่อผู้ใช้งานนี้ในระบบแล้ว');
  expect(await page.inputValue('[name=name]')).toBe('คนใหม่');
  await page.fill('[name=username]', 'fresh');
  await led(page, () => page.locator('.person-form button').click());
  expect(page.url()).toBe(`${app.url}/krs/users`);
  await led(page, () => page.getByRole('link', { name: 'แก้ไข คนใหม่' }).click());
  await led(page, () => page.getByRole('button', { name: 'ส่งลิงก์ตั้งรหัสผ่านใหม่' }).click());
  await led(page, () => page.getByRole('button', { name: 'ส่งลิงก์' }).click());
  expect(await page.locator('[role=status] p').innerText()).toContain('ส่งลิงก์ตั้งรหัสผ่านให้ คนใหม่');
  await leave(page);
});
