import { parseArgs } from 'node:util';
import { AppError } from '../lib/errors.ts';
import { createSystem, type Participants } from '../offices/actions.ts';
import type { NewSystem } from '../systems/known.ts';
import { type CommandContext, CommandError } from './command.ts';

const USAGE =
  'Usage: system create --code CODE --brand "BRAND" --name-th "THAI NAME" --name-en "ENGLISH NAME" [--offices district | --offices copy-of CODE]';
const CODE = /^[a-z][a-z0-9-]{1,19}$/;
/** First parts of addresses that belong to no system. */
const TAKEN = ['assets', 'healthz', 'readyz', 'language'];
const LONGEST_BRAND = 50;
const LONGEST_NAME = 200;

/**
 * `system create --code CODE --brand … --name-th … --name-en … [--offices district|copy-of CODE]`: a further system
 * with its own accounts, framework and rounds. Its offices are those of every system, or of the one named.
 */
export async function run(
  args: string[],
  { db, config }: Pick<CommandContext, 'db' | 'config'>,
  out: (line: string) => void = console.log,
): Promise<void> {
  const { system, participants } = readOptions(args);
  try {
    const offices = await createSystem(db, system, participants);
    out(`${system.brand} is at ${config.publicUrl}/${system.code}, with ${offices} offices.`);
    out(
      `Its first account: npm run cli -- create-admin --system ${system.code} --username NAME --name "FULL NAME"`,
    );
  } catch (error) {
    throw explained(error, system.code, participants);
  }
}

function readOptions(args: string[]): { system: NewSystem; participants: Participants } {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { code: text, brand: text, 'name-th': text, 'name-en': text, offices: text },
  });
  const [code, brand, nameTh, nameEn] = [values.code, values.brand, values['name-th'], values['name-en']].map(
    (value) => value?.replace(/\s+/g, ' ').trim(),
  );
  if (!code || !brand || !nameTh || !nameEn) throw new CommandError(USAGE);
  if (!CODE.test(code) || TAKEN.includes(code)) {
    throw new CommandError(
      `The code "${code}" cannot be used: 2 to 20 small letters, digits or hyphens, a letter first, and none of ${TAKEN.join(', ')}.`,
    );
  }
  if (brand.length > LONGEST_BRAND || nameTh.length > LONGEST_NAME || nameEn.length > LONGEST_NAME) {
    throw new CommandError(`A brand has at most ${LONGEST_BRAND} letters, a name ${LONGEST_NAME}.`);
  }
  return {
    system: { code, brand, nameTh, nameEn },
    participants: readParticipants(values.offices, positionals),
  };
}

function readParticipants(offices: string | undefined, [like, ...more]: string[]): Participants {
  if ((offices === undefined || offices === 'district') && like === undefined) return 'all';
  if (offices === 'copy-of' && like !== undefined && more.length === 0) return { like };
  throw new CommandError(USAGE);
}

function explained(error: unknown, code: string, participants: Participants): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'conflict') return new CommandError(`There is a system ${code} already.`);
  return new CommandError(
    participants === 'all'
      ? 'There are no offices yet: create-admin installs them with the first account.'
      : `There is no system ${participants.like}, or it has no offices.`,
  );
}
