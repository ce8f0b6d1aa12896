import type { Db } from '../db/database.ts';
import type { CurrentSystem } from '../http/current-user.ts';
import { listSystems } from './queries.ts';

// Systems change a few times in their lives; a new one is found at once, a changed setting within this time.
const FRESH_FOR_MS = 30_000;
// An unknown path may be that of a system that was set up just now; whoever asks for nonsense asks the database rarely.
const UNKNOWN_FRESH_FOR_MS = 1000;

export interface SystemRegistry {
  /** The system of a path such as `/krs/…`, or undefined. */
  find(code: string): Promise<CurrentSystem | undefined>;
  list(): Promise<CurrentSystem[]>;
  /** What was read counts no longer: the next request reads afresh. */
  forget(): void;
}

/**
 * Keeps the few system rows in memory, so that no page spends a statement on them. A setting that was saved
 * through this instance counts from the next request on (`forget`), in other instances within 30 seconds.
 */
export function systemRegistry(db: Db): SystemRegistry {
  let systems: CurrentSystem[] = [];
  let loadedAt = Number.NEGATIVE_INFINITY;
  let timesForgotten = 0;

  async function list(freshFor = FRESH_FOR_MS): Promise<CurrentSystem[]> {
    if (systems.length > 0 && performance.now() - loadedAt <= freshFor) return systems;
    const before = timesForgotten;
    const loaded = await listSystems(db);
    // settings that were saved while we were reading may be missing in what was read: it is not kept
    if (before === timesForgotten) {
      systems = loaded;
      loadedAt = performance.now();
    }
    return loaded;
  }

  return {
    list: () => list(),
    async find(code) {
      const isOfCode = (system: CurrentSystem) => system.code === code;
      return (await list()).find(isOfCode) ?? (await list(UNKNOWN_FRESH_FOR_MS)).find(isOfCode);
    },
    forget() {
      timesForgotten += 1;
      loadedAt = Number.NEGATIVE_INFINITY;
    },
  };
}
