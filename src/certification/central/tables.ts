import type { Db } from '../../db/database.ts';
import { readLines } from '../../users/import/read.ts';
import type { FileProblem } from '../../users/import/types.ts';
import { dryRun } from './check.ts';
import type { ChosenCentral } from './page.ts';
import { listNamedOffices } from './queries.ts';
import { linesOfText, readTable } from './table.ts';
import type { DryRun, TableProblem } from './types.ts';

/** A table as it was sent: a file, or else a text. */
export interface SentTable {
  text: string;
  file: { size: number; buffer: Buffer } | undefined;
  tooLarge: boolean;
}

export type TableResult =
  | { outcome: 'file'; problem: FileProblem }
  | { outcome: 'table'; problem: TableProblem; ofFile: boolean }
  | { outcome: 'run'; run: DryRun };

/** Reads a table and says what it would do with the chosen variable; nothing is stored. */
export async function checkTable(
  db: Db,
  systemId: string,
  { variable, entries }: ChosenCentral,
  { text, file, tooLarge }: SentTable,
): Promise<TableResult> {
  if (tooLarge) return { outcome: 'file', problem: { kind: 'tooLarge' } };
  const ofFile = file !== undefined || text.trim() === '';
  if (ofFile && file === undefined) return { outcome: 'file', problem: { kind: 'missing' } };
  if (file?.size === 0) return { outcome: 'file', problem: { kind: 'noBytes' } };
  const lines = file === undefined ? linesOfText(text) : await readLines(file.buffer);
  if ('kind' in lines) return { outcome: 'file', problem: lines };
  const rows = readTable(lines);
  if (typeof rows === 'string') return { outcome: 'table', problem: rows, ofFile };
  const offices = await listNamedOffices(db, systemId);
  return { outcome: 'run', run: dryRun(rows, { variable, entries, offices }) };
}
