import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readConfig } from '../../src/config.ts';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/db/embedded.ts';
import { EmbeddedDatabaseInUseError } from '../../src/db/embedded-errors.ts';

const MEMORY_FOLDER = '/dev/shm';
const FOLDER_PREFIX = 'kpi-test-';
const LEFTOVER_AGE_MS = 3_600_000;

/** The server of one test run. */
export type TestDatabase = {
  /** For `createTestDatabase`; leads to a database of this run, which stays empty. */
  adminUrl: string;
  /** Drops all databases of the run, or ends and removes its cluster. */
  stop(): Promise<void>;
};

/**
 * The server for a whole test run (vitest's globalSetup): that of DATABASE_URL, with the TLS that is configured for
 * it, whose role then needs the right to create databases, or a throw-away cluster in memory or in the temp folder.
 */
export async function startTestDatabase(): Promise<TestDatabase> {
  const serverUrl = configuredServer(process.env);
  if (serverUrl !== undefined) {
    const adminUrl = await createTestDatabase(serverUrl);
    return { adminUrl, stop: () => dropRun(serverUrl, adminUrl) };
  }
  const inMemory = await memoryFolder();
  if (inMemory === null) return startThrowAway(tmpdir());
  try {
    return await startThrowAway(inMemory);
  } catch {
    // Some systems forbid programs there, and a copy of PostgreSQL's may be needed beside the cluster.
    return startThrowAway(tmpdir());
  }
}

/**
 * DATABASE_URL, or undefined. DATABASE_SSL and DATABASE_CA_FILE become parameters of it, so that they reach whatever
 * the tests connect and start. Throws a ConfigError as the application would.
 */
export function configuredServer(env: NodeJS.ProcessEnv): string | undefined {
  const { DATABASE_URL, DATABASE_SSL, DATABASE_CA_FILE } = env;
  const { databaseUrl, databaseSsl, databaseCaFile } = readConfig({
    DATABASE_URL,
    DATABASE_SSL,
    DATABASE_CA_FILE,
  });
  if (databaseUrl === undefined || databaseSsl === 'off') return databaseUrl;
  const url = new URL(databaseUrl);
  // what the address itself says wins in the application, too
  if (url.searchParams.has('sslmode')) return databaseUrl;
  url.searchParams.set('sslmode', databaseSsl === 'verify' ? 'verify-full' : 'no-verify');
  if (databaseCaFile !== undefined) url.searchParams.set('sslrootcert', databaseCaFile);
  return url.href;
}

/** Linux' folder in memory, if it is roomy: copying a database takes 20 ms there, many times that on a disk. */
async function memoryFolder(): Promise<string | null> {
  const space = process.env.TMPDIR ? null : await statfs(MEMORY_FOLDER).catch(() => null);
  return space && space.bavail * space.bsize > 2 * 1024 ** 3 ? MEMORY_FOLDER : null;
}

async function startThrowAway(base: string): Promise<TestDatabase> {
  await removeLeftovers(base);
  const folder = await mkdtemp(join(base, FOLDER_PREFIX));
  try {
    // As root, the server's own user has to enter it.
    await chmod(folder, 0o755);
    const database = await startEmbeddedDatabase({ dataDir: folder, log: quietLog, throwAway: true });
    return { adminUrl: database.url, stop: () => remove(database, folder) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Errors are shown; what a start says of itself is no part of a test's output. */
export const quietLog = { info() {}, warn() {}, error: console.error };

async function remove(database: EmbeddedDatabase, folder: string): Promise<void> {
  await database.stop();
  await rm(dirname(database.dataPath), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

/** Clusters of test runs that were killed: taken over as any orphan, then removed. */
async function removeLeftovers(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const folder = join(base, name);
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const age = Date.now() - (await stat(folder)).mtimeMs;
    if (age < LEFTOVER_AGE_MS) continue;
    try {
      await remove(await startEmbeddedDatabase({ dataDir: folder, log: quietLog, throwAway: true }), folder);
    } catch (error) {
      if (!(error instanceof EmbeddedDatabaseInUseError)) await rm(folder, { recursive: true, force: true });
    }
  }
}

/**
 * Creates an empty database with a random name on the server of `adminUrl`, or a copy of `template` (the URL
 * of a test database to which nobody is connected), and returns its URL.
 */
export async function createTestDatabase(adminUrl: string, template?: string): Promise<string> {
  const url = new URL(adminUrl);
  const run = databaseName(adminUrl);
  const parent = run.startsWith('kpi_test_') ? run : 'kpi_test';
  const name = `${parent}_${randomBytes(4).toString('hex')}`;
  const source = template ? ` template ${pg.escapeIdentifier(databaseName(template))}` : '';
  await execute(adminUrl, `create database ${pg.escapeIdentifier(name)}${source}`);
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops the database that `createTestDatabase` returned, ending the connections to it. */
export async function dropTestDatabase(adminUrl: string, url: string): Promise<void> {
  await execute(adminUrl, `drop database if exists ${pg.escapeIdentifier(databaseName(url))} with (force)`);
}

async function dropRun(serverUrl: string, runUrl: string): Promise<void> {
  const prefix = databaseName(runUrl);
  const names = await execute(
    serverUrl,
    `select datname from pg_database where starts_with(datname, '${prefix}')`,
  );
  for (const { datname } of names) {
    await execute(serverUrl, `drop database if exists ${pg.escapeIdentifier(datname)} with (force)`);
  }
}

function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** In use (a connection has been closed but not yet ended on the server), or no right to end autovacuum's work in it. */
const FOR_A_MOMENT = ['55006', '42501'];

/** Waits where something is in the way for a moment only. */
async function execute(url: string, sql: string): Promise<{ datname: string }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await client.query(sql)).rows;
      } catch (error) {
        const passes = error instanceof pg.DatabaseError && FOR_A_MOMENT.includes(error.code ?? '');
        if (!passes || attempt === 20) throw error;
        await sleep(100);
      }
    }
  } finally {
    await client.end();
  }
}
