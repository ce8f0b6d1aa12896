import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Row } from './expectations.ts';

const kpiOfficeOnly = (status: number) => behindSignIn(403, { kpiOffice: status });

/** Handing an office over, and who gets which answer. */
export const HANDOVER_TABLE: Record<string, Row[]> = {
  'GET /:system/users/handover': [
    {
      what: 'krabi',
      path: ({ world }) => `/krs/users/handover?office=${world.offices.krabi}`,
      expected: kpiOfficeOnly(200),
    },
    { what: 'no office chosen', path: () => '/krs/users/handover', expected: kpiOfficeOnly(200) },
    {
      what: 'the KPI office itself',
      path: ({ world }) => `/krs/users/handover?office=${world.offices.kpiOffice}`,
      expected: kpiOfficeOnly(404),
    },
  ],
  'POST /:system/users/handover': [
    {
      what: 'the question before it',
      path: () => '/krs/users/handover',
      fields: async (app) => ({ ...(await krabiToColleague(app)) }),
      expected: kpiOfficeOnly(200),
    },
    {
      what: 'without a reason',
      path: () => '/krs/users/handover',
      fields: async (app) => ({ ...(await krabiToColleague(app)), reason: '', confirmed: '1' }),
      expected: kpiOfficeOnly(422),
    },
  ],
};

async function krabiToColleague(app: TestApp): Promise<Record<string, string>> {
  const seen = async (id: string) => {
    const { version } = await app.db('users').where({ id }).first('version');
    return `${id}:${version}`;
  };
  return {
    office: app.world.offices.krabi,
    outgoing: await seen(app.world.users.owner),
    incoming: await seen(app.world.users.colleague),
    reason: 'ย้ายหน่วยงาน',
  };
}
