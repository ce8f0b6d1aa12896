import { behindSignIn, type Row } from './expectations.ts';

const certifiersOnly = behindSignIn(403, { certifiers: 200 });
const kpiOfficeOnly = (status: number) => behindSignIn(403, { kpiOffice: status });

/** What is owed: certifiers (a bureau its own variables); reminders and rehearsals: the KPI office alone. */
export const OWING_TABLE: Record<string, Row[]> = {
  'GET /:system/owing': [
    { what: 'the open round', path: owing(''), expected: certifiersOnly },
    { what: 'bureaus, all at once', path: owing('&view=bureaus&whole=1'), expected: certifiersOnly },
    {
      what: 'a round that is none',
      path: () => '/krs/owing?round=999999',
      expected: behindSignIn(403, { certifiers: 404 }),
    },
  ],
  'GET /:system/owing.xlsx': [
    {
      what: 'the open round',
      path: ({ world }) => `/krs/owing.xlsx?round=${world.rounds.open}`,
      expected: certifiersOnly,
    },
  ],
  'POST /:system/owing/reminder': [
    {
      what: 'nobody chosen',
      path: () => '/krs/owing/reminder',
      fields: ({ world }) => ({ round: world.rounds.open }),
      expected: kpiOfficeOnly(422),
    },
    {
      what: 'an office: is it meant?',
      path: () => '/krs/owing/reminder',
      fields: ({ world }) => ({ round: world.rounds.open, side: world.offices.krabi }),
      expected: kpiOfficeOnly(200),
    },
    {
      what: 'a round that is none',
      path: () => '/krs/owing/reminder',
      fields: () => ({ round: '999999', all: '1', confirmed: '1' }),
      expected: kpiOfficeOnly(404),
    },
  ],
  'GET /:system/rounds/:id/rehearsal': [
    {
      what: 'the open round',
      path: ({ world }) => `/krs/rounds/${world.rounds.open}/rehearsal`,
      expected: kpiOfficeOnly(200),
    },
    {
      what: 'a round that is none',
      path: () => '/krs/rounds/999999/rehearsal',
      expected: kpiOfficeOnly(404),
    },
  ],
};

function owing(rest: string): Row['path'] {
  return ({ world }) => `/krs/owing?round=${world.rounds.open}${rest}`;
}
