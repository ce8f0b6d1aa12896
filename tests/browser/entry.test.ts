import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storedEntry } from '../support/entry-form.ts';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';
import { expectAccessible, expectGoodAt, expectRoomForNames, led, openAs, screenshot } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;
let path: string;

beforeAll(async () => {
  app = await startTestApp();
  path = `/krs/entry?round=${app.world.rounds.open}`;
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

async function enter(username: string, options: { width?: number; javaScript?: boolean } = {}) {
  return openAs(app, username, path, options);
}

async function logIn(page: Page, username: string) {
  await page.fill('[name=username]', username);
  await page.fill('[name=password]', PASSWORD);
  await page.click('main button:not([type=button])');
  await page.waitForURL((url) => !url.pathname.endsWith('/login'));
}

async function box(page: Page, variable: string) {
  return page.locator(`#v${await app.world.entry('open', 'krabi', variable)}`);
}

describe('the entry page', () => {
  it('shows the score while typing, and the message of a bad value beside its box', async () => {
    const { page, complaints } = await enter(PEOPLE.owner);
    const cell = page.locator(`[data-score="${app.world.node('1')}"] [data-value]`);
    await expect.poll(() => cell.textContent()).toBe('3.3333');
    await (await box(page, '1/a')).fill('๕๔');
    await expect.poll(() => cell.textContent()).toBe('5.0000');
    await expect.poll(() => page.locator('[data-change]').textContent()).toMatch(/\+\d\.\d{4} จากที่บันทึกไว้/);
    expect(await page.locator('[data-unsaved]').textContent()).toContain('แก้ไข 1 ช่อง');
    await (await box(page, '1/b')).fill('4.5');
    const message = page.locator(`#problem-${await app.world.entry('open', 'krabi', '1/b')}`);
    await expect.poll(() => message.textContent()).toContain('จำนวนเต็ม');
    await expectAccessible(page);
    await screenshot(page, 'entry-typing');
    await expectRoomForNames(page, '.entry-table th.name');
    expect(complaints).toEqual([]);
    await leave(page);
  });

  it('leads from box to box by Enter and arrows, and takes a pasted column', async () => {
    const { page } = await enter(PEOPLE.owner);
    await (await box(page, '3/1.')).focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(
      `v${await app.world.entry('open', 'krabi', '3/2.')}`,
    );
    await page.keyboard.press('ArrowUp');
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text', '1\n1\n0\n');
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    });
    expect(await (await box(page, '3/1.')).inputValue()).toBe('1');
    expect(await (await box(page, '3/3.')).inputValue()).toBe('0');
    await leave(page);
  });

  it('keeps typed values over a closed tab and an expired session, for the same person only', async () => {
    const { page } = await enter(PEOPLE.owner);
    await (await box(page, '1/a')).fill('51');
    await page.close();

    await app.db('sessions').delete();
    const again = await page.context().newPage();
    await again.goto(app.url + path);
    await logIn(again, PEOPLE.owner);
    expect(again.url()).toBe(app.url + path);
    expect(await again.locator('[data-draft-offer]').innerText()).toContain(`เมื่อ ${await draftTime(again)}`);
    await again.click('[data-restore]');
    expect(await (await box(again, '1/a')).inputValue()).toBe('51');
    await led(again, () => again.click('.action-bar button'));
    expect(await storedEntry(app.db, await app.world.entry('open', 'krabi', '1/a'))).toMatchObject({
      value: '51',
    });
    expect(await draftsOf(page.context())).toEqual([]);

    await (await box(again, '1/a')).fill('52');
    await again.click('.user-menu summary');
    await again.click('form[action$="/logout"] button');
    await again.waitForURL(/login/);
    expect(await draftsOf(page.context())).toEqual([]);
    await leave(page);
  });

  it('offers nobody else what was typed', async () => {
    const { page } = await enter(PEOPLE.owner);
    await (await box(page, '1/a')).fill('53');
    await page.context().clearCookies();
    await page.goto(app.url + path);
    await logIn(page, PEOPLE.colleague);
    expect(await page.locator('[data-draft-offer]').isVisible()).toBe(false);
    await leave(page);
  });

  it('is accessible and fits, wide and narrow', async () => {
    await expectGoodAt(app, PEOPLE.owner, path, 'entry');
  });

  it('saves and refuses without JavaScript', async () => {
    const { page } = await enter(PEOPLE.owner, { javaScript: false });
    await (await box(page, '3/4.')).fill('7');
    await led(page, () => page.click('.action-bar button'));
    expect(await page.textContent('main')).toContain('กรอก 1 หรือ 0 เท่านั้น');
    expect(await (await box(page, '3/4.')).inputValue()).toBe('7');
    await screenshot(page, 'entry-refused');
    await (await box(page, '3/4.')).fill('0');
    await led(page, () => page.click('.action-bar button'));
    expect(await page.textContent('main')).toContain('บันทึกข้อมูลเรียบร้อยแล้ว');
    await leave(page);
  });

  it('does not offer on a refused page what stands in its boxes', async () => {
    const { page } = await enter(PEOPLE.owner);
    const saved = await (await box(page, '1/a')).inputValue();
    await (await box(page, '1/a')).fill(`${saved}.0`);
    await (await box(page, '1/b')).fill('abc');
    await led(page, () => page.click('.action-bar button'));
    expect(await page.locator('input[aria-invalid]').count()).toBeGreaterThan(0);
    expect(await page.locator('[data-draft-offer]').isVisible()).toBe(false);
    expect(await (await box(page, '1/b')).inputValue()).toBe('abc');
    await leave(page);
  });

  it('shows a conflict beside its box', async () => {
    const { page } = await enter(PEOPLE.owner);
    const id = await app.world.entry('open', 'krabi', '1/b');
    await (await box(page, '1/b')).fill('61');
    const colleague = await signIn(app, 'krs', PEOPLE.colleague);
    const { version, value } = await storedEntry(app.db, id);
    await colleague
      .post(`/krs/entry?round=${app.world.rounds.open}`)
      .type('form')
      .send({ [`value_${id}`]: '62', [`base_${id}`]: `${version}:${value}` })
      .expect(303);
    await led(page, () => page.click('.action-bar button'));
    await expectAccessible(page);
    await screenshot(page, 'entry-conflict');
    await led(page, () => page.click(`button[name=keep_theirs][value="${id}"]`));
    expect(page.url()).toBe(app.url + path);
    expect(await (await box(page, '1/b')).inputValue()).toBe('62');
    await leave(page);
  });
});

/** When the draft was typed, on the clocks of Bangkok, wherever the browser is. */
async function draftTime(page: Page): Promise<string> {
  const at = await page.evaluate(() => {
    const [draft = '{}'] = Object.values({ ...localStorage }).filter((text) => text.includes('"at"'));
    return JSON.parse(draft).at;
  });
  return new Date(at + 7 * 3_600_000).toISOString().slice(11, 16);
}

async function draftsOf(context: BrowserContext): Promise<string[]> {
  const page = context.pages().at(-1);
  return (
    (await page?.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('draft:')))) ?? []
  );
}
