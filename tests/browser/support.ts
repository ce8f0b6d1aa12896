/// <reference lib="dom" />
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { projectRoot } from '../../src/lib/paths.ts';
import { sessionCookie } from '../access/people.ts';
import type { TestApp } from '../support/test-app.ts';

// not the package's own list: its --single-process dies when a page closes
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const QUIET_MS = 60;
const require = createRequire(import.meta.url);

/** Starts Chromium: the one that CHROME_PATH names, otherwise the one that comes as an npm package. */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env.CHROME_PATH;
  if (own !== undefined && own !== '') return chromium.launch({ executablePath: own, args: ARGUMENTS });
  const folder = await unpackedChromium();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: ARGUMENTS,
    // the package brings the libraries that a bare Linux lacks
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [join(folder, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    } as Record<string, string>,
  });
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

/** Expects that axe finds nothing against WCAG 2.2 AA and its best practices. The page must run scripts. */
export async function expectAccessible(page: Page): Promise<void> {
  const source = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  // through the debugger: the page's own policy stays in force
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: source });
  const answer = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { resultTypes: ['violations'] }).then((results) => JSON.stringify(results.violations))`,
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

/** Takes a picture of the whole page into a temporary folder; returns its path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  picturesFolder ??= mkdtemp(join(tmpdir(), 'screens-'));
  const path = join(await picturesFolder, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}

/**
 * The folder with the npm package's Chromium, unpacked once per version and user. Test files run at the same
 * time: each unpacks into a folder of its own, and the first one to be ready is the one that all use.
 */
async function unpackedChromium(): Promise<string> {
  const packageFolder = dirname(dirname(dirname(require.resolve('@sparticuz/chromium'))));
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(tmpdir(), `chromium-${version}-${userInfo().uid}`);
  if (existsSync(folder)) return folder;
  const staging = await mkdtemp(join(tmpdir(), 'chromium-unpacking-'));
  await promisify(execFile)(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`,
    ],
    // the package unpacks its libraries only where it believes to be on that service
    { cwd: projectRoot, env: { ...process.env, TMPDIR: staging, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' } },
  );
  await writeFontConfig(staging, folder);
  await rename(staging, folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(staging, { recursive: true });
  });
  return folder;
}

async function writeFontConfig(staging: string, folder: string): Promise<void> {
  await mkdir(join(staging, 'fonts'), { recursive: true });
  await writeFile(
    join(staging, 'fonts/fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>` +
      `<dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
  );
}
