import type { Role } from '../http/current-user.ts';

/** An account as it is created; the username is unique in its system, whatever its capital letters. */
export interface NewUser {
  systemId: string;
  officeId: string;
  username: string;
  passwordHash: string;
  name: string;
  role: Role;
}
