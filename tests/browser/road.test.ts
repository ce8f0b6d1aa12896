import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';
import { led, openAs, openPage, screenshot } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

/** Signs in in a browser of one's own. */
async function signIn(username: string, javaScript: boolean): Promise<Page> {
  const { page } = await openPage(`${app.url}/krs/login`, { javaScript });
  await page.fill('[name=username]', username);
  await page.fill('[name=password]', PASSWORD);
  await led(page, () => page.click('main button:not([type=button])'));
  expect(await page.locator('[data-flash]').innerText()).toContain('ระบบพร้อมใช้งาน');
  return page;
}

/** Follows a link of the menu by its words. */
async function choose(page: Page, label: string | RegExp): Promise<void> {
  await led(page, () => page.locator('#sidebar').getByRole('link', { name: label }).first().click());
}

/** The score that the report shows in the row of an indicator: certified, then self-assessed. */
async function reported(page: Page, indicator: string): Promise<string[]> {
  const row = page.locator('main table').first().locator('tr', { hasText: indicator });
  return (await row.locator('td.num').allInnerTexts())
    .map((text) => text.trim())
    .filter((text) => /^\d\.\d{4}$/.test(text));
}

it.each([[true], [false]])(
  'the whole road: report, reject, answer, certify, score (JavaScript: %s)',
  async (javaScript) => {
    const round = app.world.rounds.open;
    const steps = await Promise.all(
      ['1.', '2.', '3.', '4.', '5.'].map((code) => app.world.entry('open', 'krabi', `3/${code}`)),
    );
    const [first = ''] = steps;
    const step = 'ขั้นตอนการพัฒนาองค์กร';

    // the district types, saves and sees its own score
    const district = await signIn(PEOPLE.owner, javaScript);
    await choose(district, /บันทึกข้อมูล/);
    for (const id of steps) await district.fill(`#v${id}`, id === steps[4] ? '0' : '1');
    await led(district, () => district.click('.save-all button'));
    expect(district.url()).toMatch(/entry\?round=/);
    expect(await district.locator('[data-flash]').innerText()).toContain('บันทึกข้อมูลเรียบร้อยแล้ว');
    const own = district.locator(`[data-score="${app.world.node('3')}"]`);
    expect(await own.innerText()).toContain('4.0000 ร้อยละ 80.00');
    await screenshot(district, `road-1-entered-${javaScript}`);

    // the bureau rejects one step with a reason
    const { page: bureau } = await openAs(app, PEOPLE.certifier, '/krs', { javaScript });
    await choose(bureau, /ตามหน่วยงาน/);
    await bureau.selectOption('select[name=office]', app.world.offices.krabi);
    await led(bureau, () => bureau.getByRole('button', { name: 'เลือก', exact: true }).click());
    await bureau.locator(`#e${first} [data-act=reject]`).click();
    await bureau.fill('textarea[name=reason]', 'คำสั่งแต่งตั้งยังไม่ลงนาม');
    await bureau.locator('#decision button[type=submit], main form button[type=submit]').first().click();
    await expect.poll(() => bureau.locator(`#e${first} .chip`).innerText()).toBe('ไม่รับรอง');
    await screenshot(bureau, `road-2-rejected-${javaScript}`);

    // the district reads the reason on its home page and asks for a new decision
    await choose(district, 'หน้าแรก');
    expect(await district.locator('main').innerText()).toContain('คำสั่งแต่งตั้งยังไม่ลงนาม');
    await district.goto(`${app.url}/krs/entry?round=${round}`);
    expect(await district.locator('main').innerText()).toContain('คำสั่งแต่งตั้งยังไม่ลงนาม');
    await led(district, () => district.locator(`#e${first} button[name=resubmit]`).click());
    expect(district.url()).toContain(`#e${first}`);
    expect(await district.locator(`#e${first} .chip`).innerText()).toBe('รอการรับรองผล');

    // nothing is certified yet: the report says 1.0000 beside the self-assessed score
    await choose(district, /รายงานคะแนน/);
    expect(await reported(district, step)).toContain('4.0000');
    expect((await reported(district, step))[0]).toBe('1.0000');

    // the bureau certifies all five
    await bureau.goto(`${app.url}/krs/certify/offices?round=${round}&office=${app.world.offices.krabi}`);
    for (const id of steps) {
      await bureau.locator(`#e${id} [data-act=certify]`).click();
      await expect.poll(() => bureau.locator(`#e${id} .chip`).innerText()).toBe('รับรองผล');
    }
    await screenshot(bureau, `road-3-certified-${javaScript}`);

    // the certified score is right, for the district and for the KPI office
    await choose(district, /รายงานคะแนน/);
    expect((await reported(district, step)).slice(0, 2)).toEqual(['4.0000', '4.0000']);
    await screenshot(district, `road-4-report-${javaScript}`);
    const report = `/krs/reports/office?round=${round}&office=${app.world.offices.krabi}`;
    const { page: kpiOffice } = await openAs(app, PEOPLE.kpiOffice, report, { javaScript });
    expect((await reported(kpiOffice, step)).slice(0, 2)).toEqual(['4.0000', '4.0000']);
    await choose(kpiOffice, /สถานะการบันทึกข้อมูล/);
    expect(await kpiOffice.locator('main').innerText()).toContain('สพป.กระบี่');
    await screenshot(kpiOffice, `road-5-status-${javaScript}`);

    // for the second walk
    await app
      .db('entries')
      .whereIn('id', steps)
      .update({ status: 'unreported', value: null, decided_by: null, decided_at: null });
    for (const page of [district, bureau, kpiOffice]) await leave(page);
  },
);
