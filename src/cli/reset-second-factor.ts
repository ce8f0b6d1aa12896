import { parseArgs } from 'node:util';
import { AppError } from '../lib/errors.ts';
import { resetSecondFactor } from '../users/second-factor/actions.ts';
import { type CommandContext, CommandError } from './command.ts';

/**
 * `reset-second-factor --system krs --username NAME`: the password alone signs in again, for somebody who lost
 * phone and recovery codes and whom no manager can help. Written into the account's history, and mailed.
 */
export async function run(args: string[], { db, now }: CommandContext): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { system: text, username: text } });
  const { system: systemCode, username } = values;
  if (systemCode === undefined || username === undefined) {
    throw new CommandError('Usage: reset-second-factor --system krs --username NAME');
  }
  const removed = await resetSecondFactor(db, { systemCode, username }, now).catch((error) => {
    if (error instanceof AppError) throw new CommandError(`${systemCode} has no user ${username}.`);
    throw error;
  });
  console.log(
    removed
      ? `${username} signs in with the password alone now.`
      : `${username} has no second factor; nothing was changed.`,
  );
}
