import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Queryable } from '../../src/db/database.ts';
import { importFramework } from '../../src/framework/actions.ts';
import { loadFramework } from '../../src/framework/queries.ts';
import type { Framework, YearRound } from '../../src/framework/types.ts';
import { projectRoot } from '../../src/lib/paths.ts';
import { DAY, iso, shiftOf, shiftRound } from './calendar.ts';
import { SCENARIOS, type Scenario, yearKey } from './scenarios.ts';
import { datePublication } from './statements.ts';

/** A round of the demo: what is true of it, and when it is. */
export interface DemoRound {
  scenario: Scenario;
  planned: YearRound;
}

/** A framework of the demo with its rounds, not yet created, on today's calendar. */
export interface DemoYear {
  /** Such as `krs 2562`. */
  key: string;
  framework: Framework;
  rounds: readonly DemoRound[];
  /** In milliseconds. */
  shift: number;
  publishedAt: number;
  /** All rounds of the year, also those that are left to be created. */
  planned: readonly YearRound[];
}

/** A year as its file has it, long past. */
type ImportedYear = Pick<DemoYear, 'key' | 'framework' | 'rounds' | 'planned'>;

/** A framework is published, and its people entered, this long before its first round opens. */
const DAYS_BEFORE = 30;

/**
 * Imports the frameworks of a system. All its years move by one shift, chosen by its open round: KRS by the
 * 12-month round of 2562, so that 2559 stays three years before; ARS, which shares no data with it, by its own.
 */
export async function importYears(trx: Queryable, system: string, today: number): Promise<DemoYear[]> {
  const scenarios = SCENARIOS.filter((scenario) => scenario.system === system);
  const imported: ImportedYear[] = [];
  for (const key of new Set(scenarios.map(yearKey))) {
    const ofYear = scenarios.filter((scenario) => yearKey(scenario) === key);
    imported.push(await importYear(trx, key, ofYear));
  }
  const open = imported.flatMap(({ rounds }) => rounds).find(({ scenario }) => scenario.open);
  if (open === undefined) throw new Error(`No round of ${system} is open`);
  const years = imported.map((year) => shiftYear(year, shiftOf(open.planned, today), today));
  for (const { framework, publishedAt, planned } of years) {
    await datePublication(trx, framework.id, iso(publishedAt), planned);
  }
  return years;
}

async function importYear(
  trx: Queryable,
  key: string,
  scenarios: readonly Scenario[],
): Promise<ImportedYear> {
  const { frameworkId, rounds: planned } = await importFramework(trx, readFramework(key));
  const rounds = scenarios.map((scenario) => ({ scenario, planned: roundOf(planned, scenario) }));
  return { key, rounds, planned, framework: await loadFramework(trx, frameworkId, 1) };
}

function shiftYear(
  { key, framework, rounds, planned: all }: ImportedYear,
  shift: number,
  today: number,
): DemoYear {
  const shifted = rounds.map(({ scenario, planned }) => ({
    scenario,
    planned: shiftRound(planned, shift, today),
  }));
  const opens = Math.min(...shifted.map(({ planned }) => planned.entryOpensAt.getTime()));
  const planned = all.map((round) => shiftRound(round, shift, today));
  return { key, framework, rounds: shifted, planned, shift, publishedAt: opens - DAYS_BEFORE * DAY };
}

function readFramework(key: string): unknown {
  const file = join(projectRoot, 'seeds', 'frameworks', `${key.replace(' ', '-')}.json`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function roundOf(rounds: readonly YearRound[], scenario: Scenario): YearRound {
  const round = rounds.find(({ kind }) => kind === scenario.kind);
  if (round === undefined) throw new Error(`${yearKey(scenario)} has no round ${scenario.kind}`);
  return round;
}
