/** What happens to an account; shown in its history. */
export type UserEventKind =
  | 'created'
  | 'changed'
  | 'disabled'
  | 'enabled'
  | 'profile'
  | 'avatar'
  | 'linkRequested'
  | 'handedOver'
  | 'passwordSet'
  | 'secondFactorOn'
  | 'secondFactorOff'
  | 'recoveryCodesMade'
  | 'recoveryCodeUsed';

/** One line of an account's history. */
export interface NewUserEvent {
  userId: string;
  /** Null: the system itself, or the operator's command line. */
  byUserId: string | null;
  kind: UserEventKind;
  /** `{ field: [before, after] }`; never a password or a secret. */
  details?: Record<string, unknown>;
}

/** One line of an account's history, as it is read. */
export interface UserEvent extends NewUserEvent {
  id: string;
  at: Date;
  details: Record<string, unknown>;
  byName: string | null;
}
