import type { OfficeKind, Role } from '../http/current-user.ts';

/** An account as it is created; the username is unique in its system, whatever its capital letters. */
export interface NewUser extends Partial<PersonFields> {
  systemId: string;
  officeId: string;
  username: string;
  /** null: nobody can sign in until a password was set through a link. */
  passwordHash: string | null;
  name: string;
  role: Role;
  status?: UserStatus;
}

/** What a person can be reached by. */
export interface PersonFields {
  name: string;
  position: string;
  phone: string;
  email: string;
}

export type UserStatus = 'active' | 'disabled';

export const MAIL_PREFERENCES = ['at_once', 'daily', 'none'] as const;
/** How somebody wants to be told of what happens: at once, once a day, or not at all. */
export type MailPreference = (typeof MAIL_PREFERENCES)[number];

/** An account as its edit page and its owner's profile show it. */
export interface Account extends PersonFields {
  id: string;
  systemId: string;
  officeId: string;
  officeKind: OfficeKind;
  officeName: string;
  username: string;
  role: Role;
  status: UserStatus;
  locale: 'th' | 'en';
  mailPreference: MailPreference;
  avatarHash: string | null;
  hasPassword: boolean;
  hasSecondFactor: boolean;
  lastLoginAt: Date | null;
  /** Counts changes: a form is saved only over the version that it was filled from. */
  version: number;
}

/** What happens to a person's picture: a new one, none any more, or nothing. */
export type PictureChange = { picture: Buffer; hash: string } | 'removed' | null;
