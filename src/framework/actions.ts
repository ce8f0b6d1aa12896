import type { Queryable } from '../db/database.ts';
import { countRows, documentToRows, type IdSource } from './document-rows.ts';
import { readHeader } from './draft.ts';
import type { RoundDocument } from './format.ts';
import { bureauIdOf, officeIdOf } from './known.ts';
import { lintFramework } from './lint.ts';
import { FrameworkRefused, type Problem, problem } from './problems.ts';
import {
  findImportTarget,
  type ImportTarget,
  insertFramework,
  type ReservedIds,
  reserveIds,
} from './queries.ts';
import type { YearRound } from './types.ts';

export interface ImportedFramework {
  frameworkId: string;
  /** As the file plans them, in its order; none of them exists yet. */
  rounds: YearRound[];
  /** What is merely strange in the file. */
  warnings: Problem[];
}

/**
 * Imports the framework of a file (docs/framework-format.md) for a year that has none yet, and publishes it. The rounds
 * of the file are checked, kept as planned, and answered; whoever wants them creates them. `json` may be anything. All
 * or nothing: throws FrameworkRefused with every problem at once, and then nothing is stored. The number of statements
 * does not depend on the size of the file.
 */
export async function importFramework(db: Queryable, json: unknown): Promise<ImportedFramework> {
  return db.transaction(async (trx) => {
    const header = readHeader(json);
    const target = header.system && (await findImportTarget(trx, header.system, header.fiscal_year ?? null));
    const linted = lintFramework(json, target || null);
    const problems = [...targetProblems(header, target), ...('problems' in linted ? linted.problems : [])];
    if (!target || !('document' in linted) || problems.length > 0) throw new FrameworkRefused(problems);

    const { document } = linted;
    const reserved = await reserveIds(trx, countRows(document));
    await insertFramework(trx, documentToRows(document, idSource(reserved, target)), document.rounds);
    const rounds = document.rounds.map(yearRound);
    return { frameworkId: reserved.framework, rounds, warnings: linted.warnings };
  });
}

function yearRound({ kind, sequence, label, data_as_of, ...windows }: RoundDocument): YearRound {
  return {
    kind,
    sequence,
    label,
    dataAsOf: data_as_of,
    entryOpensAt: new Date(windows.entry_opens_at),
    entryClosesAt: new Date(windows.entry_closes_at),
    certificationClosesAt: new Date(windows.certification_closes_at),
  };
}

function targetProblems(
  { system, fiscal_year: year }: { system?: string; fiscal_year?: number },
  target: ImportTarget | undefined | '',
): Problem[] {
  if (system === undefined || target === '') return [];
  if (target === undefined) {
    return [problem({ place: 'system', path: ['system'] }, 'unknown_system', 'unknownSystem', { system })];
  }
  if (!target.isImported) return [];
  const at = { place: 'fiscal_year', path: ['fiscal_year'] };
  return [problem(at, 'already_imported', 'alreadyImported', { system, year: year ?? '' })];
}

/** Hands out the reserved ids in the order in which they are asked for. */
function idSource(reserved: ReservedIds, target: ImportTarget): IdSource {
  const nodes = reserved.nodes.values();
  const variables = reserved.variables.values();
  return {
    framework: reserved.framework,
    system: target.systemId,
    node: () => next(nodes),
    variable: () => next(variables),
    bureau: (reference) => bureauIdOf(target, reference),
    office: (code) => officeIdOf(target, code),
  };
}

function next(ids: Iterator<string>): string {
  const { value, done } = ids.next();
  if (done) throw new RangeError('Fewer ids were reserved than the framework has rows');
  return value;
}
