import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Config } from '../config.ts';
import { type DatabaseOptions, type Db, openDatabase, sslOptions } from './database.ts';
import { startEmbeddedDatabase } from './embedded.ts';
import { APPLICATION_DATABASE, APPLICATION_ROLE } from './embedded-cluster.ts';
import { EmbeddedDatabaseInUseError } from './embedded-errors.ts';
import { embeddedDatabaseLocation, findServerUser } from './embedded-location.ts';
import type { EmbeddedDatabaseLog } from './embedded-log.ts';
import { readPostmaster } from './embedded-pid-file.ts';

const PATIENCE_MS = 10_000;

/** The database that the configuration leads to, answering; `stop` closes what was opened or started. */
export interface ConnectedDatabase {
  url: string;
  db: Db;
  stop(): Promise<void>;
}

/** The database does not answer; the message says which one and why, and never shows a password. */
export class DatabaseUnreachableError extends Error {
  constructor(url: string, cause: unknown) {
    const { host, pathname } = new URL(url);
    super(`The database ${host}${pathname} of DATABASE_URL cannot be reached: ${reasonOf(cause)}`, { cause });
    this.name = 'DatabaseUnreachableError';
  }
}

/**
 * Connects to DATABASE_URL, otherwise starts the embedded PostgreSQL.
 *
 * @throws DatabaseUnreachableError, EmbeddedDatabaseError
 */
export async function connectDatabase(config: Config, log: EmbeddedDatabaseLog): Promise<ConnectedDatabase> {
  if (config.databaseUrl !== undefined) return connected(config, config.databaseUrl);
  const embedded = await startEmbeddedDatabase({
    dataDir: config.dataDir,
    poolSize: config.databasePoolSize,
    log,
  });
  return connected(config, embedded.url, embedded.stop);
}

/** The same for commands that run beside the application: they use the embedded PostgreSQL that it started. */
export async function joinDatabase(config: Config, log: EmbeddedDatabaseLog): Promise<ConnectedDatabase> {
  try {
    return await connectDatabase(config, log);
  } catch (error) {
    const running =
      error instanceof EmbeddedDatabaseInUseError ? await runningUrl(config.dataDir) : undefined;
    if (running === undefined) throw error;
    return connected(config, running);
  }
}

async function connected(
  config: Config,
  url: string,
  stopServer: () => Promise<void> = async () => {},
): Promise<ConnectedDatabase> {
  const ssl = config.databaseUrl === undefined ? 'off' : config.databaseSsl;
  const options = { url, poolSize: config.databasePoolSize, ssl, caFile: config.databaseCaFile };
  try {
    await greet(options);
  } catch (error) {
    await stopServer();
    throw new DatabaseUnreachableError(url, error);
  }
  const db = openDatabase(options);
  return {
    url,
    db,
    async stop() {
      await db.destroy();
      await stopServer();
    },
  };
}

/** Connects once, without a pool, which would try for half a minute and say less. */
async function greet(options: DatabaseOptions): Promise<void> {
  const client = new pg.Client({
    connectionString: options.url,
    ssl: sslOptions(options),
    connectionTimeoutMillis: PATIENCE_MS,
  });
  await client.connect();
  await client.end();
}

async function runningUrl(dataDir: string): Promise<string | undefined> {
  const { clusterPath, passwordFile } = embeddedDatabaseLocation({
    dataDir,
    serverUser: await findServerUser(dataDir),
  });
  const postmaster = await readPostmaster(clusterPath);
  if (postmaster === null) return undefined;
  const password = (await readFile(passwordFile, 'utf8')).trim();
  return `postgresql://${APPLICATION_ROLE}:${password}@127.0.0.1:${postmaster.port}/${APPLICATION_DATABASE}`;
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return [...new Set(cause.errors.map(reasonOf))].join(', ');
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return cause.message || code;
}
