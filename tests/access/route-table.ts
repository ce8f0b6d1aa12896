import { assetUrl } from '../../src/http/assets.ts';
import { entryFields } from '../support/entry-form.ts';
import type { TestApp } from '../support/test-app.ts';
import type { WorldRound } from '../support/world.ts';
import { ASSIGNMENTS_TABLE } from './assignments-table.ts';
import { AUDIT_TABLE } from './audit-table.ts';
import { CENTRAL_TABLE } from './central-table.ts';
import { CERTIFY_TABLE, putBack } from './certify-table.ts';
import { DESIGN_TABLE } from './design-table.ts';
import { behindSignIn, everybody, type Row } from './expectations.ts';
import { FILES_TABLE } from './files-table.ts';
import { HANDBOOK_OPEN_ROUTES, HANDBOOK_TABLE } from './handbook-table.ts';
import { HANDOVER_TABLE } from './handover-table.ts';
import { IMPORT_TABLE } from './import-table.ts';
import { LOGINS_TABLE } from './logins-table.ts';
import { MAIL_TABLE } from './mail-table.ts';
import { NEWS_TABLE } from './news-table.ts';
import { OWING_TABLE } from './owing-table.ts';
import { REQUESTS_TABLE } from './requests-table.ts';
import { ROUNDS_TABLE } from './rounds-table.ts';
import { SEALS_TABLE } from './seals-table.ts';
import { SIGN_IN_OPEN_ROUTES, SIGN_IN_TABLE } from './sign-in-table.ts';
import { SIMULATION_TABLE } from './simulation-table.ts';
import { SYSTEMS_TABLE } from './systems-table.ts';
import { TASKS_TABLE } from './tasks-table.ts';
import { THREADS_TABLE } from './threads-table.ts';
import { TRANSFER_TABLE } from './transfer-table.ts';
import { USERS_TABLE } from './users-table.ts';

/** What nobody has to sign in for. */
export const OPEN_ROUTES = [
  'GET /',
  'POST /language',
  'GET /healthz',
  'GET /readyz',
  'GET /assets/:fingerprint/{*name}',
  'GET /:system/login',
  'POST /:system/login',
  'POST /:system/logout',
  'POST /:system/language',
  ...SIGN_IN_OPEN_ROUTES,
  ...HANDBOOK_OPEN_ROUTES,
];

/**
 * Every route of the application and who gets which answer (domain rules, "Who may do what"): a colleague
 * reports 1 and 3, nobody of bureau 1 may touch a variable of bureau 9, another office sees scores only.
 */
export const ROUTE_TABLE: Record<string, Row[]> = {
  ...ASSIGNMENTS_TABLE,
  ...AUDIT_TABLE,
  ...CENTRAL_TABLE,
  ...CERTIFY_TABLE,
  ...DESIGN_TABLE,
  ...FILES_TABLE,
  ...HANDBOOK_TABLE,
  ...HANDOVER_TABLE,
  ...IMPORT_TABLE,
  ...MAIL_TABLE,
  ...NEWS_TABLE,
  ...OWING_TABLE,
  ...ROUNDS_TABLE,
  ...REQUESTS_TABLE,
  ...SEALS_TABLE,
  ...SIMULATION_TABLE,
  ...SYSTEMS_TABLE,
  ...LOGINS_TABLE,
  ...SIGN_IN_TABLE,
  ...TASKS_TABLE,
  ...THREADS_TABLE,
  ...TRANSFER_TABLE,
  ...USERS_TABLE,
  'GET /': [{ what: 'the systems', path: () => '/', expected: everybody(200) }],
  'POST /language': [
    { what: 'Thai', path: () => '/language', fields: () => ({ locale: 'th' }), expected: everybody(303) },
  ],
  'GET /healthz': [{ what: 'alive', path: () => '/healthz', expected: everybody(200) }],
  'GET /readyz': [{ what: 'ready', path: () => '/readyz', expected: everybody(200) }],
  'GET /assets/:fingerprint/{*name}': [
    { what: 'a style sheet', path: () => assetUrl('app.css'), expected: everybody(200) },
    { what: 'no file of ours', path: () => '/assets/x/..%2f..%2fpackage.json', expected: everybody(404) },
  ],

  'GET /:system/login': [
    {
      what: 'the form; who is signed in goes home',
      path: () => '/krs/login',
      expected: { ...everybody(303), disabled: 200, otherSystem: 200, signedOut: 200 },
    },
  ],
  'POST /:system/login': [
    {
      what: 'an empty form',
      path: () => '/krs/login',
      fields: () => ({ username: '', password: '' }),
      expected: everybody(422),
    },
  ],
  'POST /:system/logout': [
    { what: 'out', path: () => '/krs/logout', freshSession: true, expected: everybody(303) },
  ],
  'POST /:system/language': [
    { what: 'Thai', path: () => '/krs/language', fields: () => ({ locale: 'th' }), expected: everybody(303) },
  ],
  'GET /:system': [{ what: 'home', path: () => '/krs', expected: behindSignIn(200) }],
  'GET /:system/search': [
    {
      what: 'an office',
      path: () => `/krs/search?q=${encodeURIComponent('กระบี่')}`,
      expected: behindSignIn(200),
    },
  ],

  'GET /:system/entry': [
    { what: 'the open round', path: entryPath('open'), expected: behindSignIn(200, { certifiers: 403 }) },
    { what: 'a past round', path: entryPath('past'), expected: behindSignIn(200, { certifiers: 403 }) },
    { what: 'no round named', path: () => '/krs/entry', expected: behindSignIn(200, { certifiers: 403 }) },
  ],
  'POST /:system/entry': [
    {
      what: 'nothing typed',
      path: entryPath('open'),
      fields: () => ({}),
      expected: behindSignIn(303, { certifiers: 403 }),
    },
    {
      what: 'a value of krabi, 1/a',
      path: entryPath('open'),
      prepare: (app) => putBack(app, '1/a', 'pending'),
      fields: async (app) => entryFields(app.db, { [await krabi(app, '1/a')]: '44' }),
      expected: behindSignIn(303, { idle: 409, outsider: 404, certifiers: 403 }),
    },
    {
      what: 'a value of krabi that is not assigned to the colleague, 5/a',
      path: entryPath('open'),
      prepare: (app) => putBack(app, '5/a', 'pending'),
      fields: async (app) => entryFields(app.db, { [await krabi(app, '5/a')]: '44' }),
      expected: behindSignIn(303, { colleague: 409, idle: 409, outsider: 404, certifiers: 403 }),
    },
    {
      what: 'the past round',
      path: entryPath('past'),
      fields: async (app) => entryFields(app.db, { [await app.world.entry('past', 'krabi', '6/a')]: '44' }),
      expected: behindSignIn(409, { outsider: 404, certifiers: 403 }),
    },
  ],
  'POST /:system/entry/preview': [
    {
      what: 'a value of krabi',
      path: (app) => `/krs/entry/preview?round=${app.world.rounds.open}`,
      fields: async (app) => entryFields(app.db, { [await krabi(app, '1/a')]: '44' }),
      expected: behindSignIn(200, { certifiers: 403 }),
    },
  ],

  'GET /:system/reports/office': [
    {
      what: 'krabi in the open round',
      path: (app) => `/krs/reports/office?office=${app.world.offices.krabi}&round=${app.world.rounds.open}`,
      expected: behindSignIn(200),
    },
    { what: 'nothing chosen', path: () => '/krs/reports/office', expected: behindSignIn(200) },
  ],
  'GET /:system/reports/office.xlsx': [
    {
      what: 'krabi in the open round',
      path: ({ world }) =>
        `/krs/reports/office.xlsx?office=${world.offices.krabi}&round=${world.rounds.open}`,
      expected: behindSignIn(200),
    },
    {
      what: 'nothing chosen',
      path: () => '/krs/reports/office.xlsx',
      expected: behindSignIn(200, { certifiers: 303 }),
    },
    {
      what: 'an office that is none',
      path: () => '/krs/reports/office.xlsx?office=999999',
      expected: behindSignIn(404),
    },
  ],
  'GET /:system/reports/office/explanation': [
    {
      what: "krabi's sub-indicator 1, certified by bureau 9",
      path: explanationPath('krabi', '1'),
      expected: behindSignIn(200, { outsider: 404, otherCertifier: 404 }),
    },
    {
      what: "krabi's sub-indicator 2.2, certified by bureau 1",
      path: explanationPath('krabi', '2.2'),
      expected: behindSignIn(200, { outsider: 404, bureau9: 404 }),
    },
    {
      what: "krabi's first dimension, to which both bureaus contribute",
      path: explanationPath('krabi', 'C1'),
      expected: behindSignIn(200, { outsider: 404, bureaus: 404 }),
    },
    {
      what: "lampang's sub-indicator 1",
      path: explanationPath('lampang', '1'),
      expected: behindSignIn(200, { krabi: 404, otherCertifier: 404 }),
    },
  ],
  'GET /:system/status': [
    { what: 'the matrix', path: () => '/krs/status', expected: behindSignIn(200) },
    ...['office', 'indicator', 'bureau'].map((by) => ({
      what: `by ${by}`,
      path: () => `/krs/status?by=${by}`,
      expected: behindSignIn(200),
    })),
  ],
};

function entryPath(round: WorldRound): Row['path'] {
  return (app) => `/krs/entry?round=${app.world.rounds[round]}`;
}

function explanationPath(office: 'krabi' | 'lampang', node: string): Row['path'] {
  return ({ world }) =>
    `/krs/reports/office/explanation?office=${world.offices[office]}&round=${world.rounds.open}&node=${world.node(node)}`;
}

/** The entry of krabi in the open round. */
function krabi(app: TestApp, variable: string): Promise<string> {
  return app.world.entry('open', 'krabi', variable);
}
