import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../lib/errors.ts';
import { projectRoot } from '../lib/paths.ts';
import { parseBureaus, parseDistricts } from '../offices/forms.ts';
import type { NewOffice } from '../offices/types.ts';
import { listSystems } from '../systems/queries.ts';
import { systemSettings } from '../systems/types.ts';
import { createAdmin } from '../users/actions.ts';
import { hashPassword } from '../users/password.ts';
import { isUsername, type PasswordProblem, passwordProblems } from '../users/rules.ts';
import { askPassword } from './ask-password.ts';
import { type CommandContext, CommandError } from './command.ts';

const PROBLEMS: Record<PasswordProblem, (leastBytes: number) => string> = {
  tooShort: (bytes) => `it needs at least ${bytes} bytes (a Thai letter counts as 3) and 4 characters`,
  passwordTooLong: () => 'it is longer than 72 bytes (a Thai letter counts as 3)',
  isUsername: () => 'it is the username',
  tooCommon: () => 'it is one of the commonest passwords',
};

/**
 * `create-admin --system krs --username NAME --name "FULL NAME"`: an account of the KPI office. The password
 * comes from ADMIN_PASSWORD, otherwise it is asked for. Installs systems and offices where there are none.
 */
export async function run(args: string[], { db, config }: CommandContext): Promise<void> {
  const { system: systemCode, username, name } = readOptions(args);
  const systems = await listSystems(db);
  const { passwordMinBytes } =
    systems.find(({ code }) => code === systemCode)?.settings ?? systemSettings.parse({});
  const password = config.adminPassword ?? (await askPassword());
  const problems = passwordProblems(password, username, passwordMinBytes).map((problem) =>
    PROBLEMS[problem](passwordMinBytes),
  );
  if (problems.length > 0) throw new CommandError(`The password cannot be used: ${problems.join('; ')}.`);
  const passwordHash = await hashPassword(password, config.bcryptCost);
  try {
    await createAdmin(db, { systemCode, username, passwordHash, name }, await knownOffices());
  } catch (error) {
    throw explained(error, systemCode, username);
  }
  console.log(`${username} may now sign in at ${config.publicUrl}/${systemCode}/login`);
}

function readOptions(args: string[]): { system: string; username: string; name: string } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { system: text, username: text, name: text } });
  const { system, username, name } = values;
  if (system === undefined || username === undefined || name === undefined || name.trim() === '') {
    throw new CommandError('Usage: create-admin --system krs --username NAME --name "FULL NAME"');
  }
  if (!isUsername(username)) throw new CommandError('A username has letters or digits only, at most 20.');
  return { system, username, name: name.trim() };
}

async function knownOffices(): Promise<NewOffice[]> {
  const read = (file: string) => readFile(join(projectRoot, 'seeds', file), 'utf8');
  const bureaus = parseBureaus(await read('bureaus.csv')).filter(({ certifies }) => certifies);
  const districts = parseDistricts(await read('offices.csv'));
  return [...bureaus, ...districts].map(({ office }) => office);
}

function explained(error: unknown, systemCode: string, username: string): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'conflict') return new CommandError(`${systemCode} has a user ${username} already.`);
  return new CommandError(`There is no system ${systemCode} with a KPI office.`);
}
