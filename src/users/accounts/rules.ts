import type { CurrentUser } from '../../http/current-user.ts';
import { isAdmin, rolesOf } from '../rules.ts';
import type { Account, PersonFields } from '../types.ts';
import type { AccountState, ChangeProblems } from './types.ts';

/**
 * What stands against a change of role, status and office: nobody takes the own rights away, an office keeps its
 * last admin, and nobody gets a role of another kind of office (R54, R57). Who is responsible for sub-indicators
 * stays in the office that reports them.
 */
export function changeProblems(
  editor: Pick<CurrentUser, 'id'>,
  before: Pick<Account, 'id' | 'role' | 'status' | 'officeId'> & { assigned: boolean },
  after: AccountState,
  otherAdmins: number,
): ChangeProblems {
  const problems: ChangeProblems = {};
  if (!rolesOf(after.officeKind).includes(after.role)) problems.role = 'roleNotFitting';
  if (after.officeId !== before.officeId && before.assigned) problems.office = 'officeAssigned';
  if (before.status === 'active' && isAdmin(before.role) && otherAdmins === 0) {
    if (after.status === 'disabled') problems.status = 'lastAdmin';
    if (after.role !== before.role) problems.role = 'lastAdmin';
    if (after.officeId !== before.officeId) problems.office = 'lastAdmin';
  }
  if (editor.id === before.id) {
    if (after.status !== before.status) problems.status = 'own';
    if (after.role !== before.role) problems.role = 'own';
    if (after.officeId !== before.officeId) problems.office = 'own';
  }
  return problems;
}

const COMPARED = ['name', 'position', 'phone', 'email', 'role', 'status', 'officeName'] as const;

/** What differs between two states of an account: field → before and after. */
export function differences(
  before: PersonFields & Partial<Account>,
  after: PersonFields & Partial<Account>,
): Record<string, [string | null, string | null]> {
  const pairs = COMPARED.flatMap((field) =>
    before[field] === after[field] ? [] : [[field, [before[field] ?? null, after[field] ?? null]] as const],
  );
  return Object.fromEntries(pairs) as Record<string, [string | null, string | null]>;
}
