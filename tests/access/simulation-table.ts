import { behindSignIn, type Row } from './expectations.ts';

const PAGE = '/krs/framework/2562/simulation';
const kpiOfficeOnly = (status: number) => behindSignIn(403, { kpiOffice: status });

/** Checking, calculating and simulating a framework: the KPI office alone. */
export const SIMULATION_TABLE: Record<string, Row[]> = {
  'GET /:system/framework/:year/lint': [
    { what: 'a year', path: () => '/krs/framework/2562/lint', expected: kpiOfficeOnly(200) },
    { what: 'no year', path: () => '/krs/framework/2561/lint', expected: kpiOfficeOnly(404) },
  ],
  'GET /:system/framework/:year/parts/:part/calculator': [
    {
      what: 'a sub-indicator',
      path: ({ world }) => `/krs/framework/2562/parts/node-${world.node('1')}/calculator`,
      expected: kpiOfficeOnly(200),
    },
    {
      what: 'a dimension',
      path: ({ world }) => `/krs/framework/2562/parts/node-${world.node('C1')}/calculator`,
      expected: kpiOfficeOnly(404),
    },
  ],
  'GET /:system/framework/:year/simulation': [
    { what: 'the form', path: () => PAGE, expected: kpiOfficeOnly(200) },
    { what: 'a task that is none', path: () => `${PAGE}?task=999999`, expected: kpiOfficeOnly(404) },
  ],
  'POST /:system/framework/:year/simulation': [
    {
      what: 'the open round',
      path: () => PAGE,
      fields: ({ world }) => ({ round: world.rounds.open, against: 'published' }),
      expected: kpiOfficeOnly(303),
    },
    { what: 'no round', path: () => PAGE, fields: () => ({ round: '1e9' }), expected: kpiOfficeOnly(422) },
  ],
};
