import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { given } from '../certification/support.ts';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { comment, lastItem, startAfresh } from '../threads/support.ts';
import { openAs } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;
let entry: string;
let page: Page;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app?.stop();
});
beforeEach(async () => {
  await startAfresh(app);
  entry = await given(app, 'krabi', '2.1/1.', 'pending');
});

const text = (name: string, content = name) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(content),
});
const row = (what: string) => page.locator('#thread tr', { hasText: what });
const button = (name: string) => page.getByRole('button', { name });
const chosen = () =>
  page
    .locator('#thread-files')
    .evaluate((input) => [...((input as HTMLInputElement).files ?? [])].map((file) => file.name));

/** Opens the thread of the entry beside the entry page. */
async function openPanel(person: string = PEOPLE.owner): Promise<void> {
  const path =
    person === PEOPLE.owner
      ? `/krs/entry?round=${app.world.rounds.open}`
      : `/krs/certify/offices?round=${app.world.rounds.open}&office=${app.world.offices.krabi}`;
  ({ page } = await openAs(app, person, path));
  await showPanel();
}

async function showPanel(): Promise<void> {
  await page.locator(`#e${entry} a.evidence`).click();
  await expect.poll(() => page.locator('#thread-panel[open] #thread-comment').isVisible()).toBe(true);
}

it('files that were chosen stay while something else is sent, and where the description was missing', async () => {
  await openPanel();
  await page.setInputFiles('#thread-files', [text('หนึ่ง.txt'), text('สอง.txt')]);
  await page.fill('#thread-comment', 'ขอแทรก');
  await page.context().setOffline(true);
  await button('ส่งความคิดเห็น').click();
  await expect.poll(() => page.locator('#thread [data-said]').innerText()).toContain('ติดต่อระบบไม่ได้');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('ติดต่อระบบไม่ได้');
  await page.context().setOffline(false);
  await button('ส่งความคิดเห็น').click();
  await expect.poll(() => row('ขอแทรก').count()).toBe(1);
  expect((await page.locator('#notices').textContent())?.trim()).toBe('');
  expect(await chosen()).toEqual(['หนึ่ง.txt', 'สอง.txt']);
  await row('ขอแทรก').getByRole('button', { name: /^ถอน/ }).click();
  await page.locator('#confirm [value=ok]').click();
  await expect.poll(() => page.locator('.withdrawn').count()).toBe(1);
  expect(await chosen()).toEqual(['หนึ่ง.txt', 'สอง.txt']);

  // what the server would refuse is said before it is sent
  const refused = [text('ว่าง$&.txt', ''), ...Array.from({ length: 20 }, (_, n) => text(`${n}.txt`))];
  await page.setInputFiles('#thread-files', refused);
  expect(await page.locator('[data-file-problem]').innerText()).toMatch(
    /^ส่งได้ครั้งละไม่เกิน 20 ไฟล์.*\nไฟล์ “ว่าง\$&.txt” ไม่มีข้อมูล/,
  );
  await page.setInputFiles('#thread-files', [text('หนึ่ง.txt'), text('สอง.txt')]);
  expect(await page.locator('[data-file-problem]').isVisible()).toBe(false);

  // nothing is sent without a description, and what was wrong is forgotten once it is there
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url()));
  await button('แนบไฟล์').click();
  expect(await page.locator('#thread-description-error').innerText()).toBe('พิมพ์คำอธิบายไฟล์');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('thread-description');
  expect(sent).toEqual([]);
  await page.fill('#thread-description', 'หลักฐาน');
  expect(await page.locator('#thread-description-error').isVisible()).toBe(false);
  await button('แนบไฟล์').click();
  await expect.poll(() => row('หลักฐาน').count()).toBe(2);
  expect(await chosen()).toEqual([]);
  expect(await page.inputValue('#thread-description')).toBe('');
  await leave(page);
});

it('to whom something goes, and by when, stays while an item is registered; the bell counts less', async () => {
  const owner = await signIn(app, 'krs', PEOPLE.owner);
  await comment(app, owner, { text: 'ก่อน' }, { variable: '2.1/1.' }).expect(303);
  await openPanel(PEOPLE.certifier);
  expect(await page.locator('.bell-count').innerText()).toBe('1');
  await page.fill('#thread-comment', 'ถึงผู้ที่ยังไม่รายงาน');
  await page.getByLabel('ส่งให้ทุกหน่วยงาน').last().check();
  await page.fill('#everybody-comment-deadline', '2019-10-19T16:30');
  const audience = await page.locator('#everybody-comment-to option').last().getAttribute('value');
  await page.selectOption('#everybody-comment-to', audience);
  await row('ก่อน').getByRole('button', { name: 'คลิกลงรับ' }).click();
  await expect.poll(() => page.locator('#thread .registered').count()).toBe(1);
  expect(await page.locator('.bell-count, .menu-badge').count()).toBe(0);
  expect(await page.locator('.bell').getAttribute('aria-label')).toBe('ไม่มีรายการใหม่');
  expect(await page.locator(`#e${entry} a.evidence`).getAttribute('aria-label')).toMatch(
    /^เอกสาร \/ ความคิดเห็น .+: เอกสารของหน่วยงานในรอบนี้ 0$/,
  );
  expect(await page.inputValue('#thread-comment')).toBe('ถึงผู้ที่ยังไม่รายงาน');
  expect(await page.isChecked('#everybody-comment')).toBe(true);
  expect(await page.inputValue('#everybody-comment-deadline')).toBe('2019-10-19T16:30');
  expect(await page.inputValue('#everybody-comment-to')).toBe(audience);
  await button('ส่งความคิดเห็น').click();
  await expect.poll(() => page.locator('#confirm[open]').isVisible()).toBe(true);
  await leave(page);
});

it('what was typed outlives the session, for the same person alone', async () => {
  await openPanel();
  await page.fill('#thread-comment', 'พิมพ์ไว้นานแล้ว');
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await button('ส่งความคิดเห็น').click();
  await page.waitForURL(/\/krs\/login/);
  await page.context().addCookies(cookies);
  await page.goto(`${app.url}/krs/entry?round=${app.world.rounds.open}`);
  await showPanel();
  expect(await page.inputValue('#thread-comment')).toBe('พิมพ์ไว้นานแล้ว');
  await button('ส่งความคิดเห็น').click();
  await expect.poll(() => row('พิมพ์ไว้นานแล้ว').count()).toBe(1);
  await page.reload();
  await showPanel();
  expect(await page.inputValue('#thread-comment')).toBe('');
  await leave(page);
});

it('while files are on their way nothing else is sent; a panel that was closed tells when they are there', async () => {
  await openPanel();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/documents', async (route) => {
    await held;
    await route.continue();
  });
  await page.setInputFiles('#thread-files', text('ช้า.txt'));
  await page.fill('#thread-description', 'ส่งช้า');
  await button('แนบไฟล์').click();
  await expect.poll(() => page.locator('#thread button:enabled').count()).toBe(0);
  await page.keyboard.press('Escape');
  await showPanel();
  expect(await page.locator('#thread button:enabled').count()).toBe(0);
  await page.keyboard.press('Escape');
  const others = page.locator(`tr:not(#e${entry}) a.evidence`);
  await others.first().click();
  await expect.poll(() => page.locator('#thread button:enabled').count()).toBeGreaterThan(0);
  release();
  await expect.poll(() => page.locator('#thread [data-said]').innerText()).toContain('แนบไฟล์แล้ว');
  expect(await page.locator(`#e${entry} [data-evidence]`).textContent()).toBe('1');
  expect((await lastItem(app)).text).toBe('ส่งช้า');
  await leave(page);
});
