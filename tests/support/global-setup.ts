import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProvidedContext } from 'vitest';
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

type Provided = Pick<ProvidedContext, 'databaseUrl' | 'emptyTemplate' | 'worldTemplate' | 'compiledFolder'>;

interface Run {
  provided: Provided;
  stop(): Promise<void>;
}

// each project of vitest.config.ts loads this file for itself: what they share cannot lie in a variable of it
const SHARED = Symbol.for('kpi-reporting.test-run');
const shared = globalThis as { [SHARED]?: { run: Promise<Run>; users: number } };

/** One PostgreSQL for the whole run, with templates that every test application copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared[SHARED] ??= { run: startRun(), users: 0 };
  const use = shared[SHARED];
  use.users += 1;
  const { provided, stop } = await use.run;
  project.provide('databaseUrl', provided.databaseUrl);
  project.provide('emptyTemplate', provided.emptyTemplate);
  project.provide('worldTemplate', provided.worldTemplate);
  project.provide('compiledFolder', provided.compiledFolder);
  return async () => {
    use.users -= 1;
    if (use.users > 0) return;
    delete shared[SHARED];
    await stop();
  };
}

async function startRun(): Promise<Run> {
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
    const provided = { databaseUrl: server.adminUrl, emptyTemplate, worldTemplate, compiledFolder };
    return { provided, stop };
  } catch (error) {
    await server.stop();
    throw error;
  }

  async function stop(): Promise<void> {
    await rm(compiledFolder, { recursive: true, force: true });
    await server.stop();
  }
}

async function inDatabase(url: string, work: (db: ReturnType<typeof openDatabase>) => Promise<unknown>) {
  const db = openDatabase({ url, poolSize: 2 });
  try {
    await work(db);
  } finally {
    await db.destroy();
  }
}
