import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Expected, type Row } from './expectations.ts';

const districts = (status: number): Expected => behindSignIn(status, { certifiers: 403 });
const certifiers = (status: number): Expected => behindSignIn(status, { district: 403 });
/** Requests for variables of bureau 9: for the other bureau they are not there. */
const ofBureau9 = (status: number): Expected => behindSignIn(status, { otherCertifier: 404, district: 403 });

/** Requests to edit after closing: who gets which answer. */
export const REQUESTS_TABLE: Record<string, Row[]> = {
  'GET /:system/entry/requests/new': [
    { what: 'for sub-indicator 1', path: askPath('/new'), expected: districts(200) },
  ],
  'POST /:system/entry/requests': [
    {
      what: '1/a of krabi, whose window is open: nothing to ask for',
      path: askPath(''),
      fields: async ({ world }) => ({ entry: await world.entry('open', 'krabi', '1/a'), reason: 'พิมพ์ผิด' }),
      expected: behindSignIn(409, { outsider: 404, certifiers: 403 }),
    },
  ],
  'POST /:system/entry/requests/:id/withdrawal': [
    {
      what: 'a request of the owner',
      prepare: openRequest,
      path: async (app) => `/krs/entry/requests/${await openRequest(app)}/withdrawal`,
      expected: behindSignIn(303, { colleague: 403, idle: 403, outsider: 404, certifiers: 403 }),
    },
  ],
  'GET /:system/requests': [{ what: 'the list', path: () => '/krs/requests', expected: certifiers(200) }],
  'GET /:system/requests/answer': [
    {
      what: 'a request of krabi',
      path: async (app) => `/krs/requests/answer?request=${await openRequest(app)}`,
      expected: ofBureau9(200),
    },
  ],
  'POST /:system/requests/grants': [
    {
      what: 'a request of krabi',
      prepare: openRequest,
      path: () => '/krs/requests/grants',
      fields: async (app) => ({ request: await openRequest(app), until: '2019-10-25T16:30', answer: '' }),
      expected: ofBureau9(303),
    },
  ],
  'POST /:system/requests/declines': [
    {
      what: 'a request of krabi',
      prepare: openRequest,
      path: () => '/krs/requests/declines',
      fields: async (app) => ({ request: await openRequest(app), answer: 'ไม่มีหลักฐานใหม่' }),
      expected: ofBureau9(303),
    },
  ],
};

function askPath(page: string): Row['path'] {
  return ({ world }) => `/krs/entry/requests${page}?round=${world.rounds.open}&node=${world.node('1')}`;
}

/** The request of krabi's admin for 1/b that waits for an answer; there is one after this. */
async function openRequest({ db, world, clock }: TestApp): Promise<string> {
  const place = {
    round_id: world.rounds.open,
    office_id: world.offices.krabi,
    variable_id: world.variable('1/b'),
  };
  const open = await db('edit_requests')
    .where({ ...place, state: 'open' })
    .first('id');
  if (open !== undefined) return open.id;
  const made = { reason: 'พิมพ์ผิด', requested_by: world.users.owner, requested_at: clock.now() };
  const [{ id }] = await db('edit_requests').insert({ ...place, ...made }, ['id']);
  return id;
}
