import type { Knex } from 'knex';
import type { Queryable } from '../db/database.ts';
import { importFramework } from '../framework/actions.ts';
import { loadFramework } from '../framework/queries.ts';
import type { Framework, YearRound } from '../framework/types.ts';
import { createRound } from '../rounds/actions.ts';
import { listRoundOffices } from '../rounds/queries.ts';
import { refreshScores } from '../scores/actions.ts';

/** A round of an imported year, and how many entries all its offices have in it. */
export interface ImportedRound {
  label: string;
  entries: number;
}

/**
 * Imports a framework file (docs/framework-format.md) and sets up the year: publishes the framework, creates every
 * round of the file with the entries of all its offices, and stores their first scores, so that the offices can
 * report as soon as entry opens. `json` may be anything. All or nothing: throws FrameworkRefused with every
 * problem at once, and then nothing is stored. Five statements for each round, however many offices and indicators.
 */
export async function importYear(
  db: Queryable,
  json: unknown,
): Promise<{ frameworkId: string; rounds: ImportedRound[] }> {
  return db.transaction(async (trx) => {
    const { frameworkId, rounds: planned } = await importFramework(trx, json);
    const framework = await loadFramework(trx, frameworkId, 1);
    const rounds: ImportedRound[] = [];
    for (const round of planned) rounds.push(await setUpRound(trx, framework, round));
    return { frameworkId, rounds };
  });
}

async function setUpRound(
  trx: Knex.Transaction,
  framework: Framework,
  planned: YearRound,
): Promise<ImportedRound> {
  const round = await createRound(trx, { ...planned, frameworkId: framework.id });
  await refreshScores(trx, framework, round, await listRoundOffices(trx, round.id));
  return { label: planned.label, entries: round.createdEntries };
}
