import type { Transaction } from '../../db/database.ts';
import type { OfficeKind, Role } from '../../http/current-user.ts';
import type { PersonFields } from '../types.ts';

/** What becomes of the account that hands over: it can sign in no longer, or it stays without the admin's rights. */
export type Aftermath = 'disabled' | 'lowered';

export interface HandoverOffice {
  id: string;
  kind: OfficeKind;
  name: string;
}

/** An active person of the office. */
export interface OfficePerson {
  id: string;
  username: string;
  name: string;
  email: string;
  role: Role;
  version: number;
  hasPassword: boolean;
  /** Sub-indicators of the years that are not over that the person is responsible for. */
  assigned: number;
}

/** A person in the version that the page showed. */
export interface SeenPerson {
  id: string;
  version: number;
}

export interface NewcomerFields extends PersonFields {
  username: string;
}

/** A handover as it is to be done. */
export interface HandoverOrder {
  officeId: string;
  outgoing: SeenPerson;
  incoming: SeenPerson | NewcomerFields;
  movesAssignments: boolean;
  aftermath: Aftermath;
  reason: string;
}

export type HandoverProblem =
  | 'outgoingMissing'
  | 'incomingMissing'
  | 'samePerson'
  | 'usernameMissing'
  | 'usernameShape'
  | 'taken'
  | 'nameMissing'
  | 'emailForLink'
  | 'emailShape'
  | 'phoneShape'
  | 'reasonMissing'
  | 'tooLong';

export type HandoverProblems = Partial<
  Record<'outgoing' | 'incoming' | 'reason' | keyof NewcomerFields, HandoverProblem>
>;

export type HandoverResult =
  | { outcome: 'done'; incomingName: string; moved: number; mailed: boolean }
  /** One of the accounts is not as the page showed it; nothing was done. */
  | { outcome: 'changed' }
  | { outcome: 'refused'; problems: HandoverProblems };

/** Whose responsibilities go to whom; those of other frameworks than these stay. */
export interface Move {
  fromUserId: string;
  toUserId: string;
  byUserId: string;
  frameworkIds: readonly string[];
  now: Date;
}

/** Moves what one person is responsible for to another one; returns how many sub-indicators moved. */
export type MoveAssignments = (trx: Transaction, move: Move) => Promise<number>;
