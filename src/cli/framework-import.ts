import { parseArgs } from 'node:util';
import { importFramework } from '../framework/actions.ts';
import { FrameworkRefused } from '../framework/problems.ts';
import { loadFramework } from '../framework/queries.ts';
import { type CommandContext, CommandError } from './command.ts';
import { readJsonFile } from './json-file.ts';

/**
 * `framework import FILE`: the framework and the rounds of a year, all or nothing. Every problem of the file is
 * told at once, as a CommandError.
 */
export async function run(args: string[], { db }: Pick<CommandContext, 'db'>): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new CommandError('Usage: framework import FILE');
  const json = await readJsonFile(file);
  try {
    const { frameworkId } = await importFramework(db, json);
    const { fiscalYear, subIndicators, variables } = await loadFramework(db, frameworkId, 1);
    console.log(
      `Imported ${fiscalYear}: ${subIndicators.length} sub-indicators with ${variables.size} variables.`,
    );
  } catch (error) {
    throw error instanceof FrameworkRefused
      ? new CommandError(`${file} is refused. ${error.message}`)
      : error;
  }
}
