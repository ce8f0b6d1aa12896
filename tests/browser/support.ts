/// <reference lib="dom" />
import { mkdtemp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { sessionCookie } from '../access/people.ts';
import type { TestApp } from '../support/test-app.ts';

const QUIET_MS = 60;
const require = createRequire(import.meta.url);

/** The browser of the whole run (tests/support/browser-setup.ts); closing it closes what was opened with this one. */
export function launchBrowser(): Promise<Browser> {
  return chromium.connect(inject('browserUrl'));
}

export interface PageOptions {
  width?: number;
  height?: number;
  javaScript?: boolean;
  /** To go on in the same browser profile, e.g. signed in. */
  context?: BrowserContext;
}

export interface OpenedPage {
  page: Page;
  context: BrowserContext;
  /** What the browser complained about: script errors, blocked styles, failed requests. */
  complaints: string[];
}

/** Opens an address in a fresh profile (or the given one) and waits until fonts and pictures are there. */
export async function openPage(
  browser: Browser,
  url: string,
  options: PageOptions = {},
): Promise<OpenedPage> {
  const { javaScript = true } = options;
  const context = options.context ?? (await freshProfile(browser, options));
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // an error status of the page itself is what some tests ask for
    const expected =
      message.text().startsWith('Failed to load resource') && message.location().url === page.url();
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  await openQuietly(page, url, javaScript);
  return { page, context, complaints };
}

/** Opens a page of a system as somebody who has signed in: a session's cookie is put into a fresh profile. */
export async function openAs(
  browser: Browser,
  app: TestApp,
  username: string,
  path: string,
  options: PageOptions = {},
): Promise<OpenedPage> {
  const context = await profileOf(browser, app, username, options);
  return openPage(browser, new URL(path, app.url).href, { ...options, context });
}

/** A fresh profile in which somebody has signed in to KRS. */
export async function profileOf(
  browser: Browser,
  app: TestApp,
  username: string,
  options: PageOptions = {},
): Promise<BrowserContext> {
  const context = await freshProfile(browser, options);
  const [name = '', value = ''] = (await sessionCookie(app, 'krs', username)).split('=');
  const { hostname: domain } = new URL(app.url);
  await context.addCookies([{ name, value, domain, path: '/krs', httpOnly: true, sameSite: 'Lax' }]);
  return context;
}

function freshProfile(browser: Browser, options: PageOptions): Promise<BrowserContext> {
  const { width = 1440, height = 900, javaScript = true } = options;
  return browser.newContext({ viewport: { width, height }, javaScriptEnabled: javaScript, locale: 'th-TH' });
}

/** Waits until the page with its scripts, pictures and letters is there, and what it asked for afterwards, too. */
async function openQuietly(page: Page, url: string, javaScript: boolean): Promise<void> {
  let underway = 0;
  page.on('request', () => {
    underway += 1;
  });
  for (const event of ['requestfinished', 'requestfailed'] as const) {
    page.on(event as 'requestfinished', () => {
      underway -= 1;
    });
  }
  await page.goto(url, { waitUntil: 'load' });
  if (javaScript) await page.evaluate(() => document.fonts.ready.then(() => undefined));
  do await sleep(QUIET_MS);
  while (underway > 0);
}

export const WIDTHS = [1440, 360] as const;

/** Does this at the width of a desk and at that of a phone: one page for both, as when a window is made smaller. */
export async function atEveryWidth(page: Page, look: (width: number) => Promise<void>): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await look(width);
  }
}

let axeSource: Promise<string> | undefined;

const WIDE = 1000;

/**
 * Expects that axe finds nothing against WCAG 2.2 AA and its best practices. The page must run scripts. Contrasts, the
 * dearest to find, are looked at in wide windows: colours do not depend on the width.
 */
export async function expectAccessible(page: Page): Promise<void> {
  // through the debugger: the page's own policy stays in force
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', { expression: 'typeof axe' });
  if (result.value === 'undefined') {
    axeSource ??= readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
    await session.send('Runtime.evaluate', { expression: await axeSource });
  }
  const contrast = (page.viewportSize()?.width ?? WIDE) >= WIDE;
  const options = { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: contrast } } };
  const answer = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, ${JSON.stringify(options)}).then((results) => JSON.stringify(results.violations))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  const violations = JSON.parse(String(answer.result.value)) as AxeResults['violations'];
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} – ${node.html}`),
  );
  expect(found).toEqual([]);
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
  expect(found).toEqual([]);
}

let picturesFolder: Promise<string> | undefined;

/** With KEEP_PICTURES set, takes a picture of the whole page into a temporary folder, for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!process.env.KEEP_PICTURES) return;
  picturesFolder ??= mkdtemp(join(tmpdir(), 'screens-'));
  await page.screenshot({ path: join(await picturesFolder, `${name}.png`), fullPage: true });
}
