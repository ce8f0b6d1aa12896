import type { CurrentUser, OfficeKind, Role } from '../http/current-user.ts';
import { BANGKOK_OFFSET_MS } from '../lib/bangkok.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';

const LONGEST_BYTES = 72;
const FEWEST_CHARACTERS = 4;
const USERNAME = /^[A-Za-z0-9]{1,20}$/;

export type PasswordProblem = 'tooShort' | 'passwordTooLong' | 'isUsername' | 'tooCommon';

/** Letters or digits, at most 20 (domain.md, Passwords and accounts; manual 2558, R46). */
export function isUsername(text: string): boolean {
  return USERNAME.test(text);
}

/** Whose accounts a manager may see and change: those of this office; null: of every office (R57). */
export function managedOffice(manager: Pick<CurrentUser, 'role' | 'officeId'>): string | null {
  return manager.role === 'kpi_office' ? null : manager.officeId;
}

const ROLES_OF: Record<OfficeKind, readonly Role[]> = {
  district: ['district_admin', 'reporter'],
  bureau: ['bureau_admin', 'certifier'],
  kpi_office: ['kpi_office'],
};

/** The roles that people of an office of this kind can have: nobody gets rights beyond the own office (R57). */
export function rolesOf(kind: OfficeKind): readonly Role[] {
  return ROLES_OF[kind];
}

const ADMIN_ROLES: readonly Role[] = ['kpi_office', 'bureau_admin', 'district_admin'];

/** Whether the role manages the people of its office. */
export function isAdmin(role: Role): boolean {
  return ADMIN_ROLES.includes(role);
}

/**
 * Whether an admin has still to look through the own data this fiscal year: at the beginning the account has the
 * office's name, and people change (R37, R39).
 */
export function owesProfile(
  user: Pick<CurrentUser, 'role' | 'name' | 'officeName' | 'profileSavedAt'>,
  now: Date,
): boolean {
  if (user.role !== 'district_admin') return false;
  return (
    user.name === user.officeName ||
    user.profileSavedAt === null ||
    user.profileSavedAt < fiscalYearStart(now)
  );
}

const OCTOBER = 9;

/** The beginning of the fiscal year that this moment lies in: 1 October, Bangkok time. */
export function fiscalYearStart(now: Date): Date {
  const there = new Date(now.getTime() + BANGKOK_OFFSET_MS);
  const year = there.getUTCFullYear() - (there.getUTCMonth() < OCTOBER ? 1 : 0);
  return new Date(Date.UTC(year, OCTOBER, 1) - BANGKOK_OFFSET_MS);
}

/**
 * What is wrong with a new password, nothing if it may be used: `minBytes` (a setting, at least 8) to 72 bytes of
 * UTF-8, at least four characters (R38), not the username, not one of the commonest (domain.md, Passwords and
 * accounts).
 */
export function passwordProblems(password: string, username: string, minBytes: number): PasswordProblem[] {
  const bytes = new TextEncoder().encode(password).length;
  const plain = password.toLowerCase();
  const problems: PasswordProblem[] = [];
  if (bytes < minBytes || [...password].length < FEWEST_CHARACTERS) problems.push('tooShort');
  if (bytes > LONGEST_BYTES) problems.push('passwordTooLong');
  if (plain === username.toLowerCase()) problems.push('isUsername');
  if (COMMON_PASSWORDS.has(plain) || isOneCharacter(plain)) problems.push('tooCommon');
  return problems;
}

export interface NewPasswordProblems {
  /** `asBefore`: the present one once more. */
  password?: PasswordProblem | 'asBefore';
  again?: 'mismatch';
}

/** What is wrong with a new password that was typed twice (R38, R47, R48). */
export function newPasswordProblems(
  typed: { password: string; again: string },
  username: string,
  minBytes: number,
): NewPasswordProblems {
  const [password] = passwordProblems(typed.password, username, minBytes);
  return {
    ...(password === undefined ? {} : { password }),
    ...(typed.again === typed.password ? {} : { again: 'mismatch' as const }),
  };
}

function isOneCharacter(text: string): boolean {
  return text !== '' && new Set(text).size === 1;
}
