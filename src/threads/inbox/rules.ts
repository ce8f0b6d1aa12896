import type { CurrentUser } from '../../http/current-user.ts';
import { toLocalInput } from '../../i18n/dates.ts';
import { COUNTED_UP_TO } from '../../users/new-items.ts';
import { sideOf } from '../rules.ts';
import type { NewsScope } from './types.ts';

const MS_PER_DAY = 86_400_000;

/**
 * For which sides a person looks at a list: everybody for the own office, the KPI office for the bureau that it
 * chose, its own where it chose none (or one that is not there). `bureauIds` are those of the system.
 */
export function sidesOf(
  person: Pick<CurrentUser, 'role' | 'officeId'>,
  bureauIds: readonly string[],
  chosen: string | undefined,
): string[] {
  if (person.role !== 'kpi_office' || chosen === undefined) return [person.officeId];
  if (chosen === 'all') return [...bureauIds];
  return bureauIds.includes(chosen) ? [chosen] : [person.officeId];
}

/** Whether the person registers for the own side whatever it is about; a reporter where assigned only. */
function mayRegisterAll(person: Pick<CurrentUser, 'role' | 'officeKind'>): boolean {
  return sideOf(person) === 'bureau' || person.role === 'district_admin';
}

/** What a person's list is of; `sideIds` are the person's own where none are named. */
export function scopeOf(
  person: Pick<CurrentUser, 'id' | 'systemId' | 'role' | 'officeId' | 'officeKind'>,
  sideIds: readonly string[] = [person.officeId],
): NewsScope {
  const { id: userId, systemId } = person;
  return { systemId, sideIds, userId, mayRegisterAll: mayRegisterAll(person) };
}

/** For the bell: `7`, `99+`; nothing where nothing is new. */
export function badgeOf(count: number): string | undefined {
  if (count === 0) return undefined;
  return count > COUNTED_UP_TO ? `${COUNTED_UP_TO}+` : `${count}`;
}

/** Days since something was sent, by the calendar of Bangkok: of yesterday evening one, however few hours it is. */
export function daysSince(sentAt: Date, now: Date): number {
  const day = (moment: Date) => Date.parse(toLocalInput(moment).slice(0, 10));
  return Math.max(0, (day(now) - day(sentAt)) / MS_PER_DAY);
}
