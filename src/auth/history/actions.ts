import type { AppContext } from '../../http/context.ts';
import { listSystems } from '../../systems/queries.ts';
import { deleteOldLogins } from './queries.ts';

const DAY_MS = 24 * 3600 * 1000;
// small enough that nobody who signs in meanwhile waits for it
const LINES_AT_ONCE = 5000;

/**
 * Forgets what is older than each system keeps its login history. Returns how many lines went; after a failure
 * it is simply done again.
 */
export async function pruneLoginHistory({ db, clock }: Pick<AppContext, 'db' | 'clock'>): Promise<number> {
  let total = 0;
  for (const { id, settings } of await listSystems(db)) {
    const before = new Date(clock().getTime() - settings.loginHistoryDays * DAY_MS);
    let gone: number;
    do {
      gone = await deleteOldLogins(db, { systemId: id, before, limit: LINES_AT_ONCE });
      total += gone;
    } while (gone === LINES_AT_ONCE);
  }
  return total;
}
