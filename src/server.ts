import { createServer, type Server } from 'node:http';
import pg from 'pg';
import { createApp } from './app.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { type ConnectedDatabase, connectDatabase, DatabaseUnreachableError } from './db/connect.ts';
import { migrate, sslOptions } from './db/database.ts';
import { EmbeddedDatabaseError } from './db/embedded-errors.ts';
import { createLogger, type Logger } from './lib/logger.ts';

const SESSION_CONNECTIONS = 4;
const PATIENCE_MS = 10_000;
const IDLE_CHECK_MS = 100;

await main();

/** Starts the application, and ends it in good order when it is told to. */
async function main(): Promise<void> {
  try {
    const config = readConfig();
    const logger = createLogger(config.logLevel);
    const stop = await start(config, logger);
    endOnSignal(stop, logger);
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}

/** Config → database → migrations → application → listening. Returns what undoes it all. */
async function start(config: Config, logger: Logger): Promise<() => Promise<void>> {
  const database = await connectDatabase(config, logger);
  const sessionPool = new pg.Pool({
    connectionString: database.url,
    max: SESSION_CONNECTIONS,
    ssl:
      config.databaseUrl === undefined
        ? false
        : sslOptions({ ssl: config.databaseSsl, caFile: config.databaseCaFile }),
  });
  // an idle connection that breaks is replaced at the next use; without a listener it would end the process
  sessionPool.on('error', (error) => logger.warn({ err: error }, 'a session connection was lost'));
  const stopDatabase = () => closeDatabase(database, sessionPool);
  try {
    await migrate(database.db);
    const app = createApp({ db: database.db, sessionPool, config, logger, clock: () => new Date() });
    const server = createServer(app);
    await listen(server, config);
    announce(config, server);
    return async () => {
      await finishRequests(server);
      await stopDatabase();
    };
  } catch (error) {
    await stopDatabase();
    throw error;
  }
}

async function closeDatabase(database: ConnectedDatabase, sessionPool: pg.Pool): Promise<void> {
  await sessionPool.end();
  await database.stop();
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

function announce(config: Config, server: Server): void {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const url = config.port === 0 ? `http://${config.host}:${port}` : config.publicUrl;
  console.log(`\n  The application is running:  ${url}\n`);
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

function endOnSignal(stop: () => Promise<void>, logger: Logger): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1);
      ending = true;
      console.log('Stopping; once more to end at once.');
      stop().then(
        () => process.exit(0),
        (error) => {
          logger.error({ err: error }, 'the application did not stop in good order');
          process.exit(1);
        },
      );
    });
  }
}

/** One clear text for what an operator can put right; everything else with its stack. */
function explain(error: unknown): unknown {
  if (error instanceof ConfigError || error instanceof DatabaseUnreachableError) return error.message;
  if (error instanceof EmbeddedDatabaseError) return error.message;
  const { code, port, address } = (error ?? {}) as { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${address} is in use: end the other program or set PORT.`;
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} may not be opened by this user: set PORT.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST is no address of this machine: ${address}`;
  return error;
}
