import type { Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import type { Logger } from '../lib/logger.ts';

/** What a command is given. */
export interface CommandContext {
  db: Db;
  config: Config;
  logger: Logger;
  now: Date;
}

/** A command that cannot do what it was asked; the message is for the person at the terminal. */
export class CommandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandError';
  }
}
