import { certifyPair } from './certify.ts';
import type { Cleanup } from './cleanup.ts';
import { type BenchSystem, createBenchSystem, PASSWORD } from './data.ts';
import type { BenchDatabase } from './database.ts';
import { type DemoPlaces, loadDemoData } from './demo.ts';
import { createGrowthSystems, type GrowthSystems } from './growth.ts';
import { signIn } from './load.ts';
import type { Pair } from './measure.ts';
import { entryPage, type PagePair, pagePair, type Servers, savePair } from './pairs.ts';
import { startApp, startBare } from './servers.ts';
import { addUsers } from './users.ts';
import { bareSession, CONNECTIONS, newSecret, type Seat, takeSeats } from './world.ts';

/** What is in the database. */
export interface BenchWorld {
  database: BenchDatabase;
  demo: DemoPlaces;
  system: BenchSystem;
  growth: GrowthSystems | null;
}

// Eight offices for the saves, the others for certifying.
const OFFICES = 40;

/** The demo first, then the large framework in a system of its own. */
export async function createWorld(
  database: BenchDatabase,
  isWanted: (name: string) => boolean,
): Promise<BenchWorld> {
  const { db } = database;
  const demo = await loadDemoData(db);
  const system = await createBenchSystem(db, { code: 'bench', offices: OFFICES, certifiers: CONNECTIONS });
  const growth = isWanted('growth') ? await createGrowthSystems(db) : null;
  if (isWanted('users')) await addUsers(db);
  await db.raw('vacuum (analyze)');
  return { database, demo, system, growth };
}

/** Everything that the figures are taken from. */
export interface Stage extends BenchWorld {
  sessionSecret: string;
  servers: Servers;
  seats: readonly Seat[];
  certifiers: readonly Pick<Seat, 'ours' | 'bare'>[];
  pages: readonly PagePair[];
  pairs: readonly Pair[];
}

/** Starts both sides, signs everybody in and pairs up the paths. */
export async function setStage(
  world: BenchWorld,
  { profile }: { profile: string | undefined },
  cleanup: Cleanup,
): Promise<Stage> {
  const { database, demo, system } = world;
  const { url: databaseUrl, db } = database;
  const sessionSecret = newSecret();
  const ours = await startApp({ databaseUrl, sessionSecret, profile }, cleanup);
  const seats = await takeSeats(db, ours.origin, system);
  const certifiers = [];
  for (const username of system.certifiers) {
    const cookie = await signIn(ours.origin, system.code, username, PASSWORD);
    certifiers.push({ ours: cookie, bare: await bareSession(db, system, username) });
  }
  const pages = [
    entryPage(system, seats),
    await demoPage(ours.origin, demo.reporter, {
      name: 'report',
      label: 'office score report',
      wanted: 0.55,
      path: demo.reportPath,
    }),
    await demoPage(ours.origin, demo.certifier, {
      name: 'certify-list',
      label: 'certify list, 225 offices',
      wanted: 0.45,
      path: demo.listPath,
    }),
  ];
  const order = {
    databaseUrl,
    sessionSecret,
    pages: pages.map(({ name, path, cookies }) => ({ name, path, cookie: cookies[0] ?? '' })),
  };
  const servers = { ours, bare: await startBare(order, { profile }, cleanup) };
  const [entry, report, list] = await Promise.all(pages.map((page) => pagePair(servers, page)));
  const writing = { db, servers, system, seats, certifiers };
  const writes = [savePair(writing, 120, 0.6), savePair(writing, 12, 0.5), await certifyPair(writing)];
  const pairs = [entry, ...writes, report, list].filter((pair) => pair !== undefined);
  return { ...world, sessionSecret, servers, seats, certifiers, pages, pairs };
}

async function demoPage(
  origin: string,
  username: string,
  page: Omit<PagePair, 'cookies'>,
): Promise<PagePair> {
  const cookie = await signIn(origin, 'krs', username, PASSWORD);
  return { ...page, cookies: Array.from({ length: CONNECTIONS }, () => cookie) };
}
