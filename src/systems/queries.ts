import type { Queryable } from '../db/database.ts';
import type { CurrentSystem } from '../http/current-user.ts';
import type { NewSystem } from './known.ts';
import { systemSettings } from './types.ts';

interface SystemRow {
  id: string;
  code: string;
  brand: string;
  name_th: string;
  name_en: string;
  settings: unknown;
}

/** All running systems, in the order in which they were set up. */
export async function listSystems(db: Queryable): Promise<CurrentSystem[]> {
  const rows: SystemRow[] = await db('systems').select('*').orderBy('id');
  return rows.map((row) => ({
    id: row.id,
    code: row.code,
    brand: row.brand,
    nameTh: row.name_th,
    nameEn: row.name_en,
    settings: systemSettings.parse(row.settings),
  }));
}

/** Sets up systems with the settings that they have by default. */
export async function insertSystems(db: Queryable, systems: readonly NewSystem[]): Promise<void> {
  await db('systems').insert(
    systems.map(({ code, brand, nameTh, nameEn }) => ({ code, brand, name_th: nameTh, name_en: nameEn })),
  );
}
