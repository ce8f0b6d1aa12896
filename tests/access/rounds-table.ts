import { newRound } from '../cycle/support.ts';
import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Row } from './expectations.ts';

const kpiOfficeOnly = (status: number) => behindSignIn(403, { kpiOffice: status });
const NEW_ROUND = {
  year: '2562',
  kind: '6M',
  label: 'รอบ 6 เดือน ปี 62',
  dataAsOf: '2019-03-31',
  opens: '2019-04-01T00:00',
  closes: '2019-04-20T16:30',
  certification: '2019-05-15T16:30',
};

/** Rounds, their lists and windows: the KPI office alone, and of its own system only. */
export const ROUNDS_TABLE: Record<string, Row[]> = {
  'GET /:system/rounds': [
    { what: 'the newest year', path: () => '/krs/rounds', expected: kpiOfficeOnly(200) },
    { what: 'a year without a framework', path: () => '/krs/rounds?year=2599', expected: kpiOfficeOnly(200) },
  ],
  'GET /:system/rounds/new': [
    { what: 'a 9-month round', path: () => '/krs/rounds/new?kind=9M', expected: kpiOfficeOnly(200) },
  ],
  'POST /:system/rounds': [
    {
      what: 'a kind that the year has',
      path: () => '/krs/rounds',
      fields: () => NEW_ROUND,
      expected: kpiOfficeOnly(422),
    },
    {
      what: 'a year without a framework',
      path: () => '/krs/rounds',
      fields: () => ({ ...NEW_ROUND, year: '2599' }),
      expected: kpiOfficeOnly(404),
    },
  ],
  'GET /:system/rounds/:id': [
    { what: 'the open round', path: roundPath(''), expected: kpiOfficeOnly(200) },
    { what: 'a round that is none', path: () => '/krs/rounds/999999', expected: kpiOfficeOnly(404) },
  ],
  'GET /:system/rounds/:id/name': [
    { what: 'the open round', path: roundPath('/name'), expected: kpiOfficeOnly(200) },
  ],
  'POST /:system/rounds/:id/name': [
    {
      what: 'no name',
      path: roundPath('/name'),
      fields: () => ({ label: '', dataAsOf: '2019-09-30', shown: '' }),
      expected: kpiOfficeOnly(422),
    },
    {
      what: 'over a name of somebody else',
      path: roundPath('/name'),
      fields: () => ({ label: 'รอบ', dataAsOf: '2019-09-30', shown: 'อีกชื่อหนึ่ง' }),
      expected: kpiOfficeOnly(409),
    },
  ],
  'POST /:system/rounds/:id/lists': [
    { what: 'the open round', path: roundPath('/lists'), fields: () => ({}), expected: kpiOfficeOnly(303) },
    {
      what: 'from ARS, a round of KRS',
      path: () => '/krs/rounds/999999/lists',
      fields: () => ({}),
      expected: kpiOfficeOnly(404),
    },
  ],
  'POST /:system/rounds/:id/lists/deletion': [
    {
      what: 'a round in which something was reported',
      path: roundPath('/lists/deletion'),
      fields: () => ({ confirmed: '1' }),
      expected: kpiOfficeOnly(409),
    },
    {
      what: 'an empty one: is it meant?',
      prepare: emptyRound,
      path: async (app) => `/krs/rounds/${await emptyRound(app)}/lists/deletion`,
      fields: () => ({}),
      expected: kpiOfficeOnly(200),
    },
  ],
  'GET /:system/rounds/:id/windows/:change': [
    ...['open', 'entry', 'close', 'offices', 'certification'].map((change) => ({
      what: change,
      path: roundPath(`/windows/${change}`),
      expected: kpiOfficeOnly(200),
    })),
    { what: 'no change', path: roundPath('/windows/nothing'), expected: kpiOfficeOnly(404) },
  ],
  'POST /:system/rounds/:id/windows/:change': [
    {
      what: 'a closing time without a reason',
      path: roundPath('/windows/entry'),
      fields: () => ({ seen: '0', opens: '', closes: '2019-10-25T16:30', certification: '', reason: '' }),
      expected: kpiOfficeOnly(422),
    },
    {
      what: 'offices narrowed by name',
      path: roundPath('/windows/offices'),
      fields: ({ world }) => ({ seen: '0', office: world.offices.krabi, q: 'ลำปาง', filter: 'list' }),
      expected: kpiOfficeOnly(200),
    },
    {
      what: 'over a change of somebody else',
      path: roundPath('/windows/close'),
      fields: () => ({ seen: '999999', reason: 'ครบกำหนด' }),
      expected: kpiOfficeOnly(409),
    },
  ],
};

function roundPath(rest: string): Row['path'] {
  return ({ world }) => `/krs/rounds/${world.rounds.open}${rest}`;
}

/** A round without entry lists; made where there is none. */
async function emptyRound(app: TestApp): Promise<string> {
  const found = await app.db('rounds').where({ kind: '9M', system_id: app.world.systems.krs }).first('id');
  return found?.id ?? (await newRound(app)).id;
}
