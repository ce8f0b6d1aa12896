import type { Queryable } from '../db/database.ts';
import type { CurrentSystem, Role, SystemSettings } from '../http/current-user.ts';
import { notFound } from '../lib/errors.ts';
import type { NewSystem } from './known.ts';
import { type SettingsEvent, type StoredSettings, systemSettings } from './types.ts';

interface SystemRow extends Pick<CurrentSystem, 'titles' | 'manuals'> {
  id: string;
  code: string;
  brand: string;
  name_th: string;
  name_en: string;
  settings: unknown;
}

const SYSTEMS = `
  select s.id, s.code, s.brand, s.name_th, s.name_en, s.settings,
         array(select json_build_object('fiscalYear', f.fiscal_year, 'th', f.title_th, 'en', f.title_en)
                 from frameworks f where f.system_id = s.id order by f.fiscal_year desc) as titles,
         array(select json_build_object('id', m.id::text, 'title', m.title, 'fiscalYear', m.fiscal_year,
                                        'fileName', sf.original_name, 'size', sf.size)
                 from manuals m join stored_files sf on sf.id = m.file_id
                where m.system_id = s.id and m.removed_at is null and sf.state = 'clean'
                order by m.fiscal_year desc nulls last, m.title, m.id) as manuals
    from systems s order by s.id`;

/** All running systems, in the order in which they were set up. */
export async function listSystems(db: Queryable): Promise<CurrentSystem[]> {
  const { rows } = await db.raw<{ rows: SystemRow[] }>(SYSTEMS);
  return rows.map(({ name_th: nameTh, name_en: nameEn, settings, ...system }) => ({
    ...system,
    nameTh,
    nameEn,
    settings: systemSettings.parse(settings),
  }));
}

/** Sets up systems with the settings that they have by default. */
export async function insertSystems(db: Queryable, systems: readonly NewSystem[]): Promise<void> {
  await db('systems').insert(
    systems.map(({ code, brand, nameTh, nameEn }) => ({ code, brand, name_th: nameTh, name_en: nameEn })),
  );
}

/** A system's settings as they are stored now. Throws notFound. */
export async function loadSettings(db: Queryable, systemId: string): Promise<StoredSettings> {
  return storedSettings(await settingsRow(db, systemId));
}

/** The same, locked against every other change. */
export async function lockSettings(db: Queryable, systemId: string): Promise<StoredSettings> {
  return storedSettings(await settingsRow(db, systemId).forNoKeyUpdate());
}

function settingsRow(db: Queryable, systemId: string) {
  return db('systems').where({ id: systemId }).first('settings', { version: 'settings_version' });
}

function storedSettings(row: { settings: unknown; version: number } | undefined): StoredSettings {
  if (row === undefined) throw notFound();
  return { settings: systemSettings.parse(row.settings), version: row.version };
}

/** Writes the settings and counts the change. */
export async function updateSettings(
  db: Queryable,
  systemId: string,
  settings: SystemSettings,
): Promise<void> {
  await db('systems')
    .where({ id: systemId })
    .update({ settings: JSON.stringify(settings) })
    .increment('settings_version', 1);
}

/** Adds a line to the history of the settings. */
export async function insertSettingsEvent(
  db: Queryable,
  event: { systemId: string; byUserId: string; at: Date; before: SystemSettings; after: SystemSettings },
): Promise<void> {
  await db('settings_events').insert({
    system_id: event.systemId,
    by_user_id: event.byUserId,
    at: event.at,
    before: JSON.stringify(event.before),
    after: JSON.stringify(event.after),
  });
}

const EVENTS = `
  select e.at, u.name as "byName", e.before, e.after
    from settings_events e join users u on u.id = e.by_user_id
   where e.system_id = :systemId order by e.id desc limit :limit`;

/** The latest changes of a system's settings, newest first. */
export async function listSettingsEvents(
  db: Queryable,
  systemId: string,
  limit: number,
): Promise<SettingsEvent[]> {
  const { rows } = await db.raw<{ rows: SettingsEvent[] }>(EVENTS, { systemId, limit });
  return rows.map((row) => ({
    ...row,
    before: systemSettings.parse(row.before),
    after: systemSettings.parse(row.after),
  }));
}

const FACTOR_COUNTS = `
  select role, count(*)::int as people, count(totp_secret)::int as "withFactor"
    from users where system_id = ? and status = 'active' group by role`;

/** How many active people each role has, and how many of them have a second factor. */
export async function countSecondFactors(
  db: Queryable,
  systemId: string,
): Promise<Map<Role, { people: number; withFactor: number }>> {
  const { rows } = await db.raw<{ rows: { role: Role; people: number; withFactor: number }[] }>(
    FACTOR_COUNTS,
    [systemId],
  );
  return new Map(rows.map(({ role, ...counts }) => [role, counts]));
}
