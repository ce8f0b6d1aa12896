import type { Locale } from '../../i18n/dates.ts';

export type ReminderKind = 'entry' | 'certification';

/**
 * A time at which entry or certification closes, for all offices or for those that have it as their own, or at which
 * permits end.
 */
export interface Deadline {
  roundId: string;
  kind: ReminderKind;
  /** When entry opens. */
  opensAt: Date;
  closesAt: Date;
  /**
   * When times or lists of the round were last changed, or the permit was given; who was told of that is not reminded
   * of days before it.
   */
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

/** What somebody owes before a deadline. A person may owe before several. */
export interface OwingPerson {
  roundId: string;
  systemId: string;
  /** The round's label. */
  round: string;
  kind: ReminderKind;
  closesAt: Date;
  /** What ends are permits to edit after closing. */
  permit: boolean;
  userId: string;
  locale: Locale;
  /** How many sub-indicators, how many entries of them wait for a decision, and the first sub-indicators. */
  count: number;
  pending: number;
  nodes: OwedNode[];
}

/** How many entries of a sub-indicator are owed: by an office, or by a bureau. */
export interface OwedNode {
  code: string;
  name: string;
  unreported: number;
  rejected: number;
  /** With a value that waits, and a permit under which nothing was saved yet. */
  unused: number;
  /** Waiting for the bureau's decision, and AUDIT scores of so many offices. */
  pending: number;
  audits: number;
}
