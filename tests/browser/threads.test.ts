import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { given } from '../certification/support.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { startAfresh, threadPath } from '../threads/support.ts';
import { expectGood, led, openAs, screenshot } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;
let entry: string;

const REASON = 'ขาดรายงานสรุปผลการตรวจสอบทรัพย์สิน';
const ANSWER = 'แนบข้อ 1.1.6 สรุปรายงานผลการตรวจสอบทรัพย์สิน เรียบร้อย';

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app?.stop();
});

function enter(person: string, address: string, javaScript = true) {
  return openAs(app, person, address, { javaScript });
}

const mark = (page: Page) => page.locator(`#e${entry} a.evidence`);
const panelIsOpen = (page: Page) => page.locator('#thread-panel[open]').isVisible();
const row = (page: Page, text: string) => page.locator('#thread tr', { hasText: text });

/** Opens the thread from its mark: in the panel, without script as a page. */
async function openThread(page: Page, javaScript: boolean): Promise<void> {
  await mark(page).click();
  if (javaScript) await expect.poll(() => panelIsOpen(page)).toBe(true);
  else await page.waitForURL(/\/threads\//);
}

/** Back to the page with the marks. */
async function leaveThread(page: Page, javaScript: boolean, address: string): Promise<void> {
  if (javaScript) await page.keyboard.press('Escape');
  else await page.goto(address);
}

async function say(page: Page, text: string): Promise<void> {
  await page.fill('#thread-comment', text);
  await page.getByRole('button', { name: 'ส่งความคิดเห็น' }).click();
  await expect.poll(() => row(page, text).count()).toBe(1);
}

it.each([[true], [false]])(
  'the story of the manual: attach, register, reject, answer, certify (JavaScript: %s)',
  async (javaScript) => {
    await startAfresh(app);
    entry = await given(app, 'krabi', '2.1/1.', 'pending');
    const entryPage = `${app.url}/krs/entry?round=${app.world.rounds.open}`;
    const list = `${app.url}/krs/certify/offices?round=${app.world.rounds.open}&office=${app.world.offices.krabi}`;

    // the district attaches evidence and writes, beside a value that it has typed and not saved
    const { page: district, complaints } = await enter(PEOPLE.owner, entryPage, javaScript);
    const typed = district.locator('.value-box').first();
    await typed.fill('77');
    await openThread(district, javaScript);
    await district.setInputFiles('#thread-files', [
      { name: 'คำสั่งแต่งตั้ง.txt', mimeType: 'text/plain', buffer: Buffer.from('หนึ่ง') },
      { name: 'ภาพ "งาน".txt', mimeType: 'text/plain', buffer: Buffer.from('สอง') },
    ]);
    await district.fill('#thread-description', 'คำสั่งแต่งตั้งคณะทำงาน');
    await district.getByRole('button', { name: 'แนบไฟล์' }).click();
    await expect.poll(() => row(district, 'คำสั่งแต่งตั้งคณะทำงาน').count()).toBe(2);
    await say(district, 'ส่งหลักฐานแล้ว\nโปรดตรวจสอบ');
    await leaveThread(district, javaScript, entryPage);
    await expect.poll(() => mark(district).innerText()).toBe('2');
    if (javaScript) {
      expect(await typed.inputValue()).toBe('77');
      expect(await mark(district).evaluate((link) => link === document.activeElement)).toBe(true);
    }

    // the bureau sees that there is something new, registers it and rejects with a reason
    const { page: bureau } = await enter(PEOPLE.certifier, list, javaScript);
    expect(await bureau.locator(`#e${entry} .new-mark`).isVisible()).toBe(true);
    await openThread(bureau, javaScript);
    await row(bureau, 'โปรดตรวจสอบ').getByRole('button', { name: 'คลิกลงรับ' }).click();
    await expect.poll(() => row(bureau, 'โปรดตรวจสอบ').innerText()).toContain('15 ต.ค. 2562 09:00 น.');
    await bureau.getByRole('button', { name: 'ลงรับทุกรายการที่แสดงอยู่ (2)' }).click();
    await expect.poll(() => bureau.locator('#thread .new-mark').count()).toBe(0);
    await leaveThread(bureau, javaScript, list);
    await expect.poll(() => bureau.locator(`#e${entry} .new-mark`).isVisible()).toBe(false);
    await bureau.locator(`#e${entry} [data-act=reject]`).click();
    await bureau.fill('textarea[name=reason]', REASON);
    await bureau.locator('#decision button[type=submit], main form button[type=submit]').first().click();
    await expect.poll(() => bureau.locator(`#e${entry} .chip`).innerText()).toBe('ไม่รับรอง');

    // the district reads the reason where it stands, sees who registered what, and answers
    await district.goto(entryPage);
    await district
      .locator('.band-rejected', { hasText: REASON })
      .getByRole('link', { name: 'ดูการสนทนา' })
      .click();
    await expect.poll(() => row(district, REASON).count()).toBe(1);
    expect(await row(district, 'โปรดตรวจสอบ').innerText()).toMatch(/15 ต\.ค\. 2562 09:00 น\.\s*โดย /);
    await row(district, REASON).getByRole('button', { name: 'คลิกลงรับ' }).click();
    await expect.poll(() => row(district, REASON).locator('.registered').count()).toBe(1);
    await say(district, ANSWER);
    await screenshot(district, `thread-3-answered-${javaScript}`);
    await leaveThread(district, javaScript, entryPage);
    await district.locator(`#e${entry} button[name=resubmit]`).click();
    await expect.poll(() => district.locator(`#e${entry} .chip`).innerText()).toBe('รอการรับรองผล');

    // the bureau reads the answer and certifies
    await bureau.goto(list);
    await openThread(bureau, javaScript);
    await row(bureau, ANSWER).getByRole('button', { name: 'คลิกลงรับ' }).click();
    await expect.poll(() => bureau.locator('#thread .new-mark').count()).toBe(0);
    await leaveThread(bureau, javaScript, list);
    await bureau.locator(`#e${entry} [data-act=certify]`).click();
    await expect.poll(() => bureau.locator(`#e${entry} .chip`).innerText()).toBe('รับรองผล');
    await district.goto(`${app.url}${threadPath(app, 'krabi', '2.1/1.')}`);
    expect(await district.locator('#thread').innerText()).toContain('รับรองข้อมูลแล้ว จึงแนบไฟล์ไม่ได้');
    expect(await district.locator('#thread .new-mark').count()).toBe(0);
    expect(complaints).toEqual([]);
    for (const page of [district, bureau]) await leave(page);
  },
);

describe('the window', () => {
  it('is accessible and fits, wide and narrow, as a page and as a panel', async () => {
    await startAfresh(app);
    entry = await given(app, 'krabi', '2.1/1.', 'pending');
    const path = threadPath(app, 'krabi', '2.1/1.');
    const { page, complaints } = await openAs(app, PEOPLE.certifier, path, { width: 360 });
    await say(page, 'ขอหลักฐานเพิ่มเติม'.repeat(12));
    const everybody = () => page.locator('.everybody').last().getByLabel('ส่งให้ทุกหน่วยงาน').check();
    await everybody();
    await page.fill('#thread-comment', 'ถึงทุกเขต');
    await page.getByRole('button', { name: 'ส่งความคิดเห็น' }).click();
    await expect.poll(() => page.locator('#confirm-text').innerText()).toContain('3 หน่วยงาน');
    await page.getByRole('button', { name: 'ส่งถึง 3 หน่วยงาน' }).click();
    await expect.poll(() => row(page, 'ถึงทุกเขต').count()).toBe(1);
    await everybody();
    await expectGood(page, 'thread-page');
    await led(page, () => page.getByRole('link', { name: 'ดูผู้ลงรับทั้งหมด' }).click());
    expect(page.url()).toMatch(/receipts$/);
    await expectGood(page, 'thread-receipts');

    await page.goto(
      `${app.url}/krs/certify/offices?round=${app.world.rounds.open}&office=${app.world.offices.krabi}`,
    );
    await mark(page).click();
    await expect.poll(() => panelIsOpen(page)).toBe(true);
    await expectGood(page, 'thread-panel');
    expect(complaints).toEqual([]);
    await leave(page);
  });

  it('keeps what was typed when it is closed, refuses a large file at once, and shows pictures', async () => {
    await startAfresh(app);
    entry = await given(app, 'krabi', '2.1/1.', 'pending');
    const { page, complaints } = await enter(PEOPLE.owner, `/krs/entry?round=${app.world.rounds.open}`);
    await mark(page).click();
    await expect.poll(() => panelIsOpen(page)).toBe(true);
    await page.fill('#thread-comment', 'ยังพิมพ์ไม่เสร็จ');
    await page.keyboard.press('Escape');
    await expect.poll(() => panelIsOpen(page)).toBe(false);
    await mark(page).click();
    await expect.poll(() => panelIsOpen(page)).toBe(true);
    expect(await page.inputValue('#thread-comment')).toBe('ยังพิมพ์ไม่เสร็จ');

    await page.setInputFiles('#thread-files', {
      name: 'ใหญ่.bin',
      mimeType: 'application/zip',
      buffer: Buffer.alloc(10 * 1024 * 1024 + 1),
    });
    expect(await page.locator('[data-file-problem]').innerText()).toContain('“ใหญ่.bin” มีขนาดเกิน 10MB');
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    await page.setInputFiles('#thread-files', { name: 'ภาพ.png', mimeType: 'image/png', buffer: png });
    await page.fill('#thread-description', 'ภาพกิจกรรม');
    await page.getByRole('button', { name: 'แนบไฟล์' }).click();
    await row(page, 'ภาพกิจกรรม').getByRole('link', { name: 'ดูตัวอย่าง' }).click();
    const frame = page.locator('iframe.file-preview');
    // it would be shown above the link where the table is stacked
    expect(await page.locator('a[data-preview][data-label]').count()).toBe(0);
    expect(await frame.getAttribute('sandbox')).toBe('');
    await expect.poll(() => page.frames().some((one) => one.url().endsWith('/preview'))).toBe(true);
    expect(await page.inputValue('#thread-comment')).toBe('ยังพิมพ์ไม่เสร็จ');
    await page.emulateMedia({ media: 'print' });
    await screenshot(page, 'thread-printed');
    expect(await page.locator('#thread-title').isVisible()).toBe(true);
    expect(await page.locator('h1').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await leave(page);
  });
});
