import { createDraft } from '../../src/framework/drafts/actions.ts';
import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Row } from './expectations.ts';

const kpiOfficeOnly = (status: number) => behindSignIn(403, { kpiOffice: status });
const YEAR = 2571;

/** Seals and publications: the KPI office alone. Nothing is sealed or published here: it could not be taken back. */
export const SEALS_TABLE: Record<string, Row[]> = {
  'GET /:system/rounds/:id/seal': [
    { what: 'a round that is over', path: sealPath('past'), expected: kpiOfficeOnly(200) },
    { what: 'a round that is none', path: () => '/krs/rounds/999999/seal', expected: kpiOfficeOnly(404) },
    { what: 'no number', path: () => '/krs/rounds/first/seal', expected: kpiOfficeOnly(404) },
  ],
  'POST /:system/rounds/:id/seal': [
    {
      what: 'a round that is being certified',
      path: sealPath('open'),
      fields: () => ({ confirmed: '1' }),
      expected: kpiOfficeOnly(409),
    },
    {
      what: 'not confirmed',
      path: sealPath('past'),
      fields: () => ({ reason: 'ครบถ้วน' }),
      expected: kpiOfficeOnly(422),
    },
  ],
  'GET /:system/rounds/:id/seal.json': [
    {
      what: 'of a round without a seal',
      path: (app) => `/krs/rounds/${app.world.rounds.past}/seal.json`,
      expected: kpiOfficeOnly(404),
    },
  ],
  'GET /:system/framework/:year/publish': [
    { what: 'a draft', prepare: draft, path: publishPath, expected: kpiOfficeOnly(200) },
    { what: 'a year without one', path: () => '/krs/framework/2699/publish', expected: kpiOfficeOnly(404) },
  ],
  'POST /:system/framework/:year/publish': [
    {
      what: 'an empty draft',
      prepare: draft,
      path: publishPath,
      fields: () => ({ version: '1', reason: '', confirmed: '1' }),
      expected: kpiOfficeOnly(422),
    },
    {
      what: 'another version of it',
      prepare: draft,
      path: publishPath,
      fields: () => ({ version: '99', confirmed: '1' }),
      expected: kpiOfficeOnly(409),
    },
  ],
};

function sealPath(round: 'open' | 'past') {
  return (app: TestApp) => `/krs/rounds/${app.world.rounds[round]}/seal`;
}

async function publishPath(app: TestApp): Promise<string> {
  await draft(app);
  return `/krs/framework/${YEAR}/publish`;
}

async function draft({ db, clock, world }: TestApp): Promise<void> {
  const by = { id: world.users.kpiOffice, systemId: world.systems.krs };
  await createDraft({ db, clock: clock.now }, by, { system: 'krs', fiscalYear: YEAR });
}
