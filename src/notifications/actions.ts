import type { Knex } from 'knex';
import { insertMails, insertNotices } from './queries.ts';
import type { AccountMail, Notice } from './types.ts';

/** Queues a mail about an account in the caller's transaction: rolled back with it, sent after it. */
export async function queueMail(trx: Knex.Transaction, mail: AccountMail): Promise<void> {
  await queueMails(trx, [mail]);
}

/** The same for any number of mails, in one statement. */
export async function queueMails(trx: Knex.Transaction, mails: readonly AccountMail[]): Promise<void> {
  if (mails.length > 0) await insertMails(trx, mails);
}

/** Tells people of something that happened, in the caller's transaction. */
export async function notify(trx: Knex.Transaction, notice: Notice): Promise<void> {
  if (notice.userIds.length > 0) await insertNotices(trx, notice);
}
