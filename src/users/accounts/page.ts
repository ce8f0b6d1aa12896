import type { Db } from '../../db/database.ts';
import { type CurrentUser, ROLES, type Role } from '../../http/current-user.ts';
import { listUserEvents } from '../events/queries.ts';
import type { UserEvent } from '../events/types.ts';
import { keptOver } from '../forms.ts';
import { listOfficeChoices, type OfficeChoice } from '../list/queries.ts';
import { managedOffice, rolesOf } from '../rules.ts';
import type { Account } from '../types.ts';
import type { AccountForm, AccountProblems } from './forms.ts';
import { differences } from './rules.ts';

const EVENTS_SHOWN = 20;

/** What a form that could not be saved as typed shows again. */
export interface FormState {
  typed?: Partial<AccountForm>;
  problems?: AccountProblems;
  /** Somebody else saved meanwhile: the form shows what is stored now beside what was typed. */
  changed?: boolean;
}

export interface AccountPage {
  /** null: a new account. */
  account: Account | null;
  isOwn: boolean;
  typed: Partial<AccountForm>;
  problems: AccountProblems;
  changed: boolean;
  /** What is stored of a field that was typed differently. */
  stored: Record<string, string>;
  roles: readonly Role[];
  /** Empty where the office is not for choosing. */
  offices: OfficeChoice[];
  events: UserEvent[];
}

/** The form of a new or a known account, with the account's history. */
export async function accountPage(
  db: Db,
  manager: CurrentUser,
  account: Account | null,
  state: FormState,
): Promise<AccountPage> {
  const all = managedOffice(manager) === null;
  const typed = state.typed ?? filledFrom(account, manager);
  return {
    account,
    isOwn: account?.id === manager.id,
    typed,
    problems: state.problems ?? {},
    changed: state.changed ?? false,
    stored: state.changed && account !== null ? storedDifferently(account, typed) : {},
    roles: all ? ROLES : rolesOf(manager.officeKind),
    offices: all ? await listOfficeChoices(db, manager.systemId) : [],
    events: account === null ? [] : await listUserEvents(db, account.id, EVENTS_SHOWN),
  };
}

/**
 * A form over somebody else's change: what its sender changed stays as typed, every other field is as stored now, so
 * that saving it again takes nothing back.
 */
export function overChanges(form: AccountForm, account: Account): Partial<AccountForm> {
  const { shownName, shownPosition, shownPhone, shownEmail, shownRole, shownStatus, shownOffice } = form;
  return {
    ...form,
    name: keptOver(form.name, shownName, account.name),
    position: keptOver(form.position, shownPosition, account.position),
    phone: keptOver(form.phone, shownPhone, account.phone),
    email: keptOver(form.email, shownEmail, account.email),
    role: keptOver(form.role, shownRole, account.role),
    status: keptOver(form.status, shownStatus, account.status),
    office: keptOver(form.office, shownOffice, account.officeId),
    ...shownOf(account),
    version: account.version,
  };
}

function shownOf(account: Account) {
  const { name, position, phone, email, role, status, officeId } = account;
  return {
    shownName: name,
    shownPosition: position,
    shownPhone: phone,
    shownEmail: email,
    shownRole: role,
    shownStatus: status,
    shownOffice: officeId,
  };
}

function filledFrom(account: Account | null, manager: CurrentUser): Partial<AccountForm> {
  if (account !== null) return { ...account, office: account.officeId, ...shownOf(account) };
  if (managedOffice(manager) === null) return { status: 'active' };
  return { status: 'active', office: manager.officeId, role: rolesOf(manager.officeKind).at(-1) };
}

function storedDifferently(account: Account, typed: Partial<AccountForm>): Record<string, string> {
  const { name = '', position = '', phone = '', email = '', role, status } = typed;
  const seen = { name, position, phone, email, role: role ?? account.role, status: status ?? account.status };
  const pairs = Object.entries(differences({ ...seen, officeName: account.officeName }, account));
  return Object.fromEntries(pairs.map(([field, [, stored]]) => [field, stored ?? '']));
}
