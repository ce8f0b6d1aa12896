import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { expectGoodAt, expectNoOverflow, openAs } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  await app.db('users').where({ id: app.world.users.owner }).update({ phone: '075 000 111' });
  // somebody to call is missing in one office, and what is assigned to nobody in another
  await app.db('users').where({ id: app.world.users.secondary }).update({ status: 'disabled' });
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

const PRINTED = { prints: true };

describe('rehearsal and what is owed', () => {
  it.each([
    ['offices', () => `owing?round=${app.world.rounds.open}`],
    ['bureaus', () => `owing?round=${app.world.rounds.open}&view=bureaus`],
    ['rehearsal', () => `rounds/${app.world.rounds.open}/rehearsal`],
  ])('%s are accessible and fit, wide and narrow, and print', async (name, path) => {
    const look = await expectGoodAt(app, PEOPLE.kpiOffice, `/krs/${path()}`, `owing-${name}`, PRINTED);
    if (name !== 'rehearsal') return;
    // what is folded on the screen is there on paper
    await look.page.emulateMedia({ media: 'print' });
    expect(await look.page.getByRole('link', { name: 'สพม.7' }).first().isVisible()).toBe(true);
    await look.page.emulateMedia({ media: 'screen' });
  });

  it('reminds without script, after a question with the number of people', async () => {
    const path = `/krs/owing?round=${app.world.rounds.open}`;
    const { page } = await openAs(app, PEOPLE.kpiOffice, path, {
      javaScript: false,
      width: 360,
    });
    await page.getByLabel('เลือก สพป.กระบี่').check();
    await page.getByRole('button', { name: 'ส่งเตือนตอนนี้ (ที่เลือก)' }).click();
    await page.getByText('ถึง 2 คน ใน 1 หน่วยงานที่ค้างรายงาน?').waitFor();
    await expectNoOverflow(page);
    await page.getByRole('button', { name: 'ส่งจดหมายเตือน' }).click();
    await page.getByText('ส่งจดหมายเตือนถึง 2 คนแล้ว').waitFor();
    await leave(page);
  });
});
