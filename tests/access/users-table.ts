import type { TestApp } from '../support/test-app.ts';
import { PASSWORD } from '../support/world.ts';
import { behindSignIn, type Expected, type Row } from './expectations.ts';

const HASH = '0123456789abcdef0123456789abcdef';

/** Managers only; of these, `other` for whom the account is of another office. */
const ofKrabi = (status: number): Expected =>
  behindSignIn(403, { owner: status, kpiOffice: status, bureauAdmin: 404 });
const managers = (status: number): Expected =>
  behindSignIn(403, { owner: status, kpiOffice: status, bureauAdmin: status });

/** จัดการผู้ใช้งานระบบ, the own profile, portraits: who gets which answer. */
export const USERS_TABLE: Record<string, Row[]> = {
  'GET /:system/users': [
    { what: 'the list', path: () => '/krs/users', expected: managers(200) },
    {
      what: 'narrowed',
      path: () => '/krs/users?q=krabi&role=reporter&status=active',
      expected: managers(200),
    },
  ],
  'GET /:system/users/new': [
    { what: 'an empty form', path: () => '/krs/users/new', expected: managers(200) },
  ],
  'POST /:system/users': [
    { what: 'an empty form', path: () => '/krs/users', fields: () => ({}), expected: managers(422) },
    {
      what: 'a reporter of krabi; of a bureau there are none',
      path: () => '/krs/users',
      prepare: renameTried,
      fields: ({ world }) => ({
        username: 'tried',
        password: 'a password nobody has',
        again: 'a password nobody has',
        name: 'ทดลอง เพิ่ม',
        role: 'reporter',
        office: world.offices.krabi,
      }),
      expected: { ...managers(303), bureauAdmin: 422 },
    },
  ],
  'GET /:system/users/:id': [
    {
      what: 'a reporter of krabi',
      path: ({ world }) => `/krs/users/${world.users.idle}`,
      expected: ofKrabi(200),
    },
    { what: 'nobody', path: () => '/krs/users/999999', expected: managers(404) },
  ],
  'POST /:system/users/:id': [
    {
      what: 'a reporter of krabi',
      path: ({ world }) => `/krs/users/${world.users.idle}`,
      fields: async (app) => ({
        version: await versionOf(app, app.world.users.idle),
        name: 'วิชัย ว่างงาน',
        phone: '02-000-0000',
      }),
      expected: ofKrabi(303),
    },
    {
      what: 'without a name',
      path: ({ world }) => `/krs/users/${world.users.idle}`,
      fields: async (app) => ({ version: await versionOf(app, app.world.users.idle), name: '' }),
      expected: ofKrabi(422),
    },
    {
      what: 'an old version',
      path: ({ world }) => `/krs/users/${world.users.idle}`,
      fields: () => ({ version: '0', name: 'วิชัย' }),
      expected: ofKrabi(409),
    },
  ],
  'POST /:system/users/:id/reset': [
    {
      what: 'a reporter of krabi, asked first',
      path: ({ world }) => `/krs/users/${world.users.idle}/reset`,
      fields: () => ({}),
      expected: ofKrabi(200),
    },
    {
      what: 'a reporter of krabi',
      path: ({ world }) => `/krs/users/${world.users.idle}/reset`,
      fields: () => ({ confirmed: '1' }),
      expected: ofKrabi(303),
    },
  ],
  'POST /:system/users/:id/second-factor/delete': [
    {
      what: 'a reporter of krabi, asked first',
      path: ({ world }) => `/krs/users/${world.users.idle}/second-factor/delete`,
      fields: () => ({}),
      expected: ofKrabi(200),
    },
    {
      what: 'a reporter of krabi, who has none',
      path: ({ world }) => `/krs/users/${world.users.idle}/second-factor/delete`,
      fields: () => ({ confirmed: '1' }),
      expected: ofKrabi(303),
    },
  ],
  'GET /:system/profile': [{ what: 'the own data', path: () => '/krs/profile', expected: behindSignIn(200) }],
  'POST /:system/profile': [
    {
      what: 'without a name',
      path: () => '/krs/profile',
      fields: () => ({ version: '1', name: '', locale: 'th', mailPreference: 'daily' }),
      expected: behindSignIn(422),
    },
    {
      what: 'an old version',
      path: () => '/krs/profile',
      fields: () => ({ version: '0', name: 'ใครก็ได้', locale: 'th', mailPreference: 'daily' }),
      expected: behindSignIn(409),
    },
  ],
  'POST /:system/profile/password': [
    {
      what: 'two different passwords',
      path: () => '/krs/profile/password',
      fields: () => ({ present: PASSWORD, password: 'one of these', again: 'another of these' }),
      expected: behindSignIn(422),
    },
  ],
  'GET /:system/avatars/:user/:hash': [
    {
      what: 'none',
      path: ({ world }) => `/krs/avatars/${world.users.idle}/${HASH}`,
      expected: behindSignIn(404),
    },
  ],
};

/** Accounts are not deleted: who was added before gives the name free. */
async function renameTried(app: TestApp): Promise<void> {
  const username = app.db.raw(`'tried' || id`);
  await app.db('users').where({ username: 'tried' }).update({ username });
}

async function versionOf(app: TestApp, id: string): Promise<string> {
  const { version } = await app.db('users').where({ id }).first('version');
  return String(version);
}
