import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type Person, WORLD_NOW } from '../support/world.ts';
import { forget, send } from '../threads/inbox-support.ts';
import { expectGoodAt, led, openAs } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app?.stop();
});
beforeEach(async () => {
  await forget(app);
  const deadline = new Date(WORLD_NOW.getTime() - 1);
  await send(app, {
    text: 'เอกสารหลักฐานไม่ครบถ้วน ขาดรายงานสรุปผลการดำเนินงาน โปรดแนบเพิ่มเติม '.repeat(6),
    kind: 'rejection',
  });
  await send(app, { text: 'โปรดรายงานภายในกำหนด', offices: ['krabi', 'lampang'], deadline });
  await send(app, { text: 'แก้ไขแล้ว', sender: 'owner' });
});

const PAGES: [name: string, who: Person, path: string][] = [
  ['news-krabi', 'owner', '/krs/news'],
  ['news-nothing', 'owner', '/krs/news?kind=permit'],
  ['news-home', 'owner', '/krs'],
  ['news-sent', 'certifier', '/krs/news/sent'],
  ['news-all-bureaus', 'kpiOffice', '/krs/news?bureau=all'],
];

it('the lists are accessible and fit, wide and narrow', async () => {
  for (const [name, who, path] of PAGES) await expectGoodAt(app, PEOPLE[who], path, name);
});

it('from the bell to the thread, and everything that is shown is registered, without JavaScript as with it', async () => {
  for (const javaScript of [true, false]) {
    const { page } = await openAs(app, PEOPLE.owner, '/krs/status', {
      width: 360,
      javaScript,
    });
    const follow = (name: RegExp) => led(page, () => page.getByRole('link', { name }).first().click());
    await follow(/^รายการใหม่ \d+ รายการ$/);
    await follow(/^เปิดการสนทนาของ/);
    expect(await page.locator('tr.is-new').count()).toBeGreaterThan(0);
    await page.goto(`${app.url}/krs/news`);
    await led(page, () => page.getByRole('button', { name: 'ลงรับทุกรายการที่แสดงอยู่ (2)' }).click());
    expect(await page.locator('[data-flash] p').innerText()).toBe('ลงทะเบียนรับแล้ว 2 รายการ');
    expect(await page.locator('.bell-count').count()).toBe(0);
    await leave(page);
    await forget(app);
    await send(app, { text: 'ข้อแรก' });
    await send(app, { text: 'ข้อสอง' });
  }
});
