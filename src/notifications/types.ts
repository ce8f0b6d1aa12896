/** Mails about the account itself: they go out at once, whatever the receiver prefers. */
export type AccountMailKind = 'activation' | 'reset' | 'accountChanged';

/** Something that happened and that people are told of by their preference: at once, once a day, or not at all. */
export type NoticeKind = 'assigned';

export interface AccountMail {
  systemId: string;
  userId: string;
  address: string;
  kind: AccountMailKind;
  /** What the text mentions; never a token or a password. */
  data: Record<string, string | number | null>;
}

export interface Notice {
  systemId: string;
  /** The receivers; who is disabled, has no address or wants no mail is left out. */
  userIds: readonly string[];
  kind: NoticeKind;
  /** Notices of one group within ten minutes become one mail, e.g. an office and a sub-indicator. */
  groupKey: string;
  data: Record<string, string | number | null>;
}
