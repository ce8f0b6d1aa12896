import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Row } from './expectations.ts';

const kpiOfficeOnly = (status: number) => behindSignIn(403, { kpiOffice: status });

/** The settings page, and who gets which answer. */
export const SYSTEMS_TABLE: Record<string, Row[]> = {
  'GET /:system/settings': [{ what: 'the form', path: () => '/krs/settings', expected: kpiOfficeOnly(200) }],
  'POST /:system/settings': [
    {
      what: 'as stored',
      path: () => '/krs/settings',
      fields: async (app) => ({ ...DEFAULTS, version: await settingsVersion(app) }),
      expected: kpiOfficeOnly(303),
    },
  ],
};

const DEFAULTS = {
  idleMinutes: '60',
  absoluteHours: '12',
  passwordMinBytes: '8',
  loginHistoryDays: '730',
  maxFileMegabytes: '10',
};

async function settingsVersion(app: TestApp): Promise<string> {
  const row = await app.db('systems').where({ code: 'krs' }).first({ version: 'settings_version' });
  return String(row.version);
}
