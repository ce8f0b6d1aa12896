import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import bcrypt from 'bcrypt';
import pg from 'pg';
import { chromium, type Page } from 'playwright-core';
import { loadDemo } from '../../seeds/demo/index.ts';
import { createApp } from '../../src/app.ts';
import { migrate, openDatabase } from '../../src/db/database.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { projectRoot } from '../../src/lib/paths.ts';
import { localFolder } from '../../src/storage/local-folder.ts';
import { chromiumOptions } from '../support/chromium.ts';
import { createTestDatabase, dropTestDatabase, startTestDatabase } from '../support/embedded-for-tests.ts';
import { testConfig } from '../support/test-app.ts';

/*
 * Makes the pictures of docs/screenshots/ from the demo data: `npm run screenshots`.
 */

const FOLDER = join(projectRoot, 'docs', 'screenshots');
const CHEAP_COST = 4;

const { adminUrl, stop } = await startTestDatabase();
const databaseUrl = await createTestDatabase(adminUrl);
const uploadsDir = await mkdtemp(join(tmpdir(), 'kpi-uploads-'));
const config = testConfig({ DATABASE_URL: databaseUrl, UPLOADS_DIR: uploadsDir });
const db = openDatabase({ url: databaseUrl, poolSize: config.databasePoolSize });
const sessionPool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
const browser = await chromium.launch(await chromiumOptions());
try {
  await migrate(db);
  const passwordHash = await bcrypt.hash(config.demoPassword, CHEAP_COST);
  const storage = localFolder(uploadsDir);
  await loadDemo(db, { passwordHash, now: new Date(), storage, log: { info() {} } });
  const logger = createLogger('silent');
  const app = createApp({ db, config, logger, storage, sessionPool, clock: () => new Date() });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await mkdir(FOLDER, { recursive: true });
  await takePictures(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  server.closeAllConnections();
  server.close();
} finally {
  await browser.close();
  await Promise.all([db.destroy(), sessionPool.end()]);
  await rm(uploadsDir, { recursive: true, force: true });
  await dropTestDatabase(adminUrl, databaseUrl);
  await stop();
}

async function takePictures(base: string): Promise<void> {
  const district = await enter(base, '22507', 1440);
  await district.goto(`${base}/krs/entry`);
  await save(district, 'entry');
  await district.goto(`${base}/krs/reports/office`);
  await save(district, 'report');

  const phone = await enter(base, '22507', 360);
  await phone.goto(`${base}/krs/entry`);
  await save(phone, 'entry-phone');

  const certifier = await enter(base, 'b09', 1440);
  await certifier.goto(`${base}/krs/certify/variables`);
  await certifier.locator('main table a').first().click();
  await certifier.waitForSelector('.certify-table');
  await save(certifier, 'certify');

  const kpiOffice = await enter(base, 'psdg', 1440);
  await kpiOffice.goto(`${base}/krs/status`);
  await save(kpiOffice, 'status');
}

async function enter(base: string, username: string, width: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, locale: 'th-TH' });
  const page = await context.newPage();
  await page.goto(`${base}/krs/login`);
  await page.fill('[name=username]', username);
  await page.fill('[name=password]', config.demoPassword);
  await page.click('main button:not([type=button])');
  await page.waitForURL((url) => !url.pathname.endsWith('/login'));
  return page;
}

async function save(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}
