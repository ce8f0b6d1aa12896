import { draftFromDocument } from '../../src/framework/drafts/document.ts';
import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Row } from './expectations.ts';

const kpiOfficeOnly = (status: number) => behindSignIn(403, { kpiOffice: status });

/** Frameworks as files, and years that are copied: the KPI office alone, and of its own system only. */
export const TRANSFER_TABLE: Record<string, Row[]> = {
  'GET /:system/framework/transfer': [
    { what: 'the page', path: () => '/krs/framework/transfer?year=2562', expected: kpiOfficeOnly(200) },
  ],
  'POST /:system/framework/transfer': [
    {
      what: 'no file',
      path: () => '/krs/framework/transfer',
      fields: () => ({ year: '2562' }),
      expected: kpiOfficeOnly(422),
    },
  ],
  'GET /:system/framework/transfer/:id': [
    { what: 'a checked file', path: checkedPath(''), expected: kpiOfficeOnly(200) },
    { what: 'none', path: () => '/krs/framework/transfer/999999', expected: kpiOfficeOnly(404) },
  ],
  'POST /:system/framework/transfer/:id/draft': [
    {
      what: 'a checked file, compared with something else',
      path: checkedPath('/draft'),
      fields: () => ({ seen: 'x' }),
      expected: kpiOfficeOnly(409),
    },
  ],
  'GET /:system/framework/:year/export.json': [
    {
      what: 'the published year',
      path: () => '/krs/framework/2562/export.json',
      expected: kpiOfficeOnly(200),
    },
    { what: 'no year', path: () => '/krs/framework/2599/export.json', expected: kpiOfficeOnly(404) },
  ],
  'GET /:system/framework/:year/export.xlsx': [
    {
      what: 'the published year',
      path: () => '/krs/framework/2562/export.xlsx',
      expected: kpiOfficeOnly(200),
    },
  ],
  'POST /:system/framework/copy': [
    {
      what: 'over itself',
      path: () => '/krs/framework/copy',
      fields: () => ({ from: '2562', to: '2562' }),
      expected: kpiOfficeOnly(422),
    },
  ],
};

/** A file of an empty year that waits for the confirmation of the KPI office. */
function checkedPath(act: string): (app: TestApp) => Promise<string> {
  return async ({ db, world, clock }: TestApp) => {
    const owner = { system_id: world.systems.krs, by_user_id: world.users.kpiOffice, fiscal_year: 2599 };
    const waiting = await db('framework_imports').where(owner).first('id');
    if (waiting !== undefined) return `/krs/framework/transfer/${waiting.id}${act}`;
    const json = { title_th: 'ปีใหม่', dimensions: [{ code: '1', name: 'มิติ' }] };
    const document = draftFromDocument(json, { system: 'krs', fiscalYear: 2599, known: null });
    const file = {
      file_name: 'x.json',
      document: JSON.stringify(document),
      issues: '[]',
      created_at: clock.now(),
    };
    const [{ id }] = await db('framework_imports').insert({ ...owner, ...file }, ['id']);
    return `/krs/framework/transfer/${id}${act}`;
  };
}
