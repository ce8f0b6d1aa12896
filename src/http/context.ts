import type { Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import type { Logger } from '../lib/logger.ts';
import type { FileStorage } from '../storage/types.ts';

/** What every part of the program is handed instead of reaching for it. */
export interface AppContext {
  db: Db;
  config: Config;
  logger: Logger;
  /** Where uploaded bytes live. */
  storage: FileStorage;
  /** The present moment; tests turn it. */
  clock: () => Date;
}
