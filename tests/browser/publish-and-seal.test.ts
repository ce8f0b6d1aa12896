import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeDraft, createDraft } from '../../src/framework/drafts/actions.ts';
import { subIndicatorsOf } from '../../src/framework/drafts/parts.ts';
import type { DraftDocument } from '../../src/framework/drafts/types.ts';
import { runJobs } from '../support/jobs.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';
import {
  atEveryWidth,
  expectAccessible,
  expectNoOverflow,
  launchBrowser,
  openPage,
  type PageOptions,
  screenshot,
} from './support.ts';

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

/** Opens a page of the KPI office, signed in. */
async function open(path: string, options: PageOptions = {}) {
  const opened = await openPage(browser, `${app.url}/krs/login?next=${encodeURIComponent(path)}`, options);
  await opened.page.fill('[name=username]', PEOPLE.kpiOffice);
  await opened.page.fill('[name=password]', PASSWORD);
  await opened.page.press('[name=password]', 'Enter');
  await opened.page.waitForURL(app.url + path);
  return opened;
}

/** How a page looks, wide and narrow; `read` looks at what it says. */
async function look(path: string, name: string, read?: (page: Page) => Promise<void>) {
  const { page, context, complaints } = await open(path);
  await atEveryWidth(page, async (width) => {
    await expectNoOverflow(page);
    await screenshot(page, `${name}-${width}`);
    await expectAccessible(page);
  });
  expect(complaints).toEqual([]);
  await read?.(page);
  await context.close();
}

async function draft(change: (draft: DraftDocument) => void) {
  const context = { db: app.db, clock: app.clock.now };
  const by = { id: app.world.users.kpiOffice, systemId: app.world.systems.krs };
  await createDraft(context, by, { system: 'krs', fiscalYear: 2562 });
  await changeDraft(context, by, { fiscalYear: 2562, event: 'edit' }, (document) => {
    const copy = structuredClone(document);
    change(copy);
    return copy;
  });
}

describe('publishing', () => {
  const path = '/krs/framework/2562/publish';

  it('shows what stands in the way', async () => {
    await draft((document) => {
      const [first] = subIndicatorsOf(document);
      if (first === undefined) return;
      first.part.weight = '19';
      for (const variable of first.part.variables) Object.assign(variable, { max: '40', open: false });
    });
    await look(path, 'publish-refused', async (page) => {
      expect(await page.getByRole('alert').innerText()).toContain('มีรายงานแล้ว 2 หน่วยงาน');
      expect(await page.locator('main form').count()).toBe(0);
    });
    await app.db('framework_drafts').delete();
  });

  it('a revision, without JavaScript: asked for a reason, done by a task, named by the report', async () => {
    await draft((document) => {
      const [first] = subIndicatorsOf(document);
      if (first !== undefined) first.part.criteria = ['50', '60', '70', '80', '90'];
    });
    await look(path, 'publish');
    const { page, context } = await open(path, { width: 360, javaScript: false });
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'ประกาศใช้ฉบับปรับปรุง' }).click();
    expect(await page.locator('.field-error').innerText()).toBe('โปรดระบุเหตุผล');
    await page.getByLabel('เหตุผลของการปรับปรุง').fill('มติคณะกรรมการ');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'ประกาศใช้ฉบับปรับปรุง' }).click();
    await page.waitForURL(/\/krs\/tasks\/\d+/);
    await runJobs(app);
    await page.reload();
    expect(await page.locator('main').innerText()).toContain('ประกาศใช้ฉบับที่ 2 ของปี 2562 แล้ว');
    await page.goto(
      `${app.url}/krs/reports/office?office=${app.world.offices.krabi}&round=${app.world.rounds.open}`,
    );
    expect(await page.locator('main').innerText()).toContain('ใช้ผังตัวชี้วัดฉบับที่ 2');
    await context.close();
  });
});

describe('the seal', () => {
  const path = () => `/krs/rounds/${app.world.rounds.past}/seal`;

  it('says what it means before, and shows itself after, on screen and on paper', async () => {
    await look(path(), 'seal-before');
    const { page, context } = await open(path(), { width: 360, javaScript: false });
    await page.getByRole('button', { name: 'ปิดผนึก', exact: true }).click();
    expect(await page.locator('.field-error').innerText()).toBe('โปรดทำเครื่องหมายยืนยันก่อนปิดผนึก');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'ปิดผนึก', exact: true }).click();
    await page.waitForURL(/\/krs\/tasks\/\d+/);
    await runJobs(app);
    await page.goto(app.url + path());
    const hash = await page.locator('main code').first().innerText();
    expect(hash).toMatch(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
    await context.close();
    const report = `/krs/reports/office?office=${app.world.offices.krabi}&round=${app.world.rounds.past}`;
    await look(report, 'seal-on-report', async (page) => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.getByText(hash).isVisible()).toBe(true);
      await page.emulateMedia({ media: 'screen' });
      await page.goto(app.url + path());
      await expectAccessible(page);
      await screenshot(page, 'seal');
    });
  });
});
