import type { Db } from '../db/database.ts';
import type { SystemSettings } from '../http/current-user.ts';
import { insertSettingsEvent, lockSettings, updateSettings } from './queries.ts';
import { changedSettings } from './rules.ts';

export interface SettingsChange {
  systemId: string;
  byUserId: string;
  /** Of the settings that the editor had on the screen. */
  version: number;
  settings: SystemSettings;
  now: Date;
}

/**
 * Stores a system's settings together with the line of their history. `changed`: somebody else saved meanwhile,
 * so nothing was done. The caller then lets the registry forget what it holds.
 */
export async function saveSettings(
  db: Db,
  { systemId, byUserId, version, settings, now }: SettingsChange,
): Promise<'saved' | 'unchanged' | 'changed'> {
  return db.transaction(async (trx) => {
    const stored = await lockSettings(trx, systemId);
    if (changedSettings(stored.settings, settings).length === 0) return 'unchanged';
    if (stored.version !== version) return 'changed';
    await updateSettings(trx, systemId, settings);
    await insertSettingsEvent(trx, { systemId, byUserId, at: now, before: stored.settings, after: settings });
    return 'saved';
  });
}
