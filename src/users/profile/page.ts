import type { Db } from '../../db/database.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { findAccount } from '../accounts/queries.ts';
import { differences } from '../accounts/rules.ts';
import { keptOver } from '../forms.ts';
import type { NewPasswordProblems } from '../rules.ts';
import type { Account } from '../types.ts';
import type { ProfileForm, ProfileProblems } from './forms.ts';

/** What is wrong with the form that changes the password. */
export interface PasswordProblems extends NewPasswordProblems {
  present?: 'missing' | 'wrong' | 'slowed';
  /** Until the next try counts. */
  waitSeconds?: number;
}

/** What a form that could not be saved as typed shows again; there are two on the page. */
export interface ProfileState {
  typed?: Partial<ProfileForm>;
  problems?: ProfileProblems;
  /** Somebody else saved meanwhile. */
  changed?: boolean;
  passwordProblems?: PasswordProblems;
}

/** The own account as the profile page shows it, with what was typed. */
export async function profilePage(db: Db, user: CurrentUser, state: ProfileState) {
  const account = await findAccount(db, { id: user.id, systemId: user.systemId, officeId: null });
  if (account === undefined) throw notFound();
  const typed = state.typed ?? { ...account, ...shownOf(account) };
  return {
    account,
    typed,
    problems: state.problems ?? {},
    passwordProblems: state.passwordProblems ?? {},
    changed: state.changed ?? false,
    stored: state.changed ? storedDifferently(account, typed) : {},
  };
}

/** The form over somebody else's change: the own changes as typed, all other fields as they are stored now. */
export function overChanges(form: ProfileForm, account: Account): ProfileForm {
  return {
    ...form,
    name: keptOver(form.name, form.shownName, account.name),
    position: keptOver(form.position, form.shownPosition, account.position),
    phone: keptOver(form.phone, form.shownPhone, account.phone),
    email: keptOver(form.email, form.shownEmail, account.email),
    locale: keptOver(form.locale, form.shownLocale, account.locale),
    mailPreference: keptOver(form.mailPreference, form.shownMailPreference, account.mailPreference),
    ...shownOf(account),
    version: account.version,
  };
}

function shownOf(account: Account) {
  const { name, position, phone, email, locale, mailPreference } = account;
  return {
    shownName: name,
    shownPosition: position,
    shownPhone: phone,
    shownEmail: email,
    shownLocale: locale,
    shownMailPreference: mailPreference,
  };
}

function storedDifferently(account: Account, typed: Partial<ProfileForm>): Record<string, string> {
  const pairs = Object.entries(differences({ ...account, ...typed }, account));
  return Object.fromEntries(pairs.map(([field, [, stored]]) => [field, stored ?? '']));
}
