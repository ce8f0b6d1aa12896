import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import {
  atEveryWidth,
  expectAccessible,
  expectNoOverflow,
  launchBrowser,
  openAs,
  type PageOptions,
  screenshot,
} from './support.ts';

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await startTestApp();
  browser = await launchBrowser();
  await app.db('users').where({ id: app.world.users.owner }).update({ phone: '075 000 111' });
  // somebody to call is missing in one office, and what is assigned to nobody in another
  await app.db('users').where({ id: app.world.users.secondary }).update({ status: 'disabled' });
});
afterAll(async () => {
  await browser.close();
  await app.stop();
});

const open = (path: string, options: PageOptions = {}) =>
  openAs(browser, app, PEOPLE.kpiOffice, `/krs/${path}`, options);

describe('rehearsal and what is owed', () => {
  it.each([
    ['offices', () => `owing?round=${app.world.rounds.open}`],
    ['bureaus', () => `owing?round=${app.world.rounds.open}&view=bureaus`],
    ['rehearsal', () => `rounds/${app.world.rounds.open}/rehearsal`],
  ])('%s are accessible and fit, wide and narrow, and print', async (name, path) => {
    const { page, context, complaints } = await open(path());
    await atEveryWidth(page, async (width) => {
      await expectNoOverflow(page);
      await expectAccessible(page);
      await screenshot(page, `owing-${name}-${width}`);
    });
    expect(complaints).toEqual([]);
    await page.emulateMedia({ media: 'print' });
    // A4, as CSS counts pixels
    await page.setViewportSize({ width: 794, height: 1123 });
    await expectNoOverflow(page);
    await screenshot(page, `owing-${name}-print`);
    if (name === 'rehearsal')
      expect(await page.getByRole('link', { name: 'สพม.7' }).first().isVisible()).toBe(true);
    await context.close();
  });

  it('reminds without script, after a question with the number of people', async () => {
    const { page, context } = await open(`owing?round=${app.world.rounds.open}`, {
      javaScript: false,
      width: 360,
    });
    await page.getByLabel('เลือก สพป.กระบี่').check();
    await page.getByRole('button', { name: 'ส่งเตือนตอนนี้ (ที่เลือก)' }).click();
    await page.getByText('ถึง 2 คน ใน 1 หน่วยงานที่ค้างรายงาน?').waitFor();
    await expectNoOverflow(page);
    await page.getByRole('button', { name: 'ส่งจดหมายเตือน' }).click();
    await page.getByText('ส่งจดหมายเตือนถึง 2 คนแล้ว').waitFor();
    await context.close();
  });
});
