import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Db, migrate, openDatabase } from '../src/db/database.ts';
import { startEmbeddedDatabase } from '../src/db/embedded.ts';
import type { Cleanup } from './cleanup.ts';

/** The database of one bench: made for it, gone with it. Both sides work in it, with the same server settings. */
export interface BenchDatabase {
  url: string;
  db: Db;
  /** What the measurement stands on. */
  settings: { server: string; fsync: string; synchronous_commit: string };
}

const quiet = { info() {}, warn() {}, error: console.error };

/**
 * A migrated, empty database: a new one on DATABASE_URL's server, whose role then needs the right to create
 * databases, otherwise in an embedded PostgreSQL in the temp folder. Throws where a commit would not be durable.
 */
export async function openBenchDatabase(cleanup: Cleanup): Promise<BenchDatabase> {
  const { DATABASE_URL } = process.env;
  const url = DATABASE_URL ? await createDatabase(DATABASE_URL, cleanup) : await startServer(cleanup);
  const db = openDatabase({ url, poolSize: 4 });
  cleanup.add(() => db.destroy());
  const { rows } = await db.raw(`
    select current_setting('server_version') as server, current_setting('fsync') as fsync,
           current_setting('synchronous_commit') as synchronous_commit`);
  const settings: BenchDatabase['settings'] = rows[0];
  if (settings.fsync !== 'on' || settings.synchronous_commit !== 'on') {
    throw new Error('The bench needs a server with fsync and synchronous_commit on.');
  }
  await migrate(db);
  return { url, db, settings };
}

/** Leaves both sides the same tables: no dead rows of the run before, statistics of now. */
export async function tidyTables(db: Db): Promise<void> {
  await db.raw('vacuum (analyze) entries, entry_events, scores, round_offices');
}

async function startServer(cleanup: Cleanup): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kpi-bench-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  // as root, the server's own user has to enter it
  await chmod(folder, 0o755);
  const starting = startEmbeddedDatabase({ dataDir: folder, log: quiet });
  // also where the bench is stopped while the server is still starting
  cleanup.add(async () => (await starting.catch(() => undefined))?.stop());
  return (await starting).url;
}

async function createDatabase(serverUrl: string, cleanup: Cleanup): Promise<string> {
  const name = `kpi_bench_${randomBytes(4).toString('hex')}`;
  await execute(serverUrl, `create database ${name}`);
  cleanup.add(() => execute(serverUrl, `drop database if exists ${name} with (force)`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
