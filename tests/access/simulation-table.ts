import { behindSignIn, type Row } from './expectations.ts';

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
};
