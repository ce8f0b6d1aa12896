import type { CurrentUser } from '../../http/current-user.ts';
import type { HistoryPage, HistorySearch, LoginLine, Place } from './types.ts';

export const LINES_PER_PAGE = 50;

/**
 * Whose tries somebody may see: reporters and certifiers their own, admins those on the accounts of their office,
 * the KPI office all, also on usernames that nobody has (manual 2558, R70; "Who may do what"). A wish for one
 * office narrows only what the KPI office sees.
 */
export function inSight(
  user: Pick<CurrentUser, 'id' | 'systemId' | 'role' | 'officeId'>,
  wantedOffice: string | null,
): Pick<HistorySearch, 'systemId' | 'userId' | 'officeId'> {
  const { systemId } = user;
  if (user.role === 'kpi_office') return { systemId, userId: null, officeId: wantedOffice };
  const isAdmin = user.role === 'bureau_admin' || user.role === 'district_admin';
  return isAdmin
    ? { systemId, userId: null, officeId: user.officeId }
    : { systemId, userId: user.id, officeId: null };
}

/** Makes a page of the lines found from a place on, one more than it holds where there are more. */
export function pageOf(found: readonly LoginLine[], { side }: Place): HistoryPage {
  const more = found.length > LINES_PER_PAGE;
  const lines = found.slice(0, LINES_PER_PAGE);
  if (side === 'above') lines.reverse();
  const [first = null, last = null] = [lines[0], lines.at(-1)];
  return {
    lines,
    newer: side === 'below' || (side === 'above' && more) ? first : null,
    older: side === 'above' || more ? last : null,
  };
}

/** What came of a try, telling apart whether anybody has the username. */
export function outcomeOf({ outcome, name }: LoginLine): LoginLine['outcome'] | 'stranger' {
  return outcome === 'wrong' && name === null ? 'stranger' : outcome;
}
