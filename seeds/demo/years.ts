import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Queryable } from '../../src/db/database.ts';
import { importFramework } from '../../src/framework/actions.ts';
import { loadFramework } from '../../src/framework/queries.ts';
import type { Framework } from '../../src/framework/types.ts';
import { projectRoot } from '../../src/lib/paths.ts';
import { DAY, iso, shiftOf, shiftRound, type WrittenRound } from './calendar.ts';
import { SCENARIOS, type Scenario, yearKey } from './scenarios.ts';
import { moveRounds } from './statements.ts';

/** A framework of the demo with its rounds on today's calendar. */
export interface DemoYear {
  /** Such as `krs 2562`. */
  key: string;
  framework: Framework;
  rounds: readonly { scenario: Scenario; written: WrittenRound }[];
  /** In milliseconds. */
  shift: number;
  publishedAt: number;
}

/** A framework is published, and its people entered, this long before its first round opens. */
const DAYS_BEFORE = 30;

interface WrittenFramework {
  rounds: WrittenRound[];
}

/**
 * Imports the frameworks of a system. All its years move by one shift, chosen by its open round: KRS by the
 * 12-month round of 2562, so that 2559 stays three years before; ARS, which shares no data with it, by its own.
 */
export async function importYears(trx: Queryable, system: string, today: number): Promise<DemoYear[]> {
  const scenarios = SCENARIOS.filter((scenario) => scenario.system === system);
  const open = scenarios.find((scenario) => scenario.open);
  if (open === undefined) throw new Error(`No round of ${system} is open`);
  const shift = shiftOf(roundOf(readFramework(open), open), today);
  const years: DemoYear[] = [];
  for (const key of new Set(scenarios.map(yearKey))) {
    const ofYear = scenarios.filter((scenario) => yearKey(scenario) === key);
    years.push(await importYear(trx, ofYear, shift, today));
  }
  return years;
}

async function importYear(
  trx: Queryable,
  scenarios: readonly Scenario[],
  shift: number,
  today: number,
): Promise<DemoYear> {
  const [first] = scenarios;
  if (first === undefined) throw new Error('A year has rounds');
  const document = readFramework(first);
  const { frameworkId } = await importFramework(trx, document);
  // The importer knows when a fiscal year is; only afterwards do the rounds move to today's calendar.
  const rounds = scenarios.map((scenario) => ({
    scenario,
    written: shiftRound(roundOf(document, scenario), shift, today),
  }));
  const moved = rounds.map(({ written }) => written);
  const opens = Math.min(...moved.map((round) => Date.parse(round.entry_opens_at)));
  const publishedAt = opens - DAYS_BEFORE * DAY;
  await moveRounds(trx, frameworkId, moved, iso(publishedAt));
  const framework = await loadFramework(trx, frameworkId, 1);
  return { key: yearKey(first), rounds, shift, publishedAt, framework };
}

function readFramework({ system, fiscalYear }: Scenario): WrittenFramework {
  const file = join(projectRoot, 'seeds', 'frameworks', `${system}-${fiscalYear}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as WrittenFramework;
}

function roundOf(document: WrittenFramework, scenario: Scenario): WrittenRound {
  const round = document.rounds.find(({ kind }) => kind === scenario.kind);
  if (round === undefined) throw new Error(`${yearKey(scenario)} has no round ${scenario.kind}`);
  return round;
}
