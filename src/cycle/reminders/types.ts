import type { Locale } from '../../i18n/dates.ts';

export type ReminderKind = 'entry' | 'certification';

/** A time at which entry or certification closes, for all offices or for those that have it as their own. */
export interface Deadline {
  roundId: string;
  kind: ReminderKind;
  /** When entry opens. */
  opensAt: Date;
  closesAt: Date;
  /** When times or lists of the round were last changed; who was told of that is not reminded of days before it. */
  changedAt: Date | null;
}

/** A deadline of which people are to be reminded now, and how many days before it this was to be. */
export interface DueReminder {
  roundId: string;
  kind: ReminderKind;
  closesAt: Date;
  days: number;
  /** That day is over: nobody was reminded on it. */
  late: boolean;
}

/** Whom to remind beside the timetable: the people of these offices or bureaus; null: of all. */
export interface ChosenSides {
  roundId: string;
  kind: ReminderKind;
  sideIds: readonly string[] | null;
}

/** What somebody owes before a deadline. */
export interface OwingPerson {
  roundId: string;
  systemId: string;
  /** The round's label. */
  round: string;
  kind: ReminderKind;
  closesAt: Date;
  userId: string;
  locale: Locale;
  /** How many sub-indicators, and the first of them. */
  count: number;
  nodes: OwedNode[];
}

/** How many entries of a sub-indicator are owed; `pending` by a bureau, the others by an office. */
export interface OwedNode {
  code: string;
  name: string;
  unreported: number;
  rejected: number;
  pending: number;
}
