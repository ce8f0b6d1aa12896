import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type Person, WORLD_NOW } from '../support/world.ts';
import { forget, send } from '../threads/inbox-support.ts';
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

beforeAll(async () => {
  app = await startTestApp();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});
beforeEach(async () => {
  await forget(app);
  const deadline = new Date(WORLD_NOW.getTime() - 1);
  await send(app, {
    text: 'เอกสารหลักฐานไม่ครบถ้วน ขาดรายงานสรุปผลการดำเนินงาน โปรดแนบเพิ่มเติม '.repeat(6),
    kind: 'rejection',
  });
  await send(app, { text: 'โปรดรายงานภายในกำหนด', offices: ['krabi', 'lampang'], deadline });
  await send(app, { text: 'แก้ไขแล้ว', sender: 'owner' });
});

const enter = (person: Person, options: PageOptions = {}) => profileOf(browser, app, PEOPLE[person], options);

const PAGES: [name: string, who: Person, path: string][] = [
  ['new for krabi', 'owner', '/krs/news'],
  ['nothing fits', 'owner', '/krs/news?kind=permit'],
  ['home of krabi', 'owner', '/krs'],
  ['sent by bureau 9', 'certifier', '/krs/news/sent'],
  ['new for all bureaus', 'kpiOffice', '/krs/news?bureau=all'],
];

it('the lists are accessible and fit, wide and narrow', async () => {
  for (const [name, who, path] of PAGES) {
    const context = await enter(who, {});
    const { page, complaints } = await openPage(browser, app.url + path, { context });
    await atEveryWidth(page, async (width) => {
      await expectNoOverflow(page);
      if (width > 1000) await expectAccessible(page);
    });
    expect(complaints, name).toEqual([]);
    await context.close();
  }
});

it('from the bell to the thread, and everything that is shown is registered, without JavaScript as with it', async () => {
  for (const javaScript of [true, false]) {
    const context = await enter('owner', { width: 360, javaScript });
    const { page } = await openPage(browser, `${app.url}/krs/status`, { context });
    await page.getByRole('link', { name: /^รายการใหม่ \d+ รายการ$/ }).click();
    await page
      .getByRole('link', { name: /^เปิดการสนทนาของ/ })
      .first()
      .click();
    expect(await page.locator('tr.is-new').count()).toBeGreaterThan(0);
    await page.goto(`${app.url}/krs/news`);
    await page.getByRole('button', { name: 'ลงรับทุกรายการที่แสดงอยู่ (2)' }).click();
    expect(await page.locator('[data-flash] p').innerText()).toBe('ลงทะเบียนรับแล้ว 2 รายการ');
    expect(await page.locator('.bell-count').count()).toBe(0);
    await context.close();
    await forget(app);
    await send(app, { text: 'ข้อแรก' });
    await send(app, { text: 'ข้อสอง' });
  }
});
