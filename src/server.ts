import { createServer, type Server } from 'node:http';
import pg from 'pg';
import { createApp } from './app.ts';
import { type Config, ConfigError, readConfig, readEnvFile } from './config.ts';
import { connectDatabase, DatabaseUnreachableError } from './db/connect.ts';
import { type Db, migrate, sslOptions } from './db/database.ts';
import { EmbeddedDatabaseError } from './db/embedded-errors.ts';
import { accountsToTry, DemoExposedError, loadDemoIfEmpty, secureDemo } from './demo.ts';
import { JOB_CONNECTIONS, startJobs } from './jobs.ts';
import { createLogger } from './lib/logger.ts';
import { type Lifetime, processLifetime } from './lifetime.ts';
import { mailFolder } from './notifications/transport.ts';
import { parseFormula } from './scoring/index.ts';
import { localFolder } from './storage/local-folder.ts';
import type { FileStorage } from './storage/types.ts';
import { listSystems } from './systems/queries.ts';

const SESSION_CONNECTIONS = 4;
const PATIENCE_MS = 10_000;
const IDLE_CHECK_MS = 100;
// a form may bring 200 MB of files, over a slow line
const LONGEST_REQUEST_MS = 20 * 60_000;

interface Log {
  info(message: string): void;
}

await main();

/** Starts the application; a failure is told in one clear text, and what was started is ended again. */
async function main(): Promise<void> {
  const lifetime = processLifetime();
  try {
    await start(lifetime);
  } catch (error) {
    if (lifetime.isEnding()) return;
    console.error(explain(error));
    await lifetime.end(1);
  }
}

/** Config → database → migrations → application → listening. */
async function start(lifetime: Lifetime): Promise<void> {
  readEnvFile();
  const config = readConfig();
  // npm passes a signal on to its shell, which dies of it without a word to us
  if (config.startedByNpm) lifetime.endWithParent();
  const logger = createLogger(config.logLevel);
  // whoever starts it by hand reads sentences; in production everything is one stream of log lines
  const log = config.production ? logger : console;
  lifetime.sayThrough(log);
  const connecting = connectDatabase(config, log);
  lifetime.atEnd(() =>
    connecting.then(
      (database) => database.stop(),
      () => {},
    ),
  );
  const { db, url } = await connecting;
  const sessionPool = openPool(config, url, SESSION_CONNECTIONS);
  lifetime.atEnd(() => sessionPool.end());
  await tryPort(config);
  await migrate(db);
  const storage = localFolder(config.uploadsDir);
  await prepare({ db, config, storage }, log);
  const context = { db, config, logger, storage, clock: () => new Date() };
  const server = createServer({ requestTimeout: LONGEST_REQUEST_MS }, createApp({ ...context, sessionPool }));
  await listen(server, config);
  const jobs = startJobs(context, openPool(config, url, JOB_CONNECTIONS));
  lifetime.atEnd(() => jobs.stop());
  lifetime.atEnd(() => finishRequests(server));
  setImmediate(warmUp);
  await announce(config, server, db, log);
}

/** A pool beside that of the pages. */
function openPool(config: Config, url: string, max: number): pg.Pool {
  const { databaseSsl: ssl, databaseCaFile: caFile } = config;
  return new pg.Pool({
    connectionString: url,
    max,
    ssl: config.databaseUrl === undefined ? false : sslOptions({ ssl, caFile }),
  });
}

/** Loading the demo takes a while: whether there is a port for it is told before. */
async function tryPort(config: Config): Promise<void> {
  const server = createServer();
  await listen(server, config);
  await new Promise((resolve) => server.close(resolve));
}

function listen(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function prepare(context: { db: Db; config: Config; storage: FileStorage }, log: Log): Promise<void> {
  const begin = performance.now();
  if (await loadDemoIfEmpty(context, log, new Date())) {
    log.info(`The demo data were loaded in ${((performance.now() - begin) / 1000).toFixed(1)} s.`);
  } else if ((await listSystems(context.db)).length === 0) {
    log.info('The database is empty. The first account is made by: npm run cli -- create-admin');
  } else {
    await secureDemo(context, log);
  }
}

/** The first formula of all makes the parser, which takes longer than a page: nobody should have to wait for it. */
function warmUp(): void {
  parseFormula('a', ['a']);
}

/** For the person at the terminal: where to look, and with which accounts; those are none in production. */
async function announce(config: Config, server: Server, db: Db, log: Log): Promise<void> {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const url = config.port === 0 ? `http://${config.host}:${port}` : config.publicUrl;
  const lines = [`The application is running: ${url}`];
  if (config.smtpUrl === undefined) {
    lines.push(`Mails are kept in ${mailFolder(config)} and go nowhere: SMTP_URL is not set.`);
  }
  if (config.production) {
    for (const line of lines) log.info(line);
    return;
  }
  const accounts = await accountsToTry(db, config);
  if (accounts.length > 0) {
    lines.push('', `Accounts to try, all with the password ${config.demoPassword}`, '');
    for (const { system, username, role, office, shows } of accounts) {
      lines.push(
        `  ${`/${system}`.padEnd(6)}${username.padEnd(9)}${role.padEnd(16)}${office}`,
        `${' '.repeat(17)}${shows}`,
      );
    }
  }
  log.info(`\n${lines.join('\n')}\n`);
}

/** Takes no new requests and lets the running ones finish, for ten seconds at most. */
async function finishRequests(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // browsers hold connections open for their next request: close them as soon as they are idle
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const impatient = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(impatient);
}

/** One clear text for what an operator can put right; everything else with its stack. */
function explain(error: unknown): unknown {
  if (error instanceof ConfigError || error instanceof DatabaseUnreachableError) return error.message;
  if (error instanceof EmbeddedDatabaseError || error instanceof DemoExposedError) return error.message;
  const { code, port, address } = (error ?? {}) as { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${address} is in use: end the other program or set PORT.`;
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} may not be opened by this user: set PORT.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST is no address of this machine: ${address}`;
  return error;
}
