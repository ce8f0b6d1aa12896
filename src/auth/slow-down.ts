import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Db } from '../db/database.ts';
import type { AppContext } from '../http/context.ts';
import { deleteRateLimits } from './queries.ts';
import { waitAfterFailures } from './rules.ts';

const REMEMBERED_SECONDS = 15 * 60;

/** Makes repeated wrong tries slow: those under one key, e.g. of an account and address together. */
export interface SlowDown {
  /** Counts one try before it is looked at. `admitted: false`: not to be looked at for so many seconds. */
  admit(key: string): Promise<{ admitted: boolean; waitSeconds: number }>;
  /** After a correct try: nothing is held against the key any more. */
  clear(key: string): Promise<void>;
}

/**
 * Counts tries of this name in PostgreSQL, so that all instances count together. A try is counted before it is
 * checked, and past the free ones it must take the one place there is per waiting time: a hundred tries at
 * the same moment are a hundred counts and one check.
 */
export function slowDown(
  db: Db,
  { cleanUp, name = 'sign-in' }: { cleanUp: boolean; name?: string },
): SlowDown {
  const table = {
    storeClient: db,
    storeType: 'knex',
    tableName: 'rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: cleanUp,
  };
  const failures = new RateLimiterPostgres({
    ...table,
    keyPrefix: `${name}-failures`,
    points: 1,
    duration: REMEMBERED_SECONDS,
  });
  const gate = new RateLimiterPostgres({ ...table, keyPrefix: `${name}-gate`, points: 1, duration: 1 });

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
      await deleteRateLimits(db, [failures.getKey(key), gate.getKey(key)]);
    },
  };
}

/** For codes of the second factor: those of signing in and those of the profile count together. */
export function codeSlowDown({ db, config }: Pick<AppContext, 'db' | 'config'>): SlowDown {
  return slowDown(db, { cleanUp: !config.test, name: 'second-factor' });
}

function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
