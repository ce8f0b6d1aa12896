import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Row } from './expectations.ts';

const kpiOfficeOnly = (status: number) => behindSignIn(403, { kpiOffice: status });

/** จดหมายของระบบ: the KPI office alone, and of its own system only. */
export const MAIL_TABLE: Record<string, Row[]> = {
  'GET /:system/mail': [
    { what: 'the log', path: () => '/krs/mail', expected: kpiOfficeOnly(200) },
    {
      what: 'what failed, with a text',
      path: () => '/krs/mail?state=failed&q=a',
      expected: kpiOfficeOnly(200),
    },
  ],
  'POST /:system/mail/:id/again': [
    {
      what: 'a mail that failed',
      path: async (app) => `/krs/mail/${await mailOf(app, 'krs')}/again`,
      prepare: async (app) =>
        app
          .db('mails')
          .where({ id: await mailOf(app, 'krs') })
          .update({ state: 'failed' }),
      fields: () => ({}),
      expected: kpiOfficeOnly(303),
    },
    {
      what: 'one that was sent: is it meant?',
      path: async (app) => `/krs/mail/${await mailOf(app, 'krs')}/again`,
      prepare: async (app) =>
        app
          .db('mails')
          .where({ id: await mailOf(app, 'krs') })
          .update({ state: 'sent' }),
      fields: () => ({}),
      expected: kpiOfficeOnly(200),
    },
    {
      what: 'a mail of another system',
      path: async (app) => `/krs/mail/${await mailOf(app, 'ars')}/again`,
      prepare: (app) => mailOf(app, 'ars'),
      fields: () => ({ confirmed: '1' }),
      expected: kpiOfficeOnly(404),
    },
  ],
};

/** The id of a mail of this system that failed once; stored where there is none. */
async function mailOf({ db, world }: TestApp, system: 'krs' | 'ars'): Promise<string> {
  const system_id = world.systems[system];
  const found = await db('mails').where({ system_id, kind: 'reset' }).first('id');
  if (found !== undefined) return found.id;
  const user_id = db('users').where({ system_id, username: '8101' }).select('id');
  const mail = {
    system_id,
    user_id,
    address: '8101@example.org',
    kind: 'reset',
    data: '{}',
    state: 'failed',
  };
  const [{ id }] = await db('mails').insert(mail, ['id']);
  return id;
}
