import type { Db } from '../db/database.ts';
import type { CurrentSystem } from '../http/current-user.ts';
import { listSystems } from './queries.ts';

// Systems change a few times in their lives; a new one is found at once, a changed setting within this time.
const FRESH_FOR_MS = 30_000;

export interface SystemRegistry {
  /** The system of a path such as `/krs/…`, or undefined. */
  find(code: string): Promise<CurrentSystem | undefined>;
  list(): Promise<CurrentSystem[]>;
}

/** Keeps the few system rows in memory, so that no page spends a statement on them. */
export function systemRegistry(db: Db): SystemRegistry {
  let systems: CurrentSystem[] = [];
  let loadedAt = Number.NEGATIVE_INFINITY;

  async function list(): Promise<CurrentSystem[]> {
    if (systems.length === 0 || performance.now() - loadedAt > FRESH_FOR_MS) {
      systems = await listSystems(db);
      loadedAt = performance.now();
    }
    return systems;
  }

  return {
    list,
    async find(code) {
      return (await list()).find((system) => system.code === code);
    },
  };
}
