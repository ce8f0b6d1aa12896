import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Db, openDatabase } from '../../src/db/database.ts';
import { createTestDatabase, dropTestDatabase } from '../support/embedded-for-tests.ts';
import { readWorld, type World } from '../support/world.ts';
import { historyProblems, lostSaves, openRoundNow, scoreProblems } from './consistency.ts';
import { cookieOf, keepSaving, newTally, SAVERS } from './savers.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const SEED = 62;
const KILLS = 3;
const TIME_LIMIT_MS = 15_000;
const PATIENCE_MS = 10_000;

let databaseUrl: string;
let db: Db;
let world: World;
let server: ServerProcess | undefined;

beforeAll(async () => {
  databaseUrl = await createTestDatabase(inject('databaseUrl'), inject('worldTemplate'));
  db = openDatabase({ url: databaseUrl, poolSize: 4 });
  world = await readWorld(db);
  await openRoundNow(db, world.rounds.open);
});
afterAll(async () => {
  await server?.kill();
  await db?.destroy();
  await dropTestDatabase(inject('databaseUrl'), databaseUrl);
});

it('keeps every acknowledged save through kill -9', { timeout: 60_000 }, async () => {
  const moments = seededMoments(SEED);
  const tally = newTally();
  const cookies = new Map<string, string>();
  let last = 1000;
  const numbers = () => ++last;

  const begin = Date.now();

  // a busy machine takes long to start a server: fewer kills then
  for (let kill = 0; kill < KILLS && Date.now() - begin < TIME_LIMIT_MS; kill += 1) {
    server = await startServerProcess({ DATABASE_URL: databaseUrl });
    const { url } = server;
    const before = tally.acknowledged.length;
    const stop = new AbortController();
    const saving = SAVERS.map(async (saver) => {
      // sessions lie in the database: they outlive the server
      const cookie = cookies.get(saver.username) ?? (await cookieOf(url, saver.username));
      cookies.set(saver.username, cookie);
      const target = { url, db, world, cookie, numbers, limitMs: PATIENCE_MS };
      await keepSaving(target, saver, stop.signal, tally);
    });
    await until(() => tally.acknowledged.length > before + SAVERS.length);
    await sleep(moments());
    await server.kill();
    stop.abort();
    await Promise.all(saving);
    expect(tally.acknowledged.length, `saves before kill ${kill + 1}, seed ${SEED}`).toBeGreaterThan(before);
  }

  expect(tally.answers, 'only saves, saves over an older version, and lines that the kill broke').toEqual({
    303: tally.acknowledged.length,
    lost: expect.any(Number),
    ...(tally.answers[409] && { 409: expect.any(Number) }),
  });
  expect(await lostSaves(db, tally.acknowledged)).toEqual([]);
  expect(await historyProblems(db)).toEqual([]);
  expect(await scoreProblems(db)).toEqual([]);
});

/** Moments of one second at most, the same in every run. */
function seededMoments(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return 20 + (state % 980);
  };
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error('nothing was saved');
    await sleep(10);
  }
}
