import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate, openDatabase } from '../../src/db/database.ts';
import { projectRoot } from '../../src/lib/paths.ts';
import { buildWorld } from './build-world.ts';
import { createTestDatabase, startTestDatabase } from './embedded-for-tests.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server for `createTestDatabase`. */
    databaseUrl: string;
    /** Migrated and empty. */
    emptyTemplate: string;
    /** With the people and the small world of world.ts. */
    worldTemplate: string;
    /** Where `compiledProgram` puts the program; not there until a test needs it. */
    compiledFolder: string;
  }
}

/** One PostgreSQL for the whole run, with templates that every test application copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestDatabase();
  // below the project, so that its libraries are found
  const compiledFolder = join(
    projectRoot,
    'node_modules/.cache',
    `kpi-tests-${randomBytes(4).toString('hex')}`,
  );
  try {
    const emptyTemplate = await createTestDatabase(server.adminUrl);
    await inDatabase(emptyTemplate, migrate);
    const worldTemplate = await createTestDatabase(server.adminUrl, emptyTemplate);
    await inDatabase(worldTemplate, buildWorld);
    project.provide('databaseUrl', server.adminUrl);
    project.provide('emptyTemplate', emptyTemplate);
    project.provide('worldTemplate', worldTemplate);
    project.provide('compiledFolder', compiledFolder);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return async () => {
    await rm(compiledFolder, { recursive: true, force: true });
    await server.stop();
  };
}

async function inDatabase(url: string, work: (db: ReturnType<typeof openDatabase>) => Promise<unknown>) {
  const db = openDatabase({ url, poolSize: 2 });
  try {
    await work(db);
  } finally {
    await db.destroy();
  }
}
