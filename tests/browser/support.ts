/// <reference lib="dom" />
import { mkdtemp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AxeResults } from 'axe-core';
import type { CDPSession, Page } from 'playwright-core';
import { expect } from 'vitest';
import { sessionCookie } from '../access/people.ts';
import type { TestApp } from '../support/test-app.ts';
import { freshWindow, leave } from './windows.ts';

const QUIET_MS = 60;
const require = createRequire(import.meta.url);

export interface PageOptions {
  width?: number;
  height?: number;
  javaScript?: boolean;
}

export interface OpenedPage {
  page: Page;
  /** What the browser complained about: script errors, blocked styles, failed requests. */
  complaints: string[];
}

/** Opens an address in a fresh window and waits until fonts and pictures are there. */
export async function openPage(url: string, options: PageOptions = {}): Promise<OpenedPage> {
  return goIn(await windowFor(options), url, options);
}

async function goIn(page: Page, url: string, options: PageOptions): Promise<OpenedPage> {
  const complaints: string[] = [];
  page.on('console', (message) => {
    // an error status of the page itself is what some tests ask for
    const expected =
      message.text().startsWith('Failed to load resource') && message.location().url === page.url();
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => {
    const errorText = request.failure()?.errorText;
    // what a page still asked for while the person went on to the next one
    const left = errorText === 'net::ERR_ABORTED' && !request.isNavigationRequest();
    if (!left) complaints.push(`${request.url()} ${errorText}`);
  });
  countRequests(page);
  await goQuietly(page, url, options.javaScript);
  return { page, complaints };
}

/** Opens a page of a system as somebody who has signed in: a session's cookie is put into a fresh window. */
export async function openAs(
  app: TestApp,
  username: string,
  path: string,
  options: PageOptions = {},
): Promise<OpenedPage> {
  const page = await windowFor(options);
  const [name = '', value = ''] = (await sessionCookie(app, 'krs', username)).split('=');
  const { hostname: domain } = new URL(app.url);
  await page.context().addCookies([{ name, value, domain, path: '/krs', httpOnly: true, sameSite: 'Lax' }]);
  return goIn(page, new URL(path, app.url).href, options);
}

function windowFor({ width = 1440, height = 900, javaScript = true }: PageOptions): Promise<Page> {
  return freshWindow({ width, height }, { javaScript });
}

const underway = new WeakMap<Page, number>();

function countRequests(page: Page): void {
  underway.set(page, 0);
  const count = (by: number) => () => underway.set(page, (underway.get(page) ?? 0) + by);
  page.on('request', count(1));
  page.on('requestfinished', count(-1));
  page.on('requestfailed', count(-1));
}

/**
 * Goes there and waits until the page with its scripts, pictures and letters is there, and what it asked for
 * afterwards.
 */
async function goQuietly(page: Page, url: string, javaScript = true): Promise<void> {
  await page.goto(url, { waitUntil: 'load' });
  if (javaScript) await page.evaluate(() => document.fonts.ready.then(() => undefined));
  do await sleep(QUIET_MS);
  while ((underway.get(page) ?? 0) > 0);
}

/**
 * Does what leads to another page – which may have the same address – and waits until that one is there. Playwright's
 * `click` does not wait: what is read right after it may still be the old page.
 */
export async function led(page: Page, act: () => Promise<unknown>): Promise<void> {
  const loaded = page.waitForEvent('load');
  await Promise.all([loaded, act()]);
}

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 900 };
// A4, as CSS counts pixels
const PAPER = { width: 794, height: 1123 };

/**
 * Expects that the page is accessible and fits, at the width of a desk and at that of a phone – one page for both, as
 * when a window is made smaller –, and with `prints` on a sheet. Afterwards the window is as it was before.
 */
export async function expectGood(page: Page, name: string, { prints = false } = {}): Promise<void> {
  const before = page.viewportSize() ?? DESK;
  for (const size of [DESK, PHONE]) {
    await page.setViewportSize(size);
    await expectNoOverflow(page);
    await expectAccessible(page);
    await screenshot(page, `${name}-${size.width}`);
  }
  if (prints) {
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize(PAPER);
    await expectNoOverflow(page);
    await screenshot(page, `${name}-print`);
    await page.emulateMedia({ media: 'screen' });
  }
  await page.setViewportSize(before);
}

const looks = new WeakMap<TestApp, { username: string | undefined; window: OpenedPage }>();

/**
 * Has somebody – or nobody who has signed in – look at a page, as `expectGood` does, and expects that the browser has
 * nothing to complain about. A file has one window for all such pages, in which one person follows the other.
 */
export async function expectGoodAt(
  app: TestApp,
  username: string | undefined,
  path: string,
  name: string,
  options: { prints?: boolean } = {},
): Promise<OpenedPage> {
  const last = looks.get(app);
  const stays = last !== undefined && last.username === username;
  if (last !== undefined && !stays) await leave(last.window.page);
  const open = () => (username === undefined ? openPage(app.url + path) : openAs(app, username, path));
  const window = stays ? last.window : await open();
  looks.set(app, { username, window });
  const { page, complaints } = window;
  if (stays) {
    complaints.length = 0;
    await goQuietly(page, app.url + path);
  }
  await expectGood(page, name, options);
  expect(complaints, path).toEqual([]);
  return window;
}

const TABLETS = [768, 820, 1200, 1280];
const LEAST_NAME_PX = 140;

/** Between phone and desk: the rows' names are not what has to do with the room that figures leave. Of a wide window. */
export async function expectRoomForNames(page: Page, names: string): Promise<void> {
  const present = page.viewportSize() ?? DESK;
  for (const width of TABLETS) {
    await page.setViewportSize({ ...present, width });
    const widths = await page.locator(names).evaluateAll((cells) =>
      cells.map((cell) => {
        const { paddingLeft, paddingRight } = getComputedStyle(cell);
        return cell.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      }),
    );
    expect(Math.min(...widths), `${width} px`).toBeGreaterThan(LEAST_NAME_PX);
  }
  await page.setViewportSize(present);
}

const WIDE = 1000;
const axes = new WeakMap<Page, Promise<CDPSession>>();
let axeSource: Promise<string> | undefined;

/**
 * Expects that axe finds nothing against WCAG 2.2 AA and its best practices. The page must run scripts. Contrasts, the
 * dearest to find, are looked at in wide windows: colours do not depend on the width.
 */
export async function expectAccessible(page: Page): Promise<void> {
  const session = axes.get(page) ?? bringAxe(page);
  axes.set(page, session);
  const contrast = (page.viewportSize()?.width ?? WIDE) >= WIDE;
  const options = {
    resultTypes: ['violations'],
    rules: { 'color-contrast': { enabled: contrast } },
    // no rule that is asked for needs the style sheets a second time
    preload: { assets: ['media'] },
  };
  const answer = await (await session).send('Runtime.evaluate', {
    expression: `axe.run(document, ${JSON.stringify(options)}).then((results) => JSON.stringify(results.violations))`,
    awaitPromise: true,
    returnByValue: true,
  });
  if (answer.exceptionDetails !== undefined) throw new Error(answer.exceptionDetails.exception?.description);
  const violations = JSON.parse(String(answer.result.value)) as AxeResults['violations'];
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} – ${node.html}`),
  );
  expect(found, page.url()).toEqual([]);
}

/**
 * Sends axe to the browser, once for this page and all that it will lead to: the way there takes longer than its
 * work. Through the debugger: the page's own policy stays in force.
 */
async function bringAxe(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  axeSource ??= readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  const source = await axeSource;
  await session.send('Page.enable');
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source, runImmediately: true });
  return session;
}

/** Expects that nothing makes the page wider than the window; names the culprits. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .map((element) => element.outerHTML.slice(0, 120));
  });
  expect(found, page.url()).toEqual([]);
}

let picturesFolder: Promise<string> | undefined;

/** With KEEP_PICTURES set, takes a picture of the whole page into a temporary folder, for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!process.env.KEEP_PICTURES) return;
  picturesFolder ??= mkdtemp(join(tmpdir(), 'screens-'));
  await page.screenshot({ path: join(await picturesFolder, `${name}.png`), fullPage: true });
}
