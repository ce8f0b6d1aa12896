import type { MailKind, MailState } from '../types.ts';

/** A line of the mail log. */
export interface LoggedMail {
  id: string;
  kind: MailKind;
  /** Null before the first try. */
  subject: string | null;
  address: string;
  name: string;
  username: string;
  officeShortName: string;
  state: MailState;
  tries: number;
  lastError: string | null;
  createdAt: Date;
  /** The first time. */
  sentAt: Date | null;
  lastSentAt: Date | null;
  /** How often it went out. */
  sendings: number;
  /** Of a mail with a link to set a password: why there is nothing to send again. */
  linkOver: 'used' | 'ended' | null;
  nextTryAt: Date | null;
}

export interface LogQuery {
  state?: MailState | undefined;
  q: string;
  page: number;
}
