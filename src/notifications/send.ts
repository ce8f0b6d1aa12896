import type { Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import type { Logger } from '../lib/logger.ts';
import { type Letter, writeLetter } from './letters.ts';
import { messageOf } from './message.ts';
import { findWaitingMail, listNotices, markSent, markUnsent } from './queries.ts';
import {
  errorText,
  isMailbox,
  isPermanent,
  isToldOfDisabling,
  pauseAfter,
  type SendingError,
} from './rules.ts';
import type { Transport } from './transport.ts';
import type { AccountLink, Failure, ToldNotice, WaitingMail } from './types.ts';

const MOST_NOTICES = 100;
const DEADLINE_MS = 180_000;

/** What sending needs; `accountLink` is given by whoever knows accounts: this folder does not. */
export interface PostOffice {
  db: Db;
  config: Pick<Config, 'publicUrl' | 'mailFrom'>;
  logger: Logger;
  clock: () => Date;
  transport: Transport;
  /** Makes the secret of a link to set a password; undefined when the link was ended meanwhile. */
  accountLink: (linkId: string, kind: 'activation' | 'reset') => Promise<AccountLink | undefined>;
  /** Seconds until the next try after so many. */
  pause?: (tries: number) => number;
}

/**
 * Sends a waiting mail and keeps what became of it. Whatever the mail server does, the job is done then: the next
 * try is a job of its own. Rejects only where the database or `stop` (the program ends) comes between; the job is
 * then taken up again by its queue.
 *
 * At least once: where the program or the connection dies between the server's taking the mail and our keeping it,
 * it is sent a second time, with the same Message-ID.
 */
export async function sendMail(post: PostOffice, mailId: string, stop: AbortSignal): Promise<void> {
  const { db, logger } = post;
  const mail = await findWaitingMail(db, mailId);
  if (mail === undefined) return;
  const letter = await letterOf(post, mail);
  if (typeof letter === 'string') return giveUp(post, mail, letter);
  const { id, series } = mail;
  const attempt = { id, series, subject: letter.subject };
  try {
    const message = await messageOf(mail, letter, post.config, post.clock());
    await post.transport(message, AbortSignal.any([stop, AbortSignal.timeout(DEADLINE_MS)]));
  } catch (error) {
    if (stop.aborted) throw error;
    return keepTrying(post, mail, attempt, error as SendingError);
  }
  await markSent(db, attempt);
  logger.info({ mailId, kind: mail.kind, tries: mail.tries + 1 }, 'a mail was sent');
}

/** What the mail is to say, or why it is not to be sent. */
async function letterOf(post: PostOffice, mail: WaitingMail): Promise<Letter | Failure> {
  if (!mail.active && !isToldOfDisabling(mail)) return 'accountDisabled';
  if (!isMailbox(mail.address)) return 'badAddress';
  let link: AccountLink | undefined;
  let listed: { notices: ToldNotice[]; total: number } = { notices: [], total: 0 };
  if (mail.kind === 'activation' || mail.kind === 'reset') {
    link = await post.accountLink(String(mail.data.linkId), mail.kind);
    if (link === undefined) return 'linkEnded';
  }
  if (mail.kind === 'notices' || mail.kind === 'summary') {
    listed = await listNotices(post.db, mail.id, MOST_NOTICES);
    if (listed.total === 0) return 'nothingToTell';
  }
  try {
    return writeLetter({ mail, publicUrl: post.config.publicUrl, link, ...listed });
  } catch (error) {
    post.logger.error({ err: error, mailId: mail.id, kind: mail.kind }, 'a mail could not be written');
    return 'internal';
  }
}

async function giveUp({ db, logger }: PostOffice, mail: WaitingMail, reason: Failure): Promise<void> {
  const { id, series, kind } = mail;
  await markUnsent(db, { id, series, subject: null, error: reason, permanent: true, pause: 0 });
  logger.warn({ mailId: id, kind, reason }, 'a mail is not sent');
}

async function keepTrying(
  { db, logger, pause = pauseAfter }: PostOffice,
  mail: WaitingMail,
  attempt: { id: string; series: number; subject: string },
  error: SendingError,
): Promise<void> {
  const state = await markUnsent(db, {
    ...attempt,
    error: errorText(error),
    permanent: isPermanent(error),
    pause: pause(mail.tries + 1),
  });
  // never the server's words: they may repeat addresses, and links
  const { code, responseCode } = error;
  const told = { mailId: mail.id, kind: mail.kind, tries: mail.tries + 1, code, responseCode, state };
  logger.warn(told, 'a mail could not be sent');
}
