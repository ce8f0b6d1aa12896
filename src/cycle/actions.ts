import type { Queryable, Transaction } from '../db/database.ts';
import { importFramework } from '../framework/actions.ts';
import type { Problem } from '../framework/problems.ts';
import { loadFramework } from '../framework/queries.ts';
import type { Framework, YearRound } from '../framework/types.ts';
import { AppError } from '../lib/errors.ts';
import { storeRound } from '../rounds/queries.ts';
import { createLists } from './lists/actions.ts';
import { insertRoundEvents } from './rounds/queries.ts';

/** A round of an imported year, and how many entries all its offices have in it. */
export interface ImportedRound {
  label: string;
  entries: number;
}

/**
 * Imports a framework file (docs/framework-format.md) and sets up the year: publishes the framework, creates every
 * round of the file with the entries of all its offices, and stores their first scores, so that the offices can
 * report as soon as entry opens. `json` may be anything. All or nothing: throws FrameworkRefused with every
 * problem at once, and then nothing is stored. Six statements for each round, however many offices and indicators.
 */
export async function importYear(
  db: Queryable,
  json: unknown,
): Promise<{ frameworkId: string; rounds: ImportedRound[]; warnings: Problem[] }> {
  return db.transaction(async (trx) => {
    const { frameworkId, rounds: planned, warnings } = await importFramework(trx, json);
    const framework = await loadFramework(trx, frameworkId, 1);
    const rounds: ImportedRound[] = [];
    for (const round of planned) rounds.push(await setUpRound(trx, framework, round));
    return { frameworkId, rounds, warnings };
  });
}

async function setUpRound(
  trx: Transaction,
  framework: Framework,
  planned: YearRound,
): Promise<ImportedRound> {
  const round = await storeRound(trx, { ...planned, frameworkId: framework.id });
  if (round === undefined) throw new AppError('conflict');
  const { created: entries } = await createLists(trx, framework, round);
  const { entryOpensAt, entryClosesAt, certificationClosesAt } = planned;
  const after = { entryOpensAt, entryClosesAt, certificationClosesAt };
  await insertRoundEvents(trx, [{ roundId: round.id, userId: null, kind: 'create', after }]);
  return { label: planned.label, entries };
}
