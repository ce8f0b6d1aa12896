import { z } from 'zod';
import { ROLES, type SystemSettings } from '../http/current-user.ts';

/** Settings of a running system, with the defaults of the manuals and of today's practice. */
export const systemSettings = z.object({
  idleMinutes: z.number().int().positive().default(60),
  absoluteHours: z.number().int().positive().default(12),
  passwordMinBytes: z.number().int().min(8).max(72).default(8),
  /** Days for which the login history is kept. */
  loginHistoryDays: z.number().int().min(30).max(3650).default(730),
  /** Roles that must sign in with a second factor. */
  secondFactorRoles: z.array(z.enum(ROLES)).default([]),
  /** The largest file that may be attached (R92). */
  maxFileMegabytes: z.number().int().min(1).max(100).default(10),
});

/** The settings as an editor reads them: straight from the database, with the count of their changes. */
export interface StoredSettings {
  settings: SystemSettings;
  version: number;
}

/** One line of the settings' history. */
export interface SettingsEvent {
  at: Date;
  byName: string;
  before: SystemSettings;
  after: SystemSettings;
}
