import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Expected, type Row } from './expectations.ts';

/** Variables of bureau 9: for the other bureau they are not there, for district offices nothing is. */
const ofBureau9 = (status: number): Expected => behindSignIn(status, { otherCertifier: 404, district: 403 });
const ofBureau1 = (status: number): Expected =>
  behindSignIn(status, { certifier: 404, bureauAdmin: 404, district: 403 });
const certifiers = (status: number): Expected => behindSignIn(status, { district: 403 });

/** รับรองข้อมูล: who gets which answer. */
export const CERTIFY_TABLE: Record<string, Row[]> = {
  'GET /:system/certify/variables': [
    { what: 'a variable of bureau 9, 1/a', path: variablePath('1/a'), expected: ofBureau9(200) },
    { what: 'a variable of bureau 1, 2.2/a', path: variablePath('2.2/a'), expected: ofBureau1(200) },
    { what: 'nothing chosen', path: () => '/krs/certify/variables', expected: certifiers(200) },
  ],
  'GET /:system/certify/offices': [
    {
      what: 'krabi',
      path: ({ world }) => `/krs/certify/offices?round=${world.rounds.open}&office=${world.offices.krabi}`,
      expected: certifiers(200),
    },
    { what: 'nothing chosen', path: () => '/krs/certify/offices', expected: certifiers(200) },
  ],
  'GET /:system/certify/entries/:id/rejection': [
    { what: '1/a of krabi', path: entryPath('1/a', 'rejection'), expected: ofBureau9(200) },
    { what: '2.2/a of krabi', path: entryPath('2.2/a', 'rejection'), expected: ofBureau1(200) },
  ],
  'GET /:system/certify/entries/:id/permit': [
    { what: '1/a of krabi', path: entryPath('1/a', 'permit'), expected: ofBureau9(200) },
  ],
  'POST /:system/certify/entries/:id/rejection': [
    {
      what: '1/a of krabi',
      path: entryPath('1/a', 'rejection'),
      prepare: (app) => putBack(app, '1/a', 'pending'),
      fields: async (app) => ({ version: await versionOf(app, '1/a'), reason: 'ไม่มีหลักฐาน' }),
      expected: ofBureau9(303),
    },
  ],
  'POST /:system/certify/entries/:id/permit': [
    {
      what: '1/b of krabi',
      path: entryPath('1/b', 'permit'),
      prepare: (app) => putBack(app, '1/b', 'pending'),
      fields: async (app) => ({
        version: await versionOf(app, '1/b'),
        reason: 'แก้ไขเอกสาร',
        until: '2019-10-25T16:30',
      }),
      expected: ofBureau9(303),
    },
  ],
  'POST /:system/certify/entries/:id/certification': [
    {
      what: '1/a of krabi',
      path: entryPath('1/a', 'certification'),
      prepare: (app) => putBack(app, '1/a', 'pending'),
      fields: async (app) => ({ version: await versionOf(app, '1/a') }),
      expected: ofBureau9(303),
    },
    {
      what: '2.2/a of krabi',
      path: entryPath('2.2/a', 'certification'),
      prepare: (app) => putBack(app, '2.2/a', 'pending'),
      fields: async (app) => ({ version: await versionOf(app, '2.2/a') }),
      expected: ofBureau1(303),
    },
    {
      what: 'central data: nothing to decide',
      path: entryPath('4/a', 'certification'),
      fields: async (app) => ({ version: await versionOf(app, '4/a') }),
      expected: ofBureau1(409),
    },
  ],
  'POST /:system/certify/entries/:id/certification/delete': [
    {
      what: '1/a of krabi',
      path: entryPath('1/a', 'certification/delete'),
      prepare: (app) => putBack(app, '1/a', 'certified'),
      fields: async (app) => ({ version: await versionOf(app, '1/a') }),
      expected: ofBureau9(303),
    },
  ],
  'POST /:system/certify/certifications/confirmation': [many('certifications/confirmation', 200)],
  'POST /:system/certify/certifications': [
    many('certifications', 303),
    {
      what: 'one of each bureau: all or nothing',
      path: () => '/krs/certify/certifications',
      prepare: async (app) => {
        await putBack(app, '1/a', 'pending');
        await putBack(app, '2.2/a', 'pending');
      },
      fields: async (app) => ({ entries: `${await seen(app, '1/a')},${await seen(app, '2.2/a')}` }),
      expected: behindSignIn(404, { district: 403, kpiOffice: 303 }),
    },
  ],
  'POST /:system/certify/certifications/delete': [many('certifications/delete', 303, 'certified')],
  'POST /:system/certify/rejections/confirmation': [many('rejections/confirmation', 200)],
  'POST /:system/certify/rejections': [many('rejections', 303)],
  'POST /:system/certify/keys': [
    {
      what: 'off',
      path: () => '/krs/certify/keys',
      fields: () => ({ on: '0' }),
      expected: certifiers(303),
    },
  ],
};

function variablePath(variable: string): Row['path'] {
  return ({ world }) =>
    `/krs/certify/variables?round=${world.rounds.open}&variable=${world.variable(variable)}`;
}

function entryPath(variable: string, act: string): Row['path'] {
  return async ({ world }) => `/krs/certify/entries/${await world.entry('open', 'krabi', variable)}/${act}`;
}

/** Two entries of bureau 9 at once. */
function many(act: string, status: number, from: 'pending' | 'certified' = 'pending'): Row {
  return {
    what: '1/a and 1/b of krabi',
    path: () => `/krs/certify/${act}`,
    prepare: async (app) => {
      await putBack(app, '1/a', from);
      await putBack(app, '1/b', from);
    },
    fields: async (app) => ({
      entries: `${await seen(app, '1/a')},${await seen(app, '1/b')}`,
      reason: 'ไม่มีหลักฐาน',
    }),
    expected: ofBureau9(status),
  };
}

async function seen(app: TestApp, variable: string): Promise<string> {
  return `${await app.world.entry('open', 'krabi', variable)}:${await versionOf(app, variable)}`;
}

async function versionOf(app: TestApp, variable: string): Promise<string> {
  const id = await app.world.entry('open', 'krabi', variable);
  const { version } = await app.db('entries').where({ id }).first('version');
  return String(version);
}

/** Gives an entry of krabi a value and a status, as if nobody had decided on it just now. */
export async function putBack(
  app: TestApp,
  variable: string,
  status: 'pending' | 'certified',
): Promise<void> {
  const decided_by = status === 'certified' ? app.world.users.certifier : null;
  const decided_at = status === 'certified' ? app.clock.now() : null;
  await app
    .db('entries')
    .where({ id: await app.world.entry('open', 'krabi', variable) })
    .update({ value: variable === '2.2/a' ? '4' : '45', status, reason: null, decided_by, decided_at });
}
