import { parseArgs } from 'node:util';
import { importYear } from '../cycle/actions.ts';
import { FrameworkRefused } from '../framework/problems.ts';
import { loadFramework } from '../framework/queries.ts';
import { type CommandContext, CommandError } from './command.ts';
import { readJsonFile } from './json-file.ts';

/**
 * `framework import FILE`: the framework of a year and its rounds with the entries of all offices, all or nothing.
 * Tells what was created, and on the error output what is merely strange in the file. Every problem of the file is told
 * at once, as a CommandError.
 */
export async function run(
  args: string[],
  { db }: Pick<CommandContext, 'db'>,
  out: (line: string) => void = console.log,
  warn: (line: string) => void = console.error,
): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new CommandError('Usage: framework import FILE');
  const json = await readJsonFile(file);
  try {
    const { frameworkId, rounds, warnings } = await importYear(db, json);
    const { fiscalYear, subIndicators, variables } = await loadFramework(db, frameworkId, 1);
    out(`Imported ${fiscalYear}: ${subIndicators.length} sub-indicators with ${variables.size} variables.`);
    for (const { label, entries } of rounds) out(`Created ${label}: ${entries} entries.`);
    for (const { place, message } of warnings) warn(`Warning: ${place}: ${message}`);
  } catch (error) {
    throw error instanceof FrameworkRefused
      ? new CommandError(`${file} is refused. ${error.message}`)
      : error;
  }
}
