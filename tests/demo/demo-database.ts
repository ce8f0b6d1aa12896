import { inject } from 'vitest';
import type { DemoSummary } from '../../seeds/demo/index.ts';
import { loadDemo } from '../../seeds/demo/index.ts';
import { type Db, openDatabase } from '../../src/db/database.ts';
import { createTestDatabase, dropTestDatabase } from '../support/embedded-for-tests.ts';

/** Half past two in the afternoon in Bangkok. */
export const LOADED_AT = new Date('2026-03-10T14:30+07:00');
export const TODAY = '2026-03-10T00:00+07:00';
export const PASSWORD_HASH = 'the hash of a password';

/** A database of its own, migrated and empty. */
export async function emptyDatabase(): Promise<{ db: Db; stop(): Promise<void> }> {
  const adminUrl = inject('databaseUrl');
  const url = await createTestDatabase(adminUrl, inject('emptyTemplate'));
  const db = openDatabase({ url, poolSize: 2 });
  return {
    db,
    async stop() {
      await db.destroy();
      await dropTestDatabase(adminUrl, url);
    },
  };
}

/** Loads the demo and says how long it took and how many statements it sent. */
export async function load(db: Db, now = LOADED_AT): Promise<DemoSummary & { statements: number }> {
  let statements = 0;
  const count = () => {
    statements += 1;
  };
  db.on('query', count);
  const summary = await loadDemo(db, { passwordHash: PASSWORD_HASH, now, log: { info: console.log } });
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
