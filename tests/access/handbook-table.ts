import { storeDocument } from '../support/files.ts';
import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, everybody, type Row } from './expectations.ts';

const kpiOfficeOnly = (status: number) => behindSignIn(403, { kpiOffice: status });

/** What is offered to everybody. */
export const HANDBOOK_OPEN_ROUTES = ['GET /:system/handbook/:year', 'GET /:system/manuals/:id/file'];

/** The handbook and the manuals: everybody reads, the KPI office uploads. */
export const HANDBOOK_TABLE: Record<string, Row[]> = {
  'GET /:system/handbook/:year': [
    { what: 'the published year', path: () => '/krs/handbook/2562', expected: everybody(200) },
    { what: 'no revision', path: () => '/krs/handbook/2562?revision=x', expected: everybody(404) },
    { what: 'a year that is not published', path: () => '/krs/handbook/2599', expected: everybody(404) },
  ],
  'GET /:system/manuals/:id/file': [
    { what: 'a manual', path: manualPath('/file'), expected: everybody(200) },
    {
      what: 'of another system',
      path: async (app) => `/ars/manuals/${await manualId(app)}/file`,
      expected: everybody(404),
    },
    { what: 'no number', path: () => '/krs/manuals/x/file', expected: everybody(404) },
  ],
  'GET /:system/manuals': [{ what: 'the list', path: () => '/krs/manuals', expected: kpiOfficeOnly(200) }],
  'POST /:system/manuals': [
    {
      what: 'without a file',
      path: () => '/krs/manuals',
      fields: () => ({ title: 'คู่มือ', year: '' }),
      expected: kpiOfficeOnly(422),
    },
  ],
  'GET /:system/manuals/:id': [{ what: 'a manual', path: manualPath(''), expected: kpiOfficeOnly(200) }],
  'POST /:system/manuals/:id': [
    {
      what: 'another title',
      path: manualPath(''),
      fields: () => ({ title: 'คู่มือเล่มใหม่', year: '๒๕๖๒' }),
      expected: kpiOfficeOnly(303),
    },
  ],
  'POST /:system/manuals/:id/removal': [
    { what: 'is it meant?', path: manualPath('/removal'), fields: () => ({}), expected: kpiOfficeOnly(200) },
    {
      what: 'confirmed',
      path: manualPath('/removal'),
      fields: () => ({ confirmed: '1' }),
      expected: kpiOfficeOnly(303),
    },
  ],
};

function manualPath(act: string): (app: TestApp) => Promise<string> {
  return async (app) => `/krs/manuals/${await manualId(app)}${act}`;
}

/** A manual that is offered; made where there is none. */
async function manualId(app: TestApp): Promise<string> {
  const { db, world } = app;
  const system = { system_id: world.systems.krs };
  const there = await db('manuals')
    .where({ ...system, removed_at: null })
    .first('id');
  if (there !== undefined) return there.id;
  const { file: file_id } = await storeDocument(app);
  const manual = { ...system, title: 'คู่มือ', file_id, uploaded_by: world.users.kpiOffice };
  const [{ id }] = await db('manuals').insert(manual, ['id']);
  return id;
}
