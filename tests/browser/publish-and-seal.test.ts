import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeDraft, createDraft } from '../../src/framework/drafts/actions.ts';
import { subIndicatorsOf } from '../../src/framework/drafts/parts.ts';
import type { DraftDocument } from '../../src/framework/drafts/types.ts';
import { runJobs } from '../support/jobs.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { expectGoodAt, led, openAs } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

const look = (path: string, name: string) => expectGoodAt(app, PEOPLE.kpiOffice, path, name);

/** On a phone without JavaScript. */
const open = (path: string) => openAs(app, PEOPLE.kpiOffice, path, { width: 360, javaScript: false });

const press = (page: Page, name: string) =>
  led(page, () => page.getByRole('button', { name, exact: true }).click());

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
      for (const variable of first.part.variables) variable.max = '40';
    });
    const { page } = await look(path, 'publish-refused');
    expect(await page.getByRole('alert').innerText()).toContain('ไม่รับค่าที่รายงานแล้ว 2 หน่วยงาน');
    expect(await page.locator('main form').count()).toBe(0);
    await app.db('framework_drafts').delete();
  });

  it('a revision, without JavaScript: asked for a reason, done by a task, named by the report', async () => {
    await draft((document) => {
      const [first] = subIndicatorsOf(document);
      if (first !== undefined) first.part.criteria = ['50', '60', '70', '80', '90'];
    });
    await look(path, 'publish');
    const { page } = await open(path);
    await page.getByRole('checkbox').check();
    await press(page, 'ประกาศใช้ฉบับปรับปรุง');
    expect(await page.locator('.field-error').innerText()).toBe('โปรดระบุเหตุผล');
    await page.getByLabel('เหตุผลของการปรับปรุง').fill('มติคณะกรรมการ');
    await page.getByRole('checkbox').check();
    await press(page, 'ประกาศใช้ฉบับปรับปรุง');
    expect(page.url()).toMatch(/\/krs\/tasks\/\d+/);
    await runJobs(app);
    await page.reload();
    expect(await page.locator('main').innerText()).toContain('ประกาศใช้ฉบับที่ 2 ของปี 2562 แล้ว');
    await page.goto(
      `${app.url}/krs/reports/office?office=${app.world.offices.krabi}&round=${app.world.rounds.open}`,
    );
    expect(await page.locator('main').innerText()).toContain('ใช้ผังตัวชี้วัดฉบับที่ 2');
    await leave(page);
  });
});

describe('the seal', () => {
  const path = () => `/krs/rounds/${app.world.rounds.past}/seal`;

  it('says what it means before, and shows itself after, on screen and on paper', async () => {
    await look(path(), 'seal-before');
    const { page } = await open(path());
    await press(page, 'ปิดผนึก');
    expect(await page.locator('.field-error').innerText()).toBe('โปรดทำเครื่องหมายยืนยันก่อนปิดผนึก');
    await page.getByRole('checkbox').check();
    await press(page, 'ปิดผนึก');
    await page.waitForURL(/\/krs\/tasks\/\d+/);
    await runJobs(app);
    await page.goto(app.url + path());
    const hash = await page.locator('main code').first().innerText();
    expect(hash).toMatch(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
    await leave(page);
    const report = `/krs/reports/office?office=${app.world.offices.krabi}&round=${app.world.rounds.past}`;
    const wide = await look(report, 'seal-on-report');
    await wide.page.emulateMedia({ media: 'print' });
    expect(await wide.page.getByText(hash).isVisible()).toBe(true);
    await wide.page.emulateMedia({ media: 'screen' });
    await look(path(), 'seal');
  });
});
