import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type NewDocument, PDF, storeDocument } from '../support/files.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { openAs } from './support.ts';
import { leaveWindows } from './windows.ts';

const WAIT_MS = 10_000;
const HOSTILE = '<!doctype html><title>was run</title><script>document.title = "was run"</script>';

let app: TestApp;
let page: Page;

beforeAll(async () => {
  app = await startTestApp();
  ({ page } = await openAs(app, PEOPLE.owner, '/krs/profile'));
});
afterAll(async () => {
  await leaveWindows();
  await app?.stop();
});

async function openThreadWith(document: NewDocument): Promise<string> {
  const { item } = await storeDocument(app, document);
  await page.goto(`${app.url}/krs/threads/${app.world.offices.krabi}/${app.world.variable('1/a')}`);
  return `/krs/threads/files/${item}`;
}

it('shows a picture in a frame in which nothing can run', async () => {
  const path = await openThreadWith({ name: 'ภาพ.png' });
  await page.click(`a[href="${path}/preview"]`);
  const frame = page.locator('iframe');
  await frame.waitFor();
  expect(await frame.getAttribute('sandbox')).toBe('');
  const picture = page.frameLocator('iframe').locator('img');
  await expect.poll(() => picture.getAttribute('src'), { timeout: WAIT_MS }).toContain(`${path}/preview`);
  const { width } = (await picture.boundingBox()) ?? {};
  expect(width).toBeGreaterThan(0);
});

it('gives a PDF to the viewer of the browser, or to the person, where it has none', async () => {
  const path = await openThreadWith({ name: 'รายงาน.pdf', bytes: PDF });
  const refused: string[] = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
  const saved = page.waitForEvent('download', { timeout: WAIT_MS }).catch(() => undefined);
  const answered = page.waitForResponse((response) => response.url().endsWith(`${path}/preview`));
  await page.click(`a[href="${path}/preview"]`);
  expect((await answered).status()).toBe(200);
  expect(await page.locator('iframe').getAttribute('sandbox')).toBeNull();
  const download = await saved;
  const isShown = (await page.frameLocator('iframe').locator('embed').count()) > 0;
  expect(isShown || download !== undefined).toBe(true);
  expect(refused).toEqual([]);
});

it('saves whatever could run under its own name, and runs nothing', async () => {
  const path = await openThreadWith({ name: 'หน้าเว็บ.html', bytes: Buffer.from(HOSTILE) });
  expect(await page.locator(`a[href="${path}/preview"]`).count()).toBe(0);
  const saving = page.waitForEvent('download');
  await page.click(`a[href="${path}"]`);
  expect((await saving).suggestedFilename()).toBe('หน้าเว็บ.html');
  expect(await page.title()).not.toContain('was run');
});
