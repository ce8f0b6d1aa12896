import { type Browser, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';

/*
 * The windows of the test files that run in this worker, each with a profile of its own. For a new one the browser
 * starts a process that has yet to learn our scripts, our style sheets and axe, which takes as long as five pages in
 * one that has. So a window that was left is wiped, and the next test or file that needs one goes on in it.
 */

const EVENTS = ['console', 'dialog', 'pageerror', 'request', 'requestfailed', 'requestfinished'];

interface Kind {
  javaScript: boolean;
}

let browser: Promise<Browser> | undefined;
const inUse = new Map<Page, Kind>();
const left: { page: Page; kind: Kind }[] = [];

/** A window as new, without cookies and stored things. */
export async function freshWindow(size: { width: number; height: number }, kind: Kind): Promise<Page> {
  const known = left.findLastIndex((one) => one.kind.javaScript === kind.javaScript);
  const page = left.splice(known, known < 0 ? 0 : 1)[0]?.page ?? (await newWindow(kind));
  inUse.set(page, kind);
  await page.setViewportSize(size);
  return page;
}

async function newWindow({ javaScript }: Kind): Promise<Page> {
  // the browser of the whole run (tests/support/browser-setup.ts)
  browser ??= chromium.connect(inject('browserUrl'));
  const context = await (await browser).newContext({
    javaScriptEnabled: javaScript,
    locale: 'th-TH',
    // what is looked at is where it will stay, and nothing is drawn on its way there
    reducedMotion: 'reduce',
  });
  return context.newPage();
}

/** Gives back every window of a test file; for `afterAll`. */
export async function leaveWindows(): Promise<void> {
  for (const page of inUse.keys()) await leave(page);
}

/** Gives a window back that the test needs no more. */
export async function leave(page: Page): Promise<void> {
  const kind = inUse.get(page);
  if (kind === undefined) return;
  inUse.delete(page);
  try {
    await wipe(page);
    left.push({ page, kind });
  } catch {
    // closed by the test, or where nothing can be stored
    await page.context().close();
  }
}

async function wipe(page: Page): Promise<void> {
  const context = page.context();
  for (const event of EVENTS) page.removeAllListeners(event);
  for (const other of context.pages()) if (other !== page) await other.close();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  // where no script runs that could still store something
  await page.goto(new URL('/healthz', page.url()).href);
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await page.emulateMedia({ media: null });
  await context.clearCookies();
}
