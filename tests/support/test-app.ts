import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, Agent as HttpAgent, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import bcrypt from 'bcrypt';
import pg from 'pg';
import request from 'supertest';
import { inject } from 'vitest';
import { loadDemo } from '../../seeds/demo/index.ts';
import { createApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { type Db, openDatabase } from '../../src/db/database.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { localFolder } from '../../src/storage/local-folder.ts';
import type { FileStorage } from '../../src/storage/types.ts';
import { createTestDatabase, dropTestDatabase } from './embedded-for-tests.ts';
import { PASSWORD, readWorld, WORLD_NOW, type World } from './world.ts';

export type Agent = ReturnType<typeof request.agent>;

/** A running application with a database of its own; stop it in `afterAll`. */
export interface TestApp {
  url: string;
  server: Server;
  db: Db;
  databaseUrl: string;
  config: Config;
  clock: TestClock;
  storage: FileStorage;
  /** Ids of the world; with `empty` and `demo` there is nothing in it. */
  world: World;
  /** A browser without cookies. */
  agent(): Agent;
  stop(): Promise<void>;
}

export interface TestClock {
  now(): Date;
  set(moment: Date): void;
  advance(minutes: number): void;
}

export interface TestAppOptions {
  /** Migrated, but without systems, offices and people. */
  empty?: boolean;
  /** The demo data instead of the world, with `config.demoPassword`; loading them takes several seconds. */
  demo?: boolean;
  /** Environment variables beyond those of the tests. */
  env?: Record<string, string>;
  /** Another one than a folder of its own. */
  storage?: FileStorage;
}

/** Starts the real application on a copy of the world (tests/support/world.ts), at the world's present moment. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const adminUrl = inject('databaseUrl');
  const hasWorld = !options.empty && !options.demo;
  const template = inject(hasWorld ? 'worldTemplate' : 'emptyTemplate');
  const databaseUrl = await createTestDatabase(adminUrl, template);
  const uploadsDir = await mkdtemp(join(tmpdir(), 'kpi-uploads-'));
  const config = testConfig({ UPLOADS_DIR: uploadsDir, ...options.env, DATABASE_URL: databaseUrl });
  const storage = options.storage ?? localFolder(config.uploadsDir);
  const db = openDatabase({ url: databaseUrl, poolSize: config.databasePoolSize });
  const sessionPool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  const clock = testClock();
  if (options.demo) {
    const passwordHash = await bcrypt.hash(config.demoPassword, config.bcryptCost);
    await loadDemo(db, { passwordHash, now: clock.now(), storage, log: { info() {} } });
  }
  const logger = createLogger(config.logLevel);
  const server = createServer(createApp({ db, config, logger, storage, sessionPool, clock: clock.now }));
  // a connection that waits for the next request is never closed by the server just when that one comes
  server.keepAliveTimeout = 0;
  const connections = new HttpAgent({ keepAlive: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    server,
    db,
    databaseUrl,
    config,
    clock,
    storage,
    world: hasWorld ? await readWorld(db) : ({} as World),
    // to pack every page and to unpack it again would take a tenth of the time of all tests
    agent: () =>
      request
        .agent(url)
        .set('Accept-Encoding', 'identity')
        // otherwise every request opens a connection of its own
        .use((sent: request.Test) => sent.agent(connections)),
    async stop() {
      connections.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([db.destroy(), sessionPool.end()]);
      await rm(uploadsDir, { recursive: true, force: true });
      await dropTestDatabase(adminUrl, databaseUrl);
    },
  };
}

/** The configuration of the tests: cheap password hashes, no log. */
export function testConfig(env: Record<string, string> = {}): Config {
  return readConfig({
    NODE_ENV: 'test',
    BCRYPT_COST: '4',
    LOG_LEVEL: 'silent',
    DATABASE_POOL_SIZE: '5',
    ...env,
  });
}

/** A browser in which this person has signed in through the login page. */
export async function signIn(
  app: TestApp,
  system: string,
  username: string,
  password: string = PASSWORD,
): Promise<Agent> {
  const agent = app.agent();
  await agent.post(`/${system}/login`).type('form').send({ username, password }).expect(303);
  return agent;
}

function testClock(): TestClock {
  let present = WORLD_NOW;
  return {
    now: () => present,
    set(moment) {
      present = moment;
    },
    advance(minutes) {
      present = new Date(present.getTime() + minutes * 60_000);
    },
  };
}
