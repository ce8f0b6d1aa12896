import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinDatabase } from '../../src/db/connect.ts';
import { type Db, openDatabase } from '../../src/db/database.ts';
import { embeddedDatabaseLocation, findServerUser } from '../../src/db/embedded-location.ts';
import { readPostmaster } from '../../src/db/embedded-pid-file.ts';
import { buildWorld } from '../support/build-world.ts';
import { quietLog } from '../support/embedded-for-tests.ts';
import { testConfig } from '../support/test-app.ts';
import type { World } from '../support/world.ts';
import { historyProblems, lostSaves, openRoundNow, scoreProblems } from './consistency.ts';
import { cookieOf, keepSaving, newTally, SAVERS, type Tally } from './savers.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const LIMIT_MS = 12_000;

let dataDir: string;
let server: ServerProcess;
let db: Db;
let world: World;
let last = 1000;
const numbers = () => ++last;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kpi-durability-'));
  await chmod(dataDir, 0o755);
  server = await startServerProcess({ DATA_DIR: dataDir });
  db = await openSame();
  world = await buildWorld(db);
  await openRoundNow(db, world.rounds.open);
});
afterAll(async () => {
  await db?.destroy();
  await server?.stop();
  const { home, relocated } = await location();
  if (relocated) await rm(home, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

it('goes on by itself after PostgreSQL crashed and recovered', { timeout: 60_000 }, async () => {
  const tally = newTally();
  const { rows } = await db.raw(
    "select pid from pg_stat_activity where application_name = 'kpi-reporting' and pid <> pg_backend_pid()",
  );
  await whileSaving(tally, async () => {
    await savedMore(tally);
    process.kill(rows[0].pid, 'SIGKILL');
    await sleep(300);
    await savedMore(tally);
  });
  expectSavesOrRefusals(tally);
  expect(await lostSaves(db, tally.acknowledged)).toEqual([]);
  expect(await historyProblems(db)).toEqual([]);
  expect(await scoreProblems(db)).toEqual([]);
});

it('says that it is unavailable while PostgreSQL is gone, and has kept everything', {
  timeout: 60_000,
}, async () => {
  const tally = newTally();
  const cookie = await cookieOf(server.url, SAVERS[0]?.username ?? '');
  const postmaster = await readPostmaster((await location()).clusterPath);
  if (postmaster === null) throw new Error('no server runs');
  await whileSaving(tally, async () => {
    await savedMore(tally);
    process.kill(postmaster.pid, 'SIGKILL');
    await sleep(1500);
  });
  expectSavesOrRefusals(tally);
  for (const path of ['/krs/entry', '/krs', '/krs/login']) {
    const begin = performance.now();
    const answer = await fetch(server.url + path, { headers: { Cookie: cookie }, redirect: 'manual' });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).not.toMatch(/ECONN|terminated|src\/|node_modules/);
    expect(performance.now() - begin).toBeLessThan(LIMIT_MS);
  }
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);

  await db.destroy();
  await server.stop();
  server = await startServerProcess({ DATA_DIR: dataDir });
  db = await openSame();
  expect(await lostSaves(db, tally.acknowledged)).toEqual([]);
  expect(await historyProblems(db)).toEqual([]);
  expect(await scoreProblems(db)).toEqual([]);
  const page = await fetch(`${server.url}/krs/entry`, { headers: { Cookie: cookie }, redirect: 'manual' });
  expect(page.status).toBe(200);
});

async function location() {
  return embeddedDatabaseLocation({ dataDir, serverUser: await findServerUser(dataDir) });
}

/** The database that the server started, through connections of our own. */
async function openSame(): Promise<Db> {
  const joined = await joinDatabase(testConfig({ DATA_DIR: dataDir }), quietLog);
  const { url } = joined;
  await joined.stop();
  return openDatabase({ url, poolSize: 4 });
}

async function whileSaving(tally: Tally, work: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const { url } = server;
  const saving = SAVERS.map(async (saver) => {
    const cookie = await cookieOf(url, saver.username);
    await keepSaving({ url, db, world, cookie, numbers, limitMs: LIMIT_MS }, saver, stop.signal, tally);
  });
  await work().finally(() => stop.abort());
  await Promise.all(saving);
}

/** Waits until every saver has saved about once more. */
async function savedMore(tally: Tally): Promise<void> {
  const enough = tally.acknowledged.length + SAVERS.length;
  for (const end = Date.now() + LIMIT_MS; tally.acknowledged.length < enough; await sleep(20)) {
    if (Date.now() > end) throw new Error(`Nothing was saved: ${JSON.stringify(tally.answers)}`);
  }
}

/** Nobody waits for ever, no line breaks, and no failure is one that nobody foresaw. */
function expectSavesOrRefusals({ answers }: Tally): void {
  const unexpected = Object.keys(answers).filter((status) => !['303', '409', '503'].includes(status));
  expect(unexpected, JSON.stringify(answers)).toEqual([]);
}
