import type { Db, Transaction } from '../db/database.ts';
import { collectGroups, insertMails, insertNotices, requeueMail } from './queries.ts';
import type { AccountMail, MailState, Notice } from './types.ts';

/** How long notices of one group are collected. */
const COLLECT_SECONDS = 600;

/** Queues a mail about an account in the caller's transaction: rolled back with it, sent after it. */
export async function queueMail(trx: Transaction, mail: AccountMail): Promise<void> {
  await queueMails(trx, [mail]);
}

/** The same for any number of mails, in one statement. */
export async function queueMails(trx: Transaction, mails: readonly AccountMail[]): Promise<void> {
  if (mails.length > 0) await insertMails(trx, mails);
}

/** Tells people of something that happened, in the caller's transaction: any number of notices in one statement. */
export async function notifyAll(trx: Transaction, notices: readonly Notice[]): Promise<void> {
  await insertNotices(trx, notices);
}

/** Queues a mail of this system anew that is in one of these states; false where it is in another by now. */
export async function sendAgain(
  db: Db,
  mail: { id: string; systemId: string },
  from: readonly MailState[],
): Promise<boolean> {
  return requeueMail(db, mail, from);
}

/** Makes mails of the notices that have waited for ten minutes; those of one group become one. */
export async function collectNotices(db: Db): Promise<void> {
  await db.transaction((trx) => collectGroups(trx, COLLECT_SECONDS));
}
