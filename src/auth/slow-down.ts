import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Db } from '../db/database.ts';
import { waitAfterFailures } from './rules.ts';

const REMEMBERED_SECONDS = 15 * 60;

/** Makes repeated wrong passwords slow, per account and address together. */
export interface SlowDown {
  /** Counts one try before it is looked at. `admitted: false`: not to be looked at for so many seconds. */
  admit(key: string): Promise<{ admitted: boolean; waitSeconds: number }>;
  /** After the correct password: nothing is held against the account any more. */
  clear(key: string): Promise<void>;
}

/**
 * Counts in PostgreSQL, so that all instances count together. A try is counted before the password is
 * checked, and past the free ones it must take the one place there is per waiting time: a hundred tries at
 * the same moment are a hundred counts and one check.
 */
export function slowDown(db: Db, options: { cleanUp: boolean }): SlowDown {
  const table = {
    storeClient: db,
    storeType: 'knex',
    tableName: 'rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: options.cleanUp,
  };
  const failures = new RateLimiterPostgres({
    ...table,
    keyPrefix: 'sign-in-failures',
    points: 1,
    duration: REMEMBERED_SECONDS,
  });
  const gate = new RateLimiterPostgres({ ...table, keyPrefix: 'sign-in-gate', points: 1, duration: 1 });

  return {
    async admit(key) {
      const closed = await gate.get(key);
      if (closed !== null) return { admitted: false, waitSeconds: seconds(closed.msBeforeNext) };
      const { consumedPoints } = await failures.penalty(key);
      const wait = waitAfterFailures(consumedPoints);
      if (wait === 0) return { admitted: true, waitSeconds: 0 };
      const passage = await gate.penalty(key, 1, { customDuration: wait });
      return { admitted: passage.consumedPoints === 1, waitSeconds: seconds(passage.msBeforeNext) };
    },
    async clear(key) {
      await failures.delete(key);
      await gate.delete(key);
    },
  };
}

function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
