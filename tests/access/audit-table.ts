import { boxFields, opened } from '../certification/audit-support.ts';
import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Expected, type Row } from './expectations.ts';

/** Bureau 9 certifies all variables of 3: for the other bureau it is not there, district offices know no AUDIT. */
const ofBureau9 = (status: number, others: Parameters<typeof behindSignIn>[1] = {}): Expected =>
  behindSignIn(status, { otherCertifier: 404, district: 403, ...others });
const kpiOfficeOnly = (status: number): Expected => behindSignIn(403, { kpiOffice: status });

const node =
  (act = ''): Row['path'] =>
  ({ world }) =>
    `/krs/audit/nodes/${world.node('3')}${act}?round=${world.rounds.open}`;

const request =
  (act = ''): Row['path'] =>
  async (app) =>
    `/krs/audit/requests/${await requestOf(app)}${act}`;

/** AUDIT: who asks, opens, answers and gives scores; and carrying over. */
export const AUDIT_TABLE: Record<string, Row[]> = {
  'GET /:system/audit': [
    { what: 'the list', path: () => '/krs/audit', expected: behindSignIn(200, { district: 403 }) },
  ],
  'GET /:system/audit/nodes/:id': [
    { what: 'sub-indicator 3 of bureau 9', path: node(), expected: ofBureau9(200) },
    { what: 'no sub-indicator', path: () => '/krs/audit/nodes/999999', expected: ofBureau9(404) },
  ],
  'POST /:system/audit/nodes/:id/requests': [
    {
      what: 'for all offices',
      path: node('/requests'),
      fields: () => ({ reason: 'ตรวจสอบ', scope: 'all' }),
      expected: ofBureau9(303, { kpiOffice: 403 }),
    },
    { what: 'nothing typed', path: node('/requests'), expected: ofBureau9(422, { kpiOffice: 403 }) },
  ],
  'POST /:system/audit/nodes/:id/openings': [
    {
      what: 'for one office',
      path: node('/openings'),
      fields: ({ world }) => ({ reason: 'ตรวจสอบ', scope: 'some', office: world.offices.lampang }),
      expected: kpiOfficeOnly(303),
    },
  ],
  'POST /:system/audit/nodes/:id/openings/closing': [
    { what: 'nothing chosen', path: node('/openings/closing'), expected: kpiOfficeOnly(422) },
    {
      what: 'an opening that is closed already',
      path: node('/openings/closing'),
      fields: () => ({ opening: '999999', confirmed: '1' }),
      expected: kpiOfficeOnly(303),
    },
  ],
  'GET /:system/audit/requests/:id': [{ what: 'one of bureau 9', path: request(), expected: ofBureau9(200) }],
  'POST /:system/audit/requests/:id/answer': [
    {
      what: 'declined',
      path: request('/answer'),
      prepare: requestOf,
      fields: () => ({ act: 'decline', answer: 'ไม่จำเป็น' }),
      expected: kpiOfficeOnly(303),
    },
  ],
  'POST /:system/audit/requests/:id/withdrawal': [
    {
      what: 'one of bureau 9',
      path: request('/withdrawal'),
      prepare: requestOf,
      expected: ofBureau9(303, { kpiOffice: 403 }),
    },
  ],
  'POST /:system/certify/audit': [
    {
      what: 'a score of krabi in 3',
      path: () => '/krs/certify/audit',
      prepare: (app) => opened(app, '3', 'krabi'),
      fields: (app) => boxFields(app, '3', '4'),
      expected: ofBureau9(303),
    },
    {
      what: 'no score',
      path: () => '/krs/certify/audit',
      prepare: (app) => opened(app, '3', 'krabi'),
      fields: (app) => boxFields(app, '3', '6'),
      expected: ofBureau9(422),
    },
  ],
  'GET /:system/rounds/:id/carry-over': [
    {
      what: 'into the open round',
      path: ({ world }) => `/krs/rounds/${world.rounds.open}/carry-over`,
      expected: kpiOfficeOnly(200),
    },
  ],
  'POST /:system/rounds/:id/carry-over': [
    {
      what: 'where nothing is flagged',
      path: ({ world }) => `/krs/rounds/${world.rounds.open}/carry-over`,
      expected: kpiOfficeOnly(409),
    },
  ],
};

/** An open request of bureau 9; made where there is none. */
async function requestOf({ db, world }: TestApp): Promise<string> {
  const request = { node_id: world.node('3'), round_id: world.rounds.open, bureau_id: world.offices.bureau9 };
  const found = await db('audit_requests')
    .where({ ...request, state: 'open' })
    .first('id');
  if (found !== undefined) return found.id;
  const [{ id }] = await db('audit_requests').insert(
    { ...request, reason: 'ขอให้คะแนนเอง', requested_by: world.users.certifier },
    ['id'],
  );
  return id;
}
