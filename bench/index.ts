import { writeFile } from 'node:fs/promises';
import { build } from './build.ts';
import { cleanUpOnSignal, cleanupList } from './cleanup.ts';
import { createBenchSystem } from './data.ts';
import { openBenchDatabase } from './database.ts';
import { measurePair, type Pair, type PairResult } from './measure.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { entryPage, pagePair, type Stage, savePair } from './pairs.ts';
import { pairHead, pairLine } from './report.ts';
import { startApp, startBare } from './servers.ts';
import { CONNECTIONS, newSecret, takeSeats } from './world.ts';

const cleanup = cleanupList();
cleanUpOnSignal(cleanup);
try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof TypeError && 'code' in error ? `${error.message}\n${USAGE}` : error);
  process.exitCode = 1;
} finally {
  await cleanup.run();
}

async function main(options: BenchOptions): Promise<void> {
  if (!options.noBuild) build();
  const database = await openBenchDatabase(cleanup);
  const { url: databaseUrl, db } = database;
  const system = await createBenchSystem(db, { code: 'bench', offices: 32, certifiers: CONNECTIONS });
  const sessionSecret = newSecret();
  const app = await startApp({ databaseUrl, sessionSecret, profile: options.profile }, cleanup);
  const seats = await takeSeats(db, app.origin, system);
  const pages = [entryPage(system, seats)];
  const bare = await startBare(
    {
      databaseUrl,
      sessionSecret,
      pages: pages.map(({ name, path, cookies }) => ({ name, path, cookie: cookies[0] ?? '' })),
    },
    options,
    cleanup,
  );
  const stage: Stage = { db, system, seats, servers: { ours: app, bare } };
  const pairs: Pair[] = [
    ...pages.map((page) => pagePair(stage, page)),
    savePair(stage, 120, 0.6),
    savePair(stage, 12, 0.5),
  ];
  const results: PairResult[] = [];
  console.log(pairHead());
  for (const pair of pairs) {
    if (options.only.length > 0 && !options.only.includes(pair.name)) continue;
    const result = await measurePair(pair, options);
    results.push(result);
    console.log(pairLine(result));
  }
  const resident = app.residentBytes();
  console.log(`resident ${resident === null ? '–' : Math.round(resident / 2 ** 20)} MB`);
  if (options.json !== undefined)
    await writeFile(options.json, JSON.stringify({ settings: database.settings, results }, null, 2));
}
