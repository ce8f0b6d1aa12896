import type { TestApp } from '../support/test-app.ts';
import type { Person } from '../support/world.ts';
import { behindSignIn, type Expected, type Row } from './expectations.ts';

/** People of krabi are its admin's and the KPI office's; to everybody else they are not there. */
const ofKrabi = (status: number): Expected =>
  behindSignIn(status, {
    district: 403,
    certifiers: 403,
    bureauAdmin: 404,
    owner: status,
    kpiOffice: status,
  });
const ofBureau9 = (status: number): Expected =>
  behindSignIn(status, {
    district: 403,
    certifiers: 403,
    owner: 404,
    bureauAdmin: status,
    kpiOffice: status,
  });

/** มอบหมายตัวชี้วัด and its list: who gets which answer. */
export const ASSIGNMENTS_TABLE: Record<string, Row[]> = {
  'GET /:system/users/:id/assignments': [
    { what: 'a reporter of krabi', path: personPath('colleague'), expected: ofKrabi(200) },
    { what: 'a certifier of bureau 9', path: personPath('certifier'), expected: ofBureau9(200) },
  ],
  'POST /:system/users/:id/assignments': [
    {
      what: 'one more for the colleague',
      path: personPath('colleague'),
      prepare: async ({ db, world }) =>
        db('assignments')
          .where({ user_id: world.users.colleague, node_id: world.node('5') })
          .delete(),
      fields: ({ world }) => ({ year: '2562', shown: '', node: world.node('5') }),
      expected: ofKrabi(303),
    },
    {
      what: 'nothing ticked in bureau 9',
      path: personPath('certifier'),
      fields: () => ({ year: '2562', shown: '' }),
      expected: ofBureau9(303),
    },
    {
      what: 'a disabled account',
      path: personPath('former'),
      fields: ({ world }) => ({ year: '2562', shown: '', node: world.node('1') }),
      expected: ofKrabi(409),
    },
  ],
  'GET /:system/assignments': list('/krs/assignments'),
  'GET /:system/assignments.xlsx': list('/krs/assignments.xlsx'),
  // there is no earlier year in the world
  'GET /:system/assignments/takeover': [
    {
      what: 'nothing to take over',
      path: () => '/krs/assignments/takeover',
      expected: behindSignIn(404, {
        colleague: 403,
        idle: 403,
        outsider: 403,
        certifier: 403,
        otherCertifier: 403,
      }),
    },
  ],
  'POST /:system/assignments/takeover': [
    {
      what: 'nothing to take over',
      path: () => '/krs/assignments/takeover',
      fields: () => ({ from: '2561', to: '2562' }),
      expected: behindSignIn(404, {
        colleague: 403,
        idle: 403,
        outsider: 403,
        certifier: 403,
        otherCertifier: 403,
      }),
    },
  ],
};

function personPath(person: Person): Row['path'] {
  return ({ world }) => `/krs/users/${world.users[person]}/assignments`;
}

function list(path: string): Row[] {
  const of = (office: 'krabi' | 'bureau9') => (app: TestApp) => `${path}?office=${app.world.offices[office]}`;
  return [
    { what: 'of the own office', path: () => path, expected: behindSignIn(200) },
    { what: 'of krabi', path: of('krabi'), expected: behindSignIn(200, { outsider: 404 }) },
    {
      what: 'of bureau 9',
      path: of('bureau9'),
      expected: behindSignIn(200, { district: 404, otherCertifier: 404 }),
    },
  ];
}
