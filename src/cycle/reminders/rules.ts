import { labelOf } from '../../framework/rules.ts';
import type { Translate } from '../../i18n/index.ts';
import type { Deadline, OwingPerson } from './types.ts';

/** How many days before closing people are reminded, the nearest first. */
const REMINDER_DAYS = [1, 3, 7, 14] as const;
/** At what time in Bangkok; src/jobs.ts does it then. */
const REMINDER_HOUR = 8;
/** How late a reminder is made up for that nobody sent on its day. */
const LATEST_DAYS = 2;
/** How many sub-indicators a mail lists. */
export const LISTED = 20;

const OFFICES_OWE = ['unreported', 'rejected', 'unused'] as const;
const BUREAUS_OWE = ['pending', 'audits'] as const;

const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;
// all year, and for every year that a round can have
const BANGKOK_AHEAD = 7 * MS_PER_HOUR;

/**
 * Of how many days before the deadline people are to be reminded at this moment, in calendar days of Bangkok; null:
 * of none. A day on which nothing was sent is made up for within two days; not one before entry opened, nor one before
 * the deadline was set: who was just told of a new time is reminded at its next day.
 */
export function reminderDue(
  { opensAt, closesAt, changedAt }: Omit<Deadline, 'roundId' | 'kind'>,
  now: Date,
): { days: number; late: boolean } | null {
  if (now < opensAt || now >= closesAt) return null;
  const closingDay = dayInBangkok(closesAt);
  const left = closingDay - dayInBangkok(now);
  const days = REMINDER_DAYS.find((one) => one >= left);
  if (days === undefined || days - left > LATEST_DAYS) return null;
  const moment = new Date((closingDay - days) * MS_PER_DAY - BANGKOK_AHEAD + REMINDER_HOUR * MS_PER_HOUR);
  if (now < moment || moment < opensAt || (changedAt !== null && moment < changedAt)) return null;
  return { days, late: left < days };
}

function dayInBangkok(moment: Date): number {
  return Math.floor((moment.getTime() + BANGKOK_AHEAD) / MS_PER_DAY);
}

/** What somebody owes, a line for each of the first sub-indicators and one for the others, in that language. */
export function owedLines(
  { kind, nodes, count }: Pick<OwingPerson, 'kind' | 'nodes' | 'count'>,
  t: Translate,
) {
  return [
    ...nodes.map((node) => {
      const owed = (kind === 'entry' ? OFFICES_OWE : BUREAUS_OWE).filter((what) => node[what] > 0);
      const what = owed.map((one) => t(`owing.mail.${one}`, { n: node[one] })).join(', ');
      return t('owing.mail.line', { indicator: labelOf(node), what });
    }),
    ...(count > nodes.length ? [t('owing.mail.more', { n: count - nodes.length })] : []),
  ];
}

/** How many people these are, each counted once. */
export function countPeople(people: readonly Pick<OwingPerson, 'userId'>[]): number {
  return new Set(people.map(({ userId }) => userId)).size;
}
