import { z } from 'zod';
import { ROLES } from '../../http/current-user.ts';
import { box, id, line, optional, version } from '../../http/input.ts';
import {
  type PersonProblem,
  type PictureProblem,
  personFields,
  personProblems,
  shownFields,
} from '../forms.ts';
import { isUsername, newPasswordProblems, type PasswordProblem } from '../rules.ts';
import type { ChangeProblem } from './types.ts';

const text = z.string().default('');

/** The form of an account; nothing is trimmed from passwords. Fields that nobody offers are refused. */
export const accountForm = z.strictObject({
  ...personFields,
  version: version.optional(),
  username: line,
  password: text,
  again: text,
  role: optional(z.enum(ROLES)),
  status: z.enum(['active', 'disabled']).optional(),
  office: optional(id),
  notify: box,
  removeAvatar: box,
  ...shownFields,
  shownRole: text,
  shownStatus: text,
  shownOffice: text,
});
export type AccountForm = z.infer<typeof accountForm>;

export const accountId = z.object({ id });

/** For which office the form of a new account opens. */
export const newAccountQuery = z.object({ office: optional(id).catch(undefined) });

/** A question that was answered with yes. */
export const confirmation = z.object({ confirmed: z.literal('1').optional().catch(undefined) });

export type AccountProblem =
  | PersonProblem
  | PasswordProblem
  | 'asBefore'
  | 'mismatch'
  | PictureProblem
  | ChangeProblem
  | 'usernameMissing'
  | 'usernameShape'
  | 'taken'
  | 'ownPassword'
  | 'emailForLink'
  | 'emailForMail'
  | 'notifyDisabled'
  | 'roleMissing'
  | 'officeMissing';

export type AccountField =
  | Exclude<keyof AccountForm, 'version' | 'removeAvatar' | `shown${string}`>
  | 'avatar';
export type AccountProblems = Partial<Record<AccountField, AccountProblem>>;

/** What can be said of the form alone; `account` null: it is a new one. */
export function accountProblems(
  form: AccountForm,
  account: { username: string; isOwn: boolean } | null,
  minBytes: number,
): AccountProblems {
  const problems: AccountProblems = personProblems(form);
  const hasPassword = form.password !== '' || form.again !== '';
  if (hasPassword) {
    Object.assign(problems, newPasswordProblems(form, account?.username ?? form.username, minBytes));
    if (account?.isOwn) problems.password = 'ownPassword';
  }
  if (account === null) {
    if (!isUsername(form.username))
      problems.username = form.username === '' ? 'usernameMissing' : 'usernameShape';
    if (form.role === undefined) problems.role = 'roleMissing';
    if (form.office === undefined) problems.office = 'officeMissing';
    if (!hasPassword && form.email === '') problems.email = 'emailForLink';
  }
  if (form.notify && form.email === '') problems.email = 'emailForMail';
  if (form.notify && form.status === 'disabled') problems.notify = 'notifyDisabled';
  return problems;
}
