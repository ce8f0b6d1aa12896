import { afterAll, beforeAll, expect, it } from 'vitest';
import { carryOver } from '../../src/cycle/carry-over/actions.ts';
import { loadFramework } from '../../src/framework/queries.ts';
import { boxFields, officePage, opened, scoreOf } from '../certification/audit-support.ts';
import { refreshAll } from '../certification/support.ts';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { expectGood, expectGoodAt, led, openAs, screenshot } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  await opened(app, '1');
  await opened(app, '3', 'krabi');
  const certifier = await signIn(app, 'krs', PEOPLE.certifier);
  const reason = 'ไฟล์หลักฐานไม่ตรงกับค่าที่รายงาน จึงขอให้คะแนนเอง';
  const asked = { reason, scope: 'some', office: app.world.offices.lampang };
  const page = `/krs/audit/nodes/${app.world.node('3')}/requests?round=${app.world.rounds.open}`;
  await certifier.post(page).type('form').send(asked).expect(303);
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

it('saves scores where they stand, keeps what was refused, and asks before one is withdrawn', async () => {
  const { page, complaints } = await openAs(app, PEOPLE.certifier, officePage(app));
  const box = (node: string) => page.locator(`#ab${app.world.node(node)}`);
  const save = page.getByRole('button', { name: 'บันทึกข้อมูล' }).first();
  await box('3').fill('๔.๕');
  await box('3').press('Enter');
  await expect.poll(() => page.locator('#certify-said').innerText()).toBe('บันทึกคะแนน AUDIT 1 ตัวชี้วัดแล้ว');
  expect(await box('3').inputValue()).toBe('4.5000');
  expect(await page.locator(`#s${app.world.node('3')}`).innerText()).toContain('AUDIT 4.5000');
  await box('1').fill('7');
  await save.click();
  await expect.poll(() => page.locator(`#ap${app.world.node('1')}`).innerText()).toContain('1 ถึง 5');
  expect(await box('1').inputValue()).toBe('7');
  await expectGood(page, 'audit-office');
  await page.reload();
  await page.getByRole('button', { name: 'นำกลับมาใส่ในช่อง' }).click();
  expect(await box('1').inputValue()).toBe('7');
  await box('1').fill('');
  await box('3').fill('');
  await save.click();
  await page.locator('#decision-dialog').getByRole('button', { name: 'ถอนคะแนน' }).click();
  await expect.poll(() => page.locator('#certify-said').innerText()).toContain('ถอนคะแนน AUDIT 1');
  expect(await scoreOf(app, '3')).toBeUndefined();
  expect(complaints.filter((text) => !text.includes('status of 422'))).toEqual([]);
  await leave(page);
});

it('works without JavaScript', async () => {
  const { page } = await openAs(app, PEOPLE.certifier, officePage(app), {
    javaScript: false,
    width: 360,
  });
  const save = () => page.getByRole('button', { name: 'บันทึกข้อมูล' }).first().click();
  await page.locator(`#ab${app.world.node('3')}`).fill('3');
  await led(page, save);
  expect(await scoreOf(app, '3')).toMatchObject({ score: '3.0000' });
  await page.locator(`#ab${app.world.node('3')}`).fill('');
  await led(page, save);
  await led(page, () => page.getByRole('button', { name: 'ถอนคะแนน' }).click());
  expect(await scoreOf(app, '3')).toBeUndefined();
  await leave(page);
});

it('pages of AUDIT and of carrying over are accessible and fit, wide and narrow', async () => {
  const certifier = await signIn(app, 'krs', PEOPLE.certifier);
  await certifier
    .post('/krs/certify/audit')
    .type('form')
    .send(await boxFields(app, '3', '4.25'))
    .expect(303);
  await app
    .db('variables')
    .where({ node_id: app.world.node('2.1') })
    .update({ carry_over: true });
  const of4 = { variable_id: app.world.variable('2.1/1.'), round_id: app.world.rounds.open };
  await app
    .db('entries')
    .where(of4)
    .update({ value: null, status: 'unreported', reason: null, decided_by: null });
  const [{ version }] = await app.db('frameworks').increment('version', 1).returning('version');
  await refreshAll(app);
  const { id: request } = await app.db('audit_requests').first('id');
  const round = app.world.rounds.open;
  const node = `/krs/audit/nodes/${app.world.node('3')}?round=${round}`;
  for (const [name, path] of [
    ['list', '/krs/audit'],
    ['node', `${node}&office=${app.world.offices.lampang}`],
    ['request', `/krs/audit/requests/${request}`],
    ['carry-over', `/krs/rounds/${round}/carry-over`],
    ['home', '/krs'],
  ] as const) {
    await expectGoodAt(app, PEOPLE.kpiOffice, path, `audit-${name}`);
  }

  const framework = await loadFramework(app.db, app.world.frameworkId, version);
  const options = { userId: app.world.users.kpiOffice, now: app.clock.now() };
  await app.db.transaction((trx) => carryOver(trx, framework, { id: round, kind: '12M' }, options));
  await refreshAll(app);
  const entry = await openAs(app, PEOPLE.owner, `/krs/entry?round=${round}`);
  expect(await entry.page.getByText('AUDIT 4.2500 ใช้เป็นคะแนนจริง').count()).toBe(1);
  expect(await entry.page.getByText('ยกมาจาก').count()).toBe(1);
  await expectGood(entry.page, 'audit-entry');
  await entry.page.goto(`${app.url}/krs/reports/office?round=${round}`);
  await screenshot(entry.page, 'audit-report');
  await leave(entry.page);
});
