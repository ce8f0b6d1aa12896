import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { given, stored } from '../certification/support.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import {
  expectAccessible,
  expectGoodAt,
  expectNoOverflow,
  expectRoomForNames,
  led,
  openAs,
  screenshot,
} from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;
let krabi: string;
let lampang: string;
let secondary: string;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});
beforeEach(async () => {
  krabi = await given(app, 'krabi', '2.1/1.', 'pending');
  lampang = await given(app, 'lampang', '2.1/1.', 'pending');
  secondary = await given(app, 'secondary', '2.1/1.', 'unreported');
});

async function enter(options: { width?: number; javaScript?: boolean; list?: 'variables' | 'offices' } = {}) {
  const { list = 'variables', ...window } = options;
  const of =
    list === 'variables' ? `variable=${app.world.variable('2.1/1.')}` : `office=${app.world.offices.krabi}`;
  const path = `/krs/certify/${list}?round=${app.world.rounds.open}&${of}`;
  return openAs(app, PEOPLE.certifier, path, window);
}

const chip = (page: Page, id: string) => page.locator(`#e${id} .chip`);
const verb = (page: Page, id: string, act: string) => page.locator(`#e${id} [data-act=${act}]`);
const said = (page: Page) => page.locator('#certify-said').innerText();
const filter = (page: Page, text: string) =>
  page.locator('#certify-filters').getByRole('link', { name: text, exact: true }).count();
const isDialogOpen = (page: Page) => page.locator('#decision-dialog[open]').isVisible();

describe('a row is decided where it stands', () => {
  it('✓ and ▲, with counts, message and undo', async () => {
    const { page, complaints } = await enter();
    const address = page.url();
    await verb(page, krabi, 'certify').click();
    await expect.poll(() => chip(page, krabi).innerText()).toBe('รับรองผล');
    expect(await said(page)).toContain('รับรอง สพป.กระบี่ แล้ว');
    expect(await filter(page, 'รับรองผล 1')).toBe(1);
    expect(await page.evaluate(() => document.activeElement?.closest('tr')?.id)).toBe(`e${krabi}`);
    await page.click('[data-act=undo]');
    await expect.poll(() => chip(page, krabi).innerText()).toBe('รอการรับรองผล');
    expect((await stored(app, krabi)).status).toBe('pending');
    expect(page.url()).toBe(address);
    expect(complaints).toEqual([]);
    await leave(page);
  });

  it('✗ asks for the reason in a dialog, keeps what was typed, and 🕓 until when', async () => {
    const { page, complaints } = await enter();
    await verb(page, krabi, 'reject').click();
    await expect.poll(() => isDialogOpen(page)).toBe(true);
    await page.fill('#decision-until', '2019-11-20T10:00');
    await page.click('#decision button[type=submit]');
    await expect.poll(() => page.locator('#decision-reason-error').count()).toBe(1);
    expect(await page.inputValue('#decision-until')).toBe('2019-11-20T10:00');
    await page.check('#template-incomplete');
    await page.click('#decision button[type=submit]');
    // the first answer names both mistakes: the second is there when only one is left
    await expect.poll(() => page.locator('#decision-reason-error').count()).toBe(0);
    await expect.poll(() => page.locator('#decision-until-error').innerText()).toContain('ไม่เกินเวลาปิดรับรอง');
    expect(await page.isChecked('#template-incomplete')).toBe(true);
    await page.fill('#decision-until', '2019-11-10T10:00');
    await page.click('#decision button[type=submit]');
    await expect.poll(() => isDialogOpen(page)).toBe(false);
    await expect.poll(() => chip(page, krabi).innerText()).toBe('ไม่รับรอง');
    expect(await page.locator(`#e${krabi}`).innerText()).toContain('เหตุผล: เอกสารหลักฐานไม่ครบถ้วน');
    expect(await page.locator(`#e${krabi}`).innerText()).toContain('อนุญาตให้เพิ่มเติมถึง 10 พ.ย. 2562 10:00 น.');
    expect(complaints.filter((complaint) => !complaint.includes('status of 422'))).toEqual([]);
    await verb(page, lampang, 'permit').click();
    await expect.poll(() => isDialogOpen(page)).toBe(true);
    await screenshot(page, 'certify-dialog');
    await expectAccessible(page);
    await leave(page);
  });

  it('a value that changed meanwhile is shown, not certified', async () => {
    const { page } = await enter();
    const changed = { value: '0', version: app.db.raw('version + 1') };
    await app.db('entries').where({ id: krabi }).update(changed);
    await verb(page, krabi, 'certify').click();
    await expect.poll(() => page.locator(`#e${krabi} [role=alert]`).innerText()).toContain('ข้อมูลเปลี่ยนไป');
    expect(await page.locator(`#e${krabi} .value`).innerText()).toBe('0');
    await expectAccessible(page);
    await verb(page, krabi, 'certify').click();
    await expect.poll(() => chip(page, krabi).innerText()).toBe('รับรองผล');
    await leave(page);
  });

  it('in the list of an office, with the scores above it', async () => {
    const { page, complaints } = await enter({ list: 'offices' });
    await expectRoomForNames(page, '.office-list th.name');
    const score = page.locator(`#s${app.world.node('2.1')} b`);
    expect(await score.innerText()).toBe('1.0000');
    await verb(page, krabi, 'certify').click();
    await expect.poll(() => score.innerText()).toBe('5.0000');
    await expectAccessible(page);
    await expectNoOverflow(page);
    await screenshot(page, 'certify-office');
    expect(complaints).toEqual([]);
    await leave(page);
  });
});

describe('many rows', () => {
  it('are counted while ticking, confirmed with the exact number, and undone together', async () => {
    const { page, complaints } = await enter();
    await page.check('[data-all]');
    expect(await page.locator('[data-selection]').innerText()).toContain('เลือก 2 หน่วยงาน');
    expect(await page.locator('[data-many=certify]').innerText()).toBe('รับรอง 2 หน่วยงาน');
    await page.click('[data-many=certify]');
    await expect.poll(() => isDialogOpen(page)).toBe(true);
    expect(await page.locator('#decision').innerText()).toContain('สพป.กระบี่ · สพป.ลำปาง เขต 2');
    await screenshot(page, 'certify-many');
    await page.click('#decision button[type=submit]');
    await expect.poll(() => said(page)).toContain('รับรอง 2 หน่วยงานแล้ว');
    expect(await chip(page, lampang).innerText()).toBe('รับรองผล');
    expect(await page.locator('[data-selection]').innerText()).toContain('ยังไม่ได้เลือก');
    await page.click('[data-act=undo]');
    await expect.poll(() => chip(page, lampang).innerText()).toBe('รอการรับรองผล');
    expect(complaints).toEqual([]);
    await leave(page);
  });
});

describe('keys', () => {
  it('j, k, c, x and z decide; typing and modifiers do not', async () => {
    const { page } = await enter();
    const { version: lampangVersion } = await stored(app, lampang);
    await page.keyboard.press('j');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('c');
    await expect.poll(() => chip(page, krabi).innerText()).toBe('รับรองผล');
    expect(await page.locator('tr.is-current').getAttribute('id')).toBe(`e${lampang}`);
    await page.keyboard.press('k');
    expect(await page.locator('tr.is-current').getAttribute('id')).toBe(`e${krabi}`);
    await page.keyboard.press('z');
    await expect.poll(() => chip(page, krabi).innerText()).toBe('รอการรับรองผล');
    for (const key of ['c', 'c', 'z']) await page.keyboard.press(key);
    await expect.poll(() => chip(page, krabi).innerText()).toBe('รับรองผล');
    await expect.poll(async () => (await stored(app, lampang)).version).toBe(lampangVersion + 2);
    await expect.poll(() => chip(page, lampang).innerText()).toBe('รอการรับรองผล');
    await verb(page, krabi, 'cancel').click();
    await expect.poll(() => chip(page, krabi).innerText()).toBe('รอการรับรองผล');
    await page.locator(`#e${krabi} .form-check-input`).focus();
    await page.keyboard.press('x');
    await expect.poll(() => isDialogOpen(page)).toBe(true);
    await page.fill('#decision-reason', '');
    await page.focus('#decision-reason');
    await page.keyboard.type('cjkxz');
    expect(await page.inputValue('#decision-reason')).toBe('cjkxz');
    expect((await stored(app, krabi)).status).toBe('pending');
    await page.keyboard.press('Escape');
    await page.fill('[data-menu-filter] input', '');
    await page.focus('[data-menu-filter] input');
    await page.keyboard.type('c');
    expect((await stored(app, krabi)).status).toBe('pending');
    await leave(page);
  });

  it('are silent once switched off', async () => {
    const { page } = await enter();
    await led(page, () => page.click('.keys button'));
    await page.locator(`#e${krabi} .form-check-input`).focus();
    await page.keyboard.press('c');
    await page.keyboard.press('x');
    expect(await isDialogOpen(page)).toBe(false);
    expect((await stored(app, krabi)).status).toBe('pending');
    await led(page, () => page.click('.keys button'));
    await leave(page);
  });
});

describe('without JavaScript', () => {
  it('certifies a row and comes back to it', async () => {
    const { page } = await enter({ javaScript: false });
    await led(page, () => verb(page, krabi, 'certify').click());
    expect(page.url()).toContain(`#e${krabi}`);
    expect(await page.locator('#notices').innerText()).toContain('รับรอง สพป.กระบี่ แล้ว');
    await led(page, () => verb(page, krabi, 'cancel').click());
    expect(await chip(page, krabi).innerText()).toBe('รอการรับรองผล');
    await leave(page);
  });

  it('rejects on a page of its own and comes back', async () => {
    const { page } = await enter({ javaScript: false });
    const send = () => led(page, () => page.click('main .decision-form button[type=submit]'));
    await led(page, () => verb(page, krabi, 'reject').click());
    await send();
    expect(await page.locator('#decision-reason-error').innerText()).toContain('เหตุผล');
    await page.fill('#decision-reason', 'ขาดหน้า 3');
    await send();
    expect(page.url()).toContain(`#e${krabi}`);
    expect(await page.locator(`#e${krabi}`).innerText()).toContain('เหตุผล: ขาดหน้า 3');
    await leave(page);
  });

  it('ticks all that wait, confirms with the number and certifies', async () => {
    const { page } = await enter({ javaScript: false });
    await led(page, () => page.click('.select-links a'));
    await page.check(`#e${lampang} input`);
    await led(page, () => page.click('[data-many=certify]'));
    expect(await page.locator('.decision-form button[type=submit]').innerText()).toBe('รับรอง 2 หน่วยงาน');
    await led(page, () => page.click('.decision-form button[type=submit]'));
    expect(await page.locator('#notices').innerText()).toContain('รับรอง 2 หน่วยงานแล้ว');
    expect((await stored(app, secondary)).status).toBe('unreported');
    await leave(page);
  });
});

it('is accessible and no wider than the window, wide and narrow', async () => {
  const { open } = app.world.rounds;
  for (const [name, path] of [
    ['certify', `variables?round=${open}&variable=${app.world.variable('2.1/1.')}`],
    ['certify-offices', `offices?office=${app.world.offices.krabi}`],
    ['certify-rejection', `entries/${krabi}/rejection`],
  ] as const) {
    await expectGoodAt(app, PEOPLE.certifier, `/krs/certify/${path}`, name);
  }
});
