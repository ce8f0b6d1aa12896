import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { given, stored } from '../certification/support.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { expectGood, expectGoodAt, led, openAs, type PageOptions } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

const AFTER_ENTRY = new Date('2019-10-25T09:00:00+07:00');

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  app.clock.set(AFTER_ENTRY);
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

it('central data are typed and pasted down the column, and as a table', async () => {
  const { page, complaints } = await central();
  const boxes = page.locator('.value-box');
  await boxes.first().focus();
  await page.keyboard.press('Enter');
  await paste(page, '21\n22\n');
  expect(await boxes.nth(1).inputValue()).toBe('21');
  expect(await boxes.nth(2).inputValue()).toBe('22');
  expect(await page.locator('[data-unsaved]').innerText()).toContain('แก้ไข 2 ช่อง ยังไม่บันทึก');
  await page.getByRole('button', { name: 'บันทึกข้อมูลส่วนกลาง' }).click();
  await page.getByText('บันทึกข้อมูลส่วนกลางแล้ว 2 หน่วยงาน').waitFor();
  await boxes.first().focus();
  await paste(page, '8101\t31\nลำปาง เขต 2\t๓๒\n');
  expect(await page.inputValue('#central-text')).toContain('8101\t31');
  expect(complaints).toEqual([]);
  await leave(page);
});

it('without JavaScript a table is checked, shown and stored', async () => {
  const { page } = await central({ javaScript: false, width: 360 });
  await page.locator('#central-table summary').click();
  await page.fill('#central-text', '8101 41\nดาวอังคาร 5');
  await press(page, 'ตรวจก่อนบันทึก');
  expect(await page.locator('.import-problems').innerText()).toContain('ไม่พบหน่วยงานนี้ในระบบ');
  await page.fill('#central-text', '8101 41');
  await press(page, 'ตรวจก่อนบันทึก');
  await press(page, 'บันทึก 1 หน่วยงาน');
  expect(await page.locator('[role=status] p').first().innerText()).toContain('แล้ว 1 หน่วยงาน');
  expect(await stored(app, await app.world.entry('open', 'krabi', '4/a'))).toMatchObject({ value: '41' });
  await leave(page);
});

it('the pages of central data are accessible and fit, wide and narrow', async () => {
  const look = (path: string, name: string) => expectGoodAt(app, PEOPLE.otherCertifier, path, name);
  await look('/krs/central', 'central-list');
  await look(pathOf('/central/history'), 'central-history');
  const { page, complaints } = await look(pathOf('/central'), 'central');
  await page.locator('#central-table summary').click();
  await page.fill('#central-text', '8101 51\nดาวอังคาร 5');
  await press(page, 'ตรวจก่อนบันทึก');
  await expectGood(page, 'central-refused');
  expect(complaints.filter((complaint) => !complaint.includes('422'))).toEqual([]);
});

it('a district asks for a row and takes it back, a certifier grants, without JavaScript', async () => {
  const id = await given(app, 'krabi', '1/a', 'pending');
  await given(app, 'krabi', '1/b', 'pending');
  const district = await open(PEOPLE.owner, `/krs/entry?round=${app.world.rounds.open}`, {
    javaScript: false,
  });
  const row = district.page.locator(`#e${id}`);
  await row.getByRole('link', { name: 'ขอแก้ไข' }).click();
  await district.page.fill('#ask-reason', 'พิมพ์ผิด');
  await press(district.page, 'ส่งคำขอ');
  await led(district.page, () => row.getByRole('button', { name: 'ถอนคำขอ' }).click());
  await row.getByRole('link', { name: 'ขอแก้ไข' }).click();
  await district.page.fill('#ask-reason', 'พิมพ์ผิดจริง');
  await press(district.page, 'ส่งคำขอ');
  const certifier = await open(PEOPLE.certifier, '/krs', { javaScript: false });
  await certifier.page.getByRole('link', { name: 'ดูคำขอ' }).click();
  await press(certifier.page, 'ตอบคำขอที่เลือก');
  await certifier.page.fill('#answer-until', '2019-10-25T18:00');
  await press(certifier.page, 'อนุญาต 1 คำขอ');
  expect(await certifier.page.locator('main').innerText()).toContain('อนุญาตให้แก้ไขแล้ว 1 คำขอ');
  await district.page.reload();
  expect(await row.locator('.value-box').count()).toBe(1);
  for (const { page } of [district, certifier]) await leave(page);
});

it('the pages of requests are accessible and fit, wide and narrow', async () => {
  await given(app, 'krabi', '1/b', 'pending');
  const round = app.world.rounds.open;
  await expectGoodAt(app, PEOPLE.owner, `/krs/entry?round=${round}`, 'entry-asking');
  const asking = `/krs/entry/requests/new?round=${round}&node=${app.world.node('1')}`;
  const { page: district } = await expectGoodAt(app, PEOPLE.owner, asking, 'asking');
  await district.fill('#ask-reason', 'พิมพ์ผิด '.repeat(60));
  await press(district, 'ส่งคำขอ');
  await expectGoodAt(app, PEOPLE.certifier, '/krs/requests?show=answered', 'requests-answered');
  const list = await expectGoodAt(app, PEOPLE.certifier, '/krs/requests', 'requests');
  const { page: certifier, complaints } = list;
  await led(certifier, () => certifier.getByRole('link', { name: 'ตอบ สพป.กระบี่' }).first().click());
  await expectGood(certifier, 'answering');
  expect(complaints).toEqual([]);
});

function pathOf(page: string): string {
  return `/krs${page}?round=${app.world.rounds.open}&variable=${app.world.variable('4/a')}`;
}

function open(username: string, path: string, options: PageOptions = {}) {
  return openAs(app, username, path, options);
}

function central(options: PageOptions = {}) {
  return open(PEOPLE.otherCertifier, pathOf('/central'), options);
}

function press(page: Page, name: string): Promise<void> {
  return led(page, () => page.getByRole('button', { name, exact: true }).first().click());
}

/** As the clipboard gives it to the box that has the focus. */
function paste(page: Page, text: string): Promise<void> {
  return page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData('text', pasted);
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(event);
  }, text);
}
