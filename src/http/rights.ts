import type { RequestHandler } from 'express';
import { forbidden } from '../lib/errors.ts';
import { type CurrentUser, ROLES, type Role, signedIn } from './current-user.ts';

const EVERYBODY: readonly Role[] = ROLES;
const DISTRICT: readonly Role[] = ['district_admin', 'reporter'];
const CERTIFIERS: readonly Role[] = ['kpi_office', 'bureau_admin', 'certifier'];
const MANAGERS: readonly Role[] = ['kpi_office', 'bureau_admin', 'district_admin'];
const KPI_OFFICE: readonly Role[] = ['kpi_office'];

/**
 * Who may do what, by role: the one table that routes, menus and tests read (domain.md, "Who may do what").
 * Which offices and variables a right extends to is decided where the thing itself is loaded.
 */
export const RIGHTS = {
  'home.view': EVERYBODY,
  'entry.view': DISTRICT,
  'entry.save': DISTRICT,
  'certify.view': CERTIFIERS,
  'certify.decide': CERTIFIERS,
  'threads.view': EVERYBODY,
  'threads.write': EVERYBODY,
  'threads.broadcast': CERTIFIERS,
  'report.view': EVERYBODY,
  'status.view': EVERYBODY,
  'profile.edit': EVERYBODY,
  'users.manage': MANAGERS,
  'users.import': KPI_OFFICE,
  'users.handOver': KPI_OFFICE,
  'assignments.view': EVERYBODY,
  'assignments.edit': MANAGERS,
  'logins.view': EVERYBODY,
  'mail.view': KPI_OFFICE,
  'settings.edit': KPI_OFFICE,
  'framework.edit': KPI_OFFICE,
  'framework.view': EVERYBODY,
  'rounds.manage': KPI_OFFICE,
  'owing.view': CERTIFIERS,
  'audit.request': CERTIFIERS,
  'audit.open': KPI_OFFICE,
  'audit.score': CERTIFIERS,
  'central.load': CERTIFIERS,
  'editRequests.send': DISTRICT,
  'editRequests.answer': CERTIFIERS,
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof RIGHTS;

/** Whether this person's role carries the right at all. */
export function may(user: Pick<CurrentUser, 'role'>, right: Right): boolean {
  return (RIGHTS[right] as readonly Role[]).includes(user.role);
}

/** Lets only people with the right through; everybody else gets 403. Stands behind `requireSignIn`. */
export function allow(right: Right): RequestHandler {
  return (req, _res, next) => {
    if (!may(signedIn(req).user, right)) throw forbidden();
    next();
  };
}
