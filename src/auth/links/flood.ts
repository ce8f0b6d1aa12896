import { createHash } from 'node:crypto';
import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Db } from '../../db/database.ts';
import { addressGroup } from '../rules.ts';

const QUARTER_HOUR = 15 * 60;
/** In a quarter of an hour; a whole office may share one address. */
const PER_ADDRESS = 20;
const PER_ACCOUNT = 3;

export interface FloodRequest {
  systemId: string;
  /** As typed, whether there is such an account or not. */
  account: string;
  /** IP address, null when the proxy told nonsense. */
  address: string | null;
}

/** Counts requests for mail in PostgreSQL; returns for how many seconds the next is refused, 0: go on. */
export type Flood = (request: FloodRequest) => Promise<number>;

/**
 * Keeps people from having mail sent to others, and from trying names: three requests in a quarter of an hour for
 * one name, twenty from one address. Names that nobody has are counted alike.
 */
export function floodGate(db: Db, options: { cleanUp: boolean }): Flood {
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterPostgres({
      storeClient: db,
      storeType: 'knex',
      tableName: 'rate_limits',
      tableCreated: true,
      clearExpiredByTimeout: options.cleanUp,
      keyPrefix,
      points,
      duration: QUARTER_HOUR,
    });
  const byAddress = limiter('forgot-address', PER_ADDRESS);
  const byAccount = limiter('forgot-account', PER_ACCOUNT);

  return async ({ systemId, account, address }) => {
    const name = createHash('sha256').update(account.toLowerCase()).digest('base64url');
    const counts = [
      await byAddress.penalty(addressGroup(address)),
      await byAccount.penalty(`${systemId}:${name}`),
    ];
    return Math.max(waitOf(counts[0], PER_ADDRESS), waitOf(counts[1], PER_ACCOUNT));
  };
}

function waitOf(count: RateLimiterRes | undefined, allowed: number): number {
  if (count === undefined || count.consumedPoints <= allowed) return 0;
  return Math.max(1, Math.ceil(count.msBeforeNext / 1000));
}
