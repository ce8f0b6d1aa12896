import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';
import {
  expectGood,
  expectGoodAt,
  expectNoOverflow,
  led,
  openAs,
  openPage,
  type PageOptions,
} from './support.ts';
import { leave, leaveWindows } from './windows.ts';

const PUBLIC_PAGES = [
  ['portal', '/'],
  ['login', '/krs/login'],
  ['error', '/nothing-here'],
  ['error of a system', '/krs/login/nothing-here'],
] as const;

const KILOBYTE = 1024;

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

const enter = (username: string, options: PageOptions = {}) => openAs(app, username, '/krs', options);

describe.each(PUBLIC_PAGES)('%s', (name, path) => {
  it('is accessible and fits, wide and narrow', async () => {
    await expectGoodAt(app, undefined, path, name.replaceAll(' ', '-'));
  });

  it('shows the same without JavaScript', async () => {
    const { page } = await openPage(app.url + path, { width: 360, javaScript: false });
    expect(await page.locator('h1').textContent()).not.toBe('');
    await expectNoOverflow(page);
    await leave(page);
  });
});

describe('the frame', () => {
  it('is accessible and fits, wide and narrow, with the message of having signed in', async () => {
    const { page, complaints } = await openPage(`${app.url}/krs/login`);
    await page.fill('[name=username]', PEOPLE.owner);
    await page.fill('[name=password]', PASSWORD);
    await led(page, () => page.press('[name=password]', 'Enter'));
    expect(page.url()).toBe(`${app.url}/krs`);
    expect(await page.locator('[role=status] p').first().innerText()).toBe(
      'เข้าสู่ระบบเรียบร้อยแล้ว\nระบบพร้อมใช้งาน',
    );
    await expectGood(page, 'frame');
    expect(complaints).toEqual([]);
    await leave(page);
  });

  it('writes Thai in the letters that come with it', async () => {
    const { page } = await openPage(app.url);
    const loaded = await page.evaluate(() =>
      [...document.fonts].filter((face) => face.status === 'loaded').map((face) => face.family),
    );
    expect(loaded).toContain('Sarabun');
    await leave(page);
  });

  it('stays within the budget: 350 KB at first, 30 KB for each further page', async () => {
    const { page } = await openPage(`${app.url}/krs/login`);
    await page.fill('[name=username]', PEOPLE.owner);
    await page.fill('[name=password]', PASSWORD);
    const first = await bytesOf(page, () => page.reload({ waitUntil: 'networkidle' }));
    await page.fill('[name=username]', PEOPLE.owner);
    await page.fill('[name=password]', PASSWORD);
    const later = await bytesOf(page, async () => {
      await page.press('[name=password]', 'Enter');
      await page.waitForURL(`${app.url}/krs`, { waitUntil: 'networkidle' });
    });
    expect(first).toBeLessThan(350 * KILOBYTE);
    expect(later).toBeLessThan(30 * KILOBYTE);
    await leave(page);
  });

  it('opens and closes its menu on a phone without JavaScript', async () => {
    const { page } = await enter(PEOPLE.owner, { width: 360, javaScript: false });
    const home = page.locator('#sidebar').getByRole('link', { name: 'หน้าแรก' });
    expect(await home.isVisible()).toBe(false);
    await page.getByRole('link', { name: 'เมนู', exact: true }).click();
    await expect.poll(() => home.isVisible()).toBe(true);
    await page.getByRole('link', { name: 'ปิดเมนู' }).click();
    await expect.poll(() => home.isVisible()).toBe(false);
    await page.locator('.user-menu summary').click();
    await page.getByRole('button', { name: 'ออกจากระบบ' }).click();
    await page.waitForURL(`${app.url}/krs/login`);
    await leave(page);
  });

  it('remembers that the menu was folded away, and finds items in it', async () => {
    const { page } = await enter(PEOPLE.certifier);
    const sidebar = page.locator('#sidebar');
    await page.fill('#menu-filter', 'หน่วยงาน');
    expect(await sidebar.getByRole('link', { name: 'หน้าแรก' }).isVisible()).toBe(false);
    expect(await sidebar.getByRole('link', { name: 'รายงานคะแนนแยกหน่วยงาน' }).isVisible()).toBe(true);
    await page.fill('#menu-filter', 'ไม่มีอยู่');
    expect(await sidebar.getByText('ไม่พบในเมนู กด Enter เพื่อค้นหาตัวชี้วัดและหน่วยงาน').isVisible()).toBe(true);
    await page.getByRole('link', { name: 'เมนู', exact: true }).click();
    await expect.poll(() => sidebar.isVisible()).toBe(false);
    await page.reload();
    expect(await sidebar.isVisible()).toBe(false);
    await leave(page);
  });

  it('sends a form once, however often it is clicked, and again after the back button', async () => {
    const { page } = await openPage(`${app.url}/krs/login`);
    let sent = 0;
    await page.route('**/krs/login', async (route) => {
      if (route.request().method() === 'POST') sent += 1;
      await route.continue();
    });
    await page.fill('[name=username]', PEOPLE.owner);
    await page.fill('[name=password]', PASSWORD);
    const form = page.locator('main form');
    await form.evaluate((element: HTMLFormElement) => {
      element.requestSubmit();
      element.requestSubmit();
    });
    await page.waitForURL(`${app.url}/krs`);
    expect(sent).toBe(1);
    await page.goBack();
    expect(await page.locator('form[aria-busy]').count()).toBe(0);
    await leave(page);
  });

  it('prints the content alone', async () => {
    const { page } = await enter(PEOPLE.owner);
    await page.emulateMedia({ media: 'print' });
    for (const part of ['.app-header', '#sidebar', '.app-footer', '.notices']) {
      expect(await page.locator(part).isVisible(), part).toBe(false);
    }
    expect(await page.locator('h1').isVisible()).toBe(true);
    await leave(page);
  });
});

describe('tables between a phone and a desk', () => {
  it('leave the name 200 px or stack their rows, and nothing is cut off', async () => {
    const { open } = app.world.rounds;
    const { krabi } = app.world.offices;
    const variable = app.world.variable('1/a');
    await expectRoomForNames(PEOPLE.owner, `/krs/entry?round=${open}`, `/krs/reports/office?round=${open}`);
    await expectRoomForNames(
      PEOPLE.certifier,
      `/krs/certify/offices?round=${open}&office=${krabi}`,
      `/krs/certify/variables?round=${open}&variable=${variable}`,
    );
  });
});

async function expectRoomForNames(username: string, path: string, next: string): Promise<void> {
  const { page } = await openAs(app, username, path);
  for (const address of [path, next]) {
    if (address !== path) await page.goto(app.url + address);
    expect(await page.locator('.stack-table tbody .num').count(), address).toBeGreaterThan(0);
    for (const width of [768, 820, 1024, 1200, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await expectNoOverflow(page);
      expect(await page.evaluate(crampedTables), `${address} at ${width} px`).toEqual([]);
    }
  }
  await leave(page);
}

/** What stands in a column that is too narrow for it, and what is wider than the box around its table. */
function crampedTables(): string[] {
  const names = [...document.querySelectorAll('.stack-table tbody th[scope=row]')].filter(
    (cell) => getComputedStyle(cell).display === 'table-cell' && cell.clientWidth < 200,
  );
  const tables = [...document.querySelectorAll('.stack-table')].filter(
    (table) => table.scrollWidth > (table.parentElement?.clientWidth ?? 0) + 1,
  );
  return [...names, ...tables].map((element) => element.outerHTML.slice(0, 120));
}

/** How many bytes the action makes the browser fetch, compressed, heads included. */
async function bytesOf(page: Page, action: () => Promise<unknown>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await action();
  await session.detach();
  return bytes;
}
