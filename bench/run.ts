import { writeFile } from 'node:fs/promises';
import { build } from './build.ts';
import { checkGrowth, checkMemory, checkSignIn, checkSizes, checkStatements, checkUsers } from './checks.ts';
import { cleanUpOnSignal, cleanupList } from './cleanup.ts';
import { openBenchDatabase } from './database.ts';
import { checkLists } from './lists.ts';
import { measurePair, type PairResult } from './measure.ts';
import { type BenchOptions, OptionError, readOptions, USAGE } from './options.ts';
import { type Check, checkLine, pairHead, pairLine } from './report.ts';
import { checkSimulation } from './simulation.ts';
import { createWorld, setStage } from './stage.ts';
import { checkThreads } from './threads.ts';
import { checkUploads } from './uploads.ts';

const cleanup = cleanupList();
cleanUpOnSignal(cleanup);
try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  // whatever fails after Ctrl-C fails because of it
  if (!cleanup.hasBegun()) console.error(error instanceof OptionError ? `${error.message}\n${USAGE}` : error);
  process.exitCode = 1;
} finally {
  await cleanup.run();
}

async function main(options: BenchOptions): Promise<void> {
  const begin = performance.now();
  const isWanted = (name: string) => options.only.length === 0 || options.only.includes(name);
  if (!options.noBuild) build();
  const database = await openBenchDatabase(cleanup);
  const world = await createWorld(database, isWanted);
  const stage = await setStage(world, options, cleanup);
  console.log(
    `Node ${process.version}, PostgreSQL ${database.settings.server}, ${describe(database.settings)}`,
  );
  console.log(`8 connections, ${options.rounds} × ${options.seconds} s each side in turn\n`);

  const pairs: PairResult[] = [];
  console.log(pairHead());
  for (const pair of stage.pairs.filter(({ name }) => isWanted(name))) {
    const result = await measurePair(pair, options);
    pairs.push(result);
    console.log(pairLine(result));
  }
  const checks: Check[] = [];
  for (const [name, check] of [
    ['memory', () => checkMemory(stage)],
    ['statements', () => checkStatements(stage, cleanup)],
    ['sizes', () => checkSizes(stage)],
    ['sign-in', () => checkSignIn(stage, cleanup)],
    ['growth', () => checkGrowth(stage)],
    ['users', () => checkUsers(stage, cleanup)],
    ['uploads', () => checkUploads(stage, cleanup)],
    ['simulation', () => checkSimulation(stage)],
    ['threads', () => checkThreads(stage)],
    ['lists', () => checkLists(stage)],
  ] as const) {
    if (isWanted(name)) checks.push(...(await check()));
  }
  console.log(`\n${checks.map(checkLine).join('\n')}`);
  const seconds = (performance.now() - begin) / 1000;
  console.log(
    `\n${seconds.toFixed(0)} s in all. A difference under a quarter says nothing: machines are noisy.`,
  );
  const { node } = process.versions;
  const figures = { node, settings: database.settings, seconds, rounds: options.rounds, pairs, checks };
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`);
  const missed = [...pairs, ...checks].some(({ reached }) => reached === false);
  if (options.strict && missed) process.exitCode = 1;
}

function describe(settings: { fsync: string; synchronous_commit: string }): string {
  return `fsync ${settings.fsync}, synchronous_commit ${settings.synchronous_commit}`;
}
