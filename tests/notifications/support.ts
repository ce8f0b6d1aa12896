import { queueMail } from '../../src/notifications/actions.ts';
import type { AccountMail } from '../../src/notifications/types.ts';
import type { TestApp } from '../support/test-app.ts';
import type { Person } from '../support/world.ts';

/** Queues a mail to somebody of the world, as an action does. */
export async function queueTo(
  app: TestApp,
  person: Person,
  change: Partial<AccountMail> = {},
): Promise<void> {
  const { email } = await app.db('users').where({ id: app.world.users[person] }).first('email');
  await app.db.transaction((trx) =>
    queueMail(trx, {
      systemId: app.world.systems.krs,
      userId: app.world.users[person],
      address: email,
      kind: 'accountChanged',
      data: { what: 'password' },
      ...change,
    }),
  );
}

export interface StoredMail {
  id: string;
  kind: string;
  state: string;
  tries: number;
  last_error: string | null;
  subject: string | null;
  next_try_at: Date | null;
  first_try_at: Date | null;
}

/** All mails, in the order in which they were queued. */
export async function storedMails(app: TestApp): Promise<StoredMail[]> {
  return app.db('mails').select('*').orderBy('id');
}

/** The only mail. */
export async function storedMail(app: TestApp): Promise<StoredMail> {
  const [mail, ...others] = await storedMails(app);
  if (mail === undefined || others.length > 0)
    throw new Error(`There are ${others.length + 1} mails, or none`);
  return mail;
}

export async function waitingJobs(app: TestApp): Promise<number> {
  const { rows } = await app.db.raw('select count(*)::int as count from graphile_worker._private_jobs');
  return rows[0].count;
}

/** Nothing is queued, sent or remembered, and everybody is as before. */
export async function startAfresh(app: TestApp): Promise<void> {
  await app.db.raw('delete from thread_notices');
  await app.db.raw('delete from notices');
  await app.db.raw('delete from mails');
  await app.db.raw('delete from graphile_worker._private_jobs');
  await app.db.raw("update users set mail_preference = 'at_once', locale = 'th'");
}
