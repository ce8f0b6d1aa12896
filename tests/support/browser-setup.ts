import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { chromiumOptions } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `launchBrowser` finds the browser. */
    browserUrl: string;
  }
}

/** One Chromium for the whole run: every test file opens profiles of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer(await chromiumOptions());
  project.provide('browserUrl', server.wsEndpoint());
  return () => server.close();
}
