import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Where the figures go for machines. */
  json: string | undefined;
  /** Names of the paths to measure; empty = all, and the checks that stand beside them. */
  only: string[];
  rounds: number;
  /** Length of one measured run. */
  seconds: number;
  /** End with status 1 where a figure is not reached. */
  strict: boolean;
  /** Serve what dist/ holds. */
  noBuild: boolean;
  /** Folder for a CPU profile of the application. */
  profile: string | undefined;
}

/** Everything that can be measured, by name. */
export const NAMES = [
  ...['entry-page', 'save-120', 'save-12', 'certify', 'report', 'certify-list'],
  ...[
    'memory',
    'statements',
    'sizes',
    'sign-in',
    'growth',
    'users',
    'uploads',
    'simulation',
    'threads',
    'lists',
  ],
];

/** The command line is wrong; the message says how. */
export class OptionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OptionError';
  }
}

export const USAGE = `npm run bench -- [--json FILE] [--strict] [--only NAME]… [--rounds N] [--seconds N] [--no-build] [--profile FOLDER]
NAME: ${NAMES.join(', ')}`;

const OPTIONS = {
  json: { type: 'string' },
  only: { type: 'string', multiple: true, default: [] as string[] },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '3' },
  strict: { type: 'boolean', default: false },
  'no-build': { type: 'boolean', default: false },
  profile: { type: 'string' },
} as const;

/** Reads the command line; throws an OptionError that says what is wrong with it. */
export function readOptions(args: string[]): BenchOptions {
  const values = parse(args);
  const unknown = values.only.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new OptionError(`Nothing is called ${unknown}`);
  return {
    json: values.json,
    only: values.only,
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    strict: values.strict,
    noBuild: values['no-build'],
    profile: values.profile,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 100))
    throw new OptionError(`--${name} takes a number up to 100, not ${text}`);
  return number;
}
