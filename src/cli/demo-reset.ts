import { parseArgs } from 'node:util';
import { resetDemo } from '../../seeds/demo/index.ts';
import { localFolder } from '../storage/local-folder.ts';
import { hashPassword } from '../users/password.ts';
import { type CommandContext, CommandError } from './command.ts';

/** `demo reset`: deletes everything and loads the demo data afresh. Refused in production. */
export async function run(args: string[], { db, config, logger, now }: CommandContext): Promise<void> {
  parseArgs({ args });
  if (config.production)
    throw new CommandError('The demo is never loaded in production: it deletes all data.');
  const passwordHash = await hashPassword(config.demoPassword, config.bcryptCost);
  const storage = localFolder(config.uploadsDir);
  const options = { passwordHash, now, storage, log: logger, production: false };
  const { rounds, milliseconds } = await resetDemo(db, options);
  const entries = rounds.reduce((sum, round) => sum + round.entries, 0);
  console.log(
    `Loaded ${rounds.length} rounds with ${entries} entries in ${(milliseconds / 1000).toFixed(1)} s.`,
  );
}
