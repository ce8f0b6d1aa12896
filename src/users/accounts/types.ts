import type { OfficeKind, Role } from '../../http/current-user.ts';
import type { Account, PersonFields, PictureChange, UserStatus } from '../types.ts';

/** Role, status and office of an account after a change. */
export interface AccountState {
  role: Role;
  status: UserStatus;
  officeId: string;
  officeKind: OfficeKind;
}

export type ChangeProblem = 'own' | 'lastAdmin' | 'roleNotFitting' | 'officeAssigned' | 'officeUnknown';
export type ChangeProblems = Partial<Record<'role' | 'status' | 'office', ChangeProblem>>;

/** A new account, checked field by field. */
export interface AccountOrder extends PersonFields {
  username: string;
  passwordHash: string | null;
  role: Role;
  status: UserStatus;
  officeId: string;
  picture: PictureChange;
  /** Mails the username and a link to set the password (R50); without a password it is always mailed. */
  notify: boolean;
}

/** A change of an account, over the version that was seen. */
export interface AccountChange extends Omit<AccountOrder, 'username'> {
  version: number;
}

export type CreateResult =
  | { outcome: 'saved'; id: string }
  | { outcome: 'refused'; problems: ChangeProblems & { username?: 'taken' } };

/** `changed`: somebody else was faster, nothing was saved. */
export type ChangeResult =
  | { outcome: 'saved' }
  | { outcome: 'changed'; account: Account }
  | { outcome: 'refused'; problems: ChangeProblems };
