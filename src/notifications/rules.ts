import type { WaitingMail } from './types.ts';

const SECONDS_PER_MINUTE = 60;
const LONGEST_PAUSE_MINUTES = 120;

/** Seconds until the next try after so many: 1, 2, 4 … minutes, two hours at most. */
export function pauseAfter(tries: number): number {
  return Math.min(2 ** (tries - 1), LONGEST_PAUSE_MINUTES) * SECONDS_PER_MINUTE;
}

/**
 * A text for a header or a single line: without line breaks and control characters, so that it cannot begin a new
 * header.
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** Whether the mail says that the account is disabled: this one goes to a disabled account, too. */
export function isToldOfDisabling({ kind, data }: Pick<WaitingMail, 'kind' | 'data'>): boolean {
  return kind === 'accountChanged' && Array.isArray(data.what) && data.what.includes('disabled');
}

/** Whether exactly one mailbox is meant: a list, a name or a space would be read as further receivers. */
export function isMailbox(address: string): boolean {
  return /^[^\s,;:<>()[\]"\\@]+@[^\s,;:<>()[\]"\\@]+$/.test(address) && !/\p{Cc}/u.test(address);
}

export interface SendingError {
  code?: unknown;
  /** The SMTP command that failed. */
  command?: unknown;
  responseCode?: unknown;
  message?: unknown;
}

/**
 * Whether trying again is in vain: the server refuses this receiver or this message for good (5xx). A refused
 * connection, sign-in or sender is ours or the server's trouble: it may be put right while the mail waits.
 */
export function isPermanent({ code, command, responseCode }: SendingError): boolean {
  if ((code !== 'EENVELOPE' && code !== 'EMESSAGE') || command === 'MAIL FROM') return false;
  return typeof responseCode === 'number' ? responseCode >= 500 : true;
}

const LONGEST_ERROR = 300;

/** What the log page shows of an error: one line, and no link, which could bear a token. */
export function errorText({ message, code }: SendingError): string {
  const text = oneLine(typeof message === 'string' && message !== '' ? message : String(code ?? 'unknown'));
  return text.replace(/\w+:\/\/\S+/g, '…').slice(0, LONGEST_ERROR);
}
