import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { DemoSummary } from '../../seeds/demo/index.ts';
import { loadDemo } from '../../seeds/demo/index.ts';
import { type Db, openDatabase } from '../../src/db/database.ts';
import { localFolder } from '../../src/storage/local-folder.ts';
import type { FileStorage } from '../../src/storage/types.ts';
import { createTestDatabase, dropTestDatabase } from '../support/embedded-for-tests.ts';

/** Half past two in the afternoon in Bangkok. */
export const LOADED_AT = new Date('2026-03-10T14:30+07:00');
export const TODAY = '2026-03-10T00:00+07:00';
export const PASSWORD_HASH = 'the hash of a password';

/** A database of its own, migrated and empty, and a folder for its files. */
export async function emptyDatabase(): Promise<{
  db: Db;
  storage: FileStorage;
  folder: string;
  stop(): Promise<void>;
}> {
  const adminUrl = inject('databaseUrl');
  const url = await createTestDatabase(adminUrl, inject('emptyTemplate'));
  const db = openDatabase({ url, poolSize: 2 });
  const folder = await mkdtemp(join(tmpdir(), 'kpi-uploads-'));
  return {
    db,
    folder,
    storage: localFolder(folder),
    async stop() {
      await db.destroy();
      await rm(folder, { recursive: true, force: true });
      await dropTestDatabase(adminUrl, url);
    },
  };
}

/** The demo, loaded once for all tests of it. */
export interface LoadedDemo {
  db: Db;
  storage: FileStorage;
  folder: string;
  summary: DemoSummary & { statements: number };
}

/** Loads the demo and says how long it took and how many statements it sent. */
export async function load(
  { db, storage }: { db: Db; storage: FileStorage },
  now = LOADED_AT,
): Promise<DemoSummary & { statements: number }> {
  let statements = 0;
  const count = () => {
    statements += 1;
  };
  db.on('query', count);
  const log = { info: console.log };
  const summary = await loadDemo(db, { passwordHash: PASSWORD_HASH, now, storage, log });
  db.removeListener('query', count);
  return { ...summary, statements };
}

/** The only column of the only row. */
export async function count(db: Db, sql: string, bindings: readonly string[] = []): Promise<number> {
  const { rows } = await db.raw<{ rows: { count: string }[] }>(
    `select count(*) from (${sql}) found`,
    bindings,
  );
  return Number(rows[0]?.count);
}

/** The files that lie in a folder, whatever is below it. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}
