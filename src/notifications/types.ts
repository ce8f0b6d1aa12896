/** Mails about the account itself: they go out at once, whatever the receiver prefers. */
export type AccountMailKind = 'activation' | 'reset' | 'accountChanged';

/** Something that happened and that people are told of by their preference: at once, once a day, or not at all. */
export type NoticeKind = 'assigned' | 'document' | 'comment' | 'decision' | 'permit' | 'workshop';

/** `sealed`: the hash of a seal; `notices`: those of one group; `summary`: those of a day. */
export type MailKind = AccountMailKind | 'sealed' | 'notices' | 'summary';

/** What a text mentions; never a token or a password. Each kind says in letters.ts what it reads. */
export type MailData = Record<string, string | number | null | readonly string[]>;

/** A mail that goes out at once, whatever the receiver prefers: about the account, or with the hash of a seal. */
export interface AccountMail {
  systemId: string;
  userId: string;
  address: string;
  kind: AccountMailKind | 'sealed';
  data: MailData;
}

export interface Notice {
  systemId: string;
  /** The receivers, without whose doing it is; who is disabled, has no address or wants no mail is left out. */
  userIds: readonly string[];
  kind: NoticeKind;
  /** Notices of one group within ten minutes become one mail, e.g. an office and a sub-indicator. */
  groupKey: string;
  data: MailData;
  /** When it happened, where that was before now. */
  at?: Date;
}

export const MAIL_STATES = ['waiting', 'sent', 'failed'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** Why a mail is not sent where it is no mail server that refuses it. */
export const FAILURES = ['linkEnded', 'accountDisabled', 'badAddress', 'nothingToTell', 'internal'] as const;
export type Failure = (typeof FAILURES)[number];

/** A mail that waits to be sent, with what its text needs to know. */
export interface WaitingMail {
  id: string;
  kind: MailKind;
  data: MailData;
  address: string;
  /** Tries of the present series. */
  tries: number;
  series: number;
  createdAt: Date;
  userId: string;
  name: string;
  username: string;
  locale: 'th' | 'en';
  active: boolean;
  officeName: string;
  systemCode: string;
  systemBrand: string;
  systemNameTh: string;
  systemNameEn: string;
}

/** One notice of a mail. */
export interface ToldNotice {
  kind: NoticeKind;
  groupKey: string;
  data: MailData;
}

/** The page on which a password is set, with its token: `/krs/password/…`, and for how long it works. */
export interface AccountLink {
  path: string;
  validHours: number;
  /** Who had it sent; undefined: the person. */
  sentBy?: { name: string; office: string } | undefined;
}
