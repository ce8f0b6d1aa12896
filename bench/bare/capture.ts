import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express, Response } from 'express';
import pg from 'pg';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/database.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { localFolder } from '../../src/storage/local-folder.ts';
import type { BareOrder } from './order.ts';

/** A page as the application handed it to its template. */
export interface CapturedPage {
  name: string;
  view: string;
  locals: object;
}

/** What the application renders, and how. */
export interface Captured {
  pages: CapturedPage[];
  /** The application's settings of views, and its engines by file ending. */
  settings: Record<(typeof VIEW_SETTINGS)[number], unknown>;
  engines: object;
}

const VIEW_SETTINGS = ['views', 'view engine', 'view cache', 'view options'] as const;

/**
 * Asks the application itself, in this process, for each page once, and keeps what it renders: the name of the
 * view and everything that the view is given. The application is closed again.
 */
export async function capturePages({ databaseUrl, sessionSecret, pages }: BareOrder): Promise<Captured> {
  const config = readConfig({
    NODE_ENV: 'production',
    PUBLIC_URL: 'http://127.0.0.1',
    SESSION_SECRET: sessionSecret,
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'error',
  });
  const db = openDatabase({ url: databaseUrl, poolSize: 2 });
  const sessionPool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const logger = createLogger(config.logLevel);
  const storage = localFolder(config.uploadsDir);
  const app = createApp({ db, sessionPool, config, logger, storage, clock: () => new Date() });
  let rendered: Omit<CapturedPage, 'name'> | undefined;
  const render: (this: Response, view: string, locals: object) => void = app.response.render;
  app.response.render = function keep(this: Response, view: string, locals: object) {
    rendered = { view, locals };
    render.call(this, view, locals);
  } as Response['render'];

  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const captured: Captured = { pages: [], settings: viewSettings(app), engines: enginesOf(app) };
  for (const { name, path, cookie } of pages) {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { cookie },
      redirect: 'manual',
    });
    await response.text();
    if (response.status !== 200 || rendered === undefined)
      throw new Error(`${path} answered ${response.status}`);
    captured.pages.push({ name, ...rendered });
  }
  server.closeAllConnections();
  server.close();
  await Promise.all([db.destroy(), sessionPool.end()]);
  return captured;
}

function viewSettings(app: Express): Captured['settings'] {
  return Object.fromEntries(VIEW_SETTINGS.map((name) => [name, app.get(name)])) as Captured['settings'];
}

/** Lets the bare limits render exactly as the application does. */
export function renderAlike(bare: Express, { settings, engines }: Captured): void {
  for (const [name, value] of Object.entries(settings)) if (value !== undefined) bare.set(name, value);
  Object.assign(enginesOf(bare), engines);
}

function enginesOf(app: Express): object {
  return (app as unknown as { engines: object }).engines;
}
