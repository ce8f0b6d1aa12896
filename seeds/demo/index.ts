import type { Db, Transaction } from '../../src/db/database.ts';
import { listDistricts } from '../../src/offices/queries.ts';
import type { FileStorage } from '../../src/storage/types.ts';
import type { NewFile } from '../../src/threads/files/types.ts';
import { type DemoAccount, demoAccounts } from './accounts.ts';
import { analyze, emptyTables, withoutForeignKeys } from './bulk.ts';
import { iso, startOfDay } from './calendar.ts';
import { enterPeople } from './enter-people.ts';
import { type LoadedRound, loadRounds, type RoundToLoad } from './load-rounds.ts';
import type { DemoOffice } from './round-plan.ts';
import { type Lists, setUpSystems } from './systems.ts';
import { enterFiles, putFiles } from './talk-files.ts';
import { dateFiles, listFileKeys } from './talk-statements.ts';
import { importYears } from './years.ts';

export type { DemoAccount } from './accounts.ts';

export interface DemoOptions {
  /** The bcrypt hash of the one password of all demo accounts. */
  passwordHash: string;
  /** The same day always loads the same data. */
  now: Date;
  /** Where the files lie that are attached in it. */
  storage: FileStorage;
  log: { info(message: string): void };
}

export interface DemoSummary {
  /** Accounts worth trying. */
  accounts: readonly DemoAccount[];
  rounds: readonly LoadedRound[];
  milliseconds: number;
}

/**
 * Fills a migrated, empty database with the demo: KRS of FY2559 and FY2562 and ARS of FY2559, all 225 offices
 * with entries, decisions, threads and scores, dates moved so that the open rounds close 30 days from now. One
 * transaction: all or nothing. Throws where the database holds a system already.
 */
export async function loadDemo(db: Db, options: DemoOptions): Promise<DemoSummary> {
  return withFiles(options.storage, (files) => db.transaction((trx) => load(trx, options, files)));
}

/**
 * Empties all tables and loads the demo afresh, in one transaction; then the files of before are gone, too. Refuses
 * in production.
 */
export async function resetDemo(
  db: Db,
  { production, ...options }: DemoOptions & { production: boolean },
): Promise<DemoSummary> {
  if (production) throw new Error('The demo is never loaded in production: it would delete all data.');
  const former = await listFileKeys(db);
  const summary = await withFiles(options.storage, (files) =>
    db.transaction(async (trx) => {
      await emptyTables(trx);
      return load(trx, options, files);
    }),
  );
  await removeAll(options.storage, former);
  return summary;
}

/** Puts the demo's files in place first; where the work fails, they are taken away again. */
async function withFiles<T>(storage: FileStorage, work: (files: NewFile[]) => Promise<T>): Promise<T> {
  const files = await putFiles(storage);
  try {
    return await work(files);
  } catch (error) {
    await removeAll(
      storage,
      files.map(({ key }) => key),
    );
    throw error;
  }
}

async function removeAll(storage: FileStorage, keys: readonly string[]): Promise<void> {
  for (const key of keys) await storage.remove(key);
}

async function load(trx: Transaction, options: DemoOptions, files: NewFile[]): Promise<DemoSummary> {
  const started = performance.now();
  options.log.info('Loading the demo data: two systems, three years, 225 offices. This takes some seconds.');
  const rounds = await withoutForeignKeys(trx, async () => {
    const { systems, lists } = await setUpSystems(trx);
    const planned: RoundToLoad[] = [];
    for (const [code, id] of systems) planned.push(...(await planSystem(trx, { code, id, lists, options })));
    const fileIds = await enterFiles(trx, files);
    await dateFiles(trx, iso(startOfDay(options.now.getTime())));
    return loadRounds(trx, planned, fileIds);
  });
  await analyze(trx);
  const milliseconds = Math.round(performance.now() - started);
  return { rounds, milliseconds, accounts: demoAccounts() };
}

interface SystemToLoad {
  code: string;
  id: string;
  lists: Lists;
  options: DemoOptions;
}

/** Imports the frameworks of a system and enters its people; tells what there is to load in its rounds. */
async function planSystem(trx: Transaction, system: SystemToLoad): Promise<RoundToLoad[]> {
  const { code, id, lists, options } = system;
  const today = startOfDay(options.now.getTime());
  const years = await importYears(trx, code, today);
  const people = await enterPeople(trx, { ...options, id, code, lists }, years);
  const planned: RoundToLoad[] = [];
  for (const { framework, rounds, shift } of years) {
    const offices = await officesOf(trx, id, framework.fiscalYear, lists);
    planned.push(...rounds.map((round) => ({ ...people, ...round, framework, offices, shift, today })));
  }
  return planned;
}

async function officesOf(
  trx: Transaction,
  systemId: string,
  fiscalYear: number,
  { districts }: Lists,
): Promise<DemoOffice[]> {
  const usernames = new Map(districts.map(({ office, username }) => [office.code, username]));
  const offices = await listDistricts(trx, systemId, fiscalYear);
  return offices.map(({ id, code, type, listLabel }) => {
    const username = usernames.get(code);
    if (code === null || type === null || !username) throw new Error(`The demo does not know ${listLabel}`);
    return { id, code, type, listLabel, username };
  });
}
