import { ConfigError, readConfig, readEnvFile } from '../config.ts';
import { DatabaseUnreachableError, joinDatabase } from '../db/connect.ts';
import { migrate } from '../db/database.ts';
import { EmbeddedDatabaseError } from '../db/embedded-errors.ts';
import { createLogger } from '../lib/logger.ts';
import { type CommandContext, CommandError } from './command.ts';

const HELP = `Usage: npm run cli -- COMMAND

  create-admin --system krs --username NAME --name "FULL NAME"
      an account of the KPI office; asks for the password (or takes ADMIN_PASSWORD);
      an empty database gets its systems and offices first
  system create --code CODE --brand "BRAND" --name-th "THAI NAME" --name-en "ENGLISH NAME"
      a further system with its own accounts, framework and rounds; its offices are those of every system, or
      with --offices copy-of CODE those of one. A running server finds it at once
  framework import FILE
      the framework of a fiscal year from a JSON file, and its rounds with the entries of all offices,
      all or nothing
  score --framework FILE --values FILE --round 6M --office-type สพม
      the scores of one office from two JSON files, with explanations; needs no database
  scores verify
      recomputes every stored score and lists what differs; exit code 1 if anything does
  seal verify [--round ID [--hash SHA-256]]
      recomputes the hash of every sealed round, or of one, and compares what was sealed with the tables, part by
      part; with the hash that was mailed or printed also with that; exit code 1 where anything differs
  files verify
      reads every uploaded file and lists those that are missing or altered, and those that no row knows;
      exit code 1 if there are any missing or altered
  reset-second-factor --system krs --username NAME
      takes the second factor from an account whose owner has lost it; the password alone signs in again
  demo reset
      deletes everything and loads the demo data afresh; never in production

The database is that of DATABASE_URL, otherwise the embedded one in DATA_DIR.`;

type Command = (args: string[], context: CommandContext) => Promise<void>;

/** Commands that work on the database, loaded only when they are asked for. */
const COMMANDS: Record<string, () => Promise<{ run: Command }>> = {
  'create-admin': () => import('./create-admin.ts'),
  'framework import': () => import('./framework-import.ts'),
  'scores verify': () => import('./scores-verify.ts'),
  'system create': () => import('./system-create.ts'),
  'seal verify': () => import('./seal-verify.ts'),
  'files verify': () => import('./files-verify.ts'),
  'reset-second-factor': () => import('./reset-second-factor.ts'),
  'demo reset': () => import('./demo-reset.ts'),
};

await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  try {
    process.exitCode = await dispatch(args);
  } catch (error) {
    console.error(isExpected(error) ? error.message : error);
    process.exitCode = 1;
  }
}

/** Returns the exit code. */
async function dispatch(args: string[]): Promise<number> {
  for (const words of [2, 1]) {
    const load = COMMANDS[args.slice(0, words).join(' ')];
    if (load === undefined) continue;
    await withDatabase((await load()).run, args.slice(words));
    return 0;
  }
  if (args[0] === 'score') {
    await (await import('./score.ts')).run(args.slice(1), console.log);
    return 0;
  }
  const wantsHelp = args.length === 0 || args[0] === 'help' || args[0] === '--help';
  (wantsHelp ? console.log : console.error)(
    wantsHelp ? HELP : `Unknown command: ${args.join(' ')}\n\n${HELP}`,
  );
  return wantsHelp ? 0 : 2;
}

async function withDatabase(command: Command, args: string[]): Promise<void> {
  readEnvFile();
  const config = readConfig();
  const logger = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel);
  const { db, stop } = await joinDatabase(config, logger);
  try {
    await migrate(db);
    await command(args, { db, config, logger, now: new Date() });
  } finally {
    await stop();
  }
}

function isExpected(error: unknown): error is Error {
  if (error instanceof CommandError || error instanceof ConfigError) return true;
  if (error instanceof DatabaseUnreachableError || error instanceof EmbeddedDatabaseError) return true;
  // node:util's parseArgs says clearly which option it does not know
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
