import type { CurrentUser } from '../http/current-user.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';

const LONGEST_BYTES = 72;
const USERNAME = /^[A-Za-z0-9]{1,20}$/;

export type PasswordProblem = 'tooShort' | 'tooLong' | 'isUsername' | 'tooCommon';

/** Letters or digits, at most 20 (domain.md, Passwords and accounts; manual 2558, R46). */
export function isUsername(text: string): boolean {
  return USERNAME.test(text);
}

/** Whose accounts a manager may see and change: those of this office; null: of every office (R57). */
export function managedOffice(manager: Pick<CurrentUser, 'role' | 'officeId'>): string | null {
  return manager.role === 'kpi_office' ? null : manager.officeId;
}

/**
 * What is wrong with a new password, nothing if it may be used: `minBytes` (a setting, at least 8) to 72 bytes
 * of UTF-8, not the username, not one of the commonest (domain.md, Passwords and accounts).
 */
export function passwordProblems(password: string, username: string, minBytes: number): PasswordProblem[] {
  const bytes = new TextEncoder().encode(password).length;
  const plain = password.toLowerCase();
  const problems: PasswordProblem[] = [];
  if (bytes < minBytes) problems.push('tooShort');
  if (bytes > LONGEST_BYTES) problems.push('tooLong');
  if (plain === username.toLowerCase()) problems.push('isUsername');
  if (COMMON_PASSWORDS.has(plain) || isOneCharacter(plain)) problems.push('tooCommon');
  return problems;
}

function isOneCharacter(text: string): boolean {
  return text !== '' && new Set(text).size === 1;
}
