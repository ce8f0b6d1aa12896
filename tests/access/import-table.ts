import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Row } from './expectations.ts';

const kpiOfficeOnly = (status: number) => behindSignIn(403, { kpiOffice: status });

/** Creating accounts from a file, and who gets which answer. */
export const IMPORT_TABLE: Record<string, Row[]> = {
  'GET /:system/users/import': [
    { what: 'the form', path: () => '/krs/users/import', expected: kpiOfficeOnly(200) },
  ],
  'GET /:system/users/import/template': [
    { what: 'the form to fill in', path: () => '/krs/users/import/template', expected: kpiOfficeOnly(200) },
  ],
  'POST /:system/users/import': [
    {
      what: 'no file',
      path: () => '/krs/users/import',
      fields: () => ({ notify: '1' }),
      expected: kpiOfficeOnly(422),
    },
  ],
  'GET /:system/users/import/:id': [
    { what: 'a checked file', path: checkedPath(''), expected: kpiOfficeOnly(200) },
  ],
  'POST /:system/users/import/:id/accounts': [
    {
      what: 'a checked file',
      prepare: checkedPath(''),
      path: checkedPath('/accounts'),
      expected: kpiOfficeOnly(303),
    },
  ],
};

/** A file of one reporter of krabi that waits for the confirmation of the KPI office. */
function checkedPath(act: string): (app: TestApp) => Promise<string> {
  return async (app: TestApp) => {
    const owner = { system_id: app.world.systems.krs, by_user_id: app.world.users.kpiOffice };
    const waiting = await app
      .db('user_imports')
      .where({ ...owner, applied_at: null })
      .first('id');
    return `/krs/users/import/${waiting?.id ?? (await insertChecked(app, owner))}${act}`;
  };
}

async function insertChecked({ db, world, clock }: TestApp, owner: object): Promise<string> {
  const [{ count }] = (await db('user_imports').count()) as [{ count: string }];
  const account = {
    ...{ line: 2, officeId: world.offices.krabi, username: `imported${count}`, name: 'นำเข้า จากไฟล์' },
    ...{ position: '', phone: '', email: '', role: 'reporter' },
  };
  const [{ id }] = await db('user_imports').insert(
    {
      ...owner,
      file_name: 'new.csv',
      sends_links: false,
      rows: JSON.stringify([account]),
      created_at: clock.now(),
    },
    ['id'],
  );
  return id;
}
