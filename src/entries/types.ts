import type { EntryStatus } from '../scoring/types.ts';

/** One variable of one office in one round, with all that its row on a page shows. */
export interface Entry {
  id: string;
  variableId: string;
  source: 'office' | 'central';
  value: string | null;
  status: EntryStatus;
  /** Why it was rejected. */
  reason: string | null;
  version: number;
  reportedAt: Date | null;
  reportedBy: string | null;
  decidedAt: Date | null;
  /** The person who decided. */
  decidedBy: string | null;
  lastValue: string | null;
  /** Until when a running permit lets the office edit outside the entry window. */
  permitUntil: Date | null;
}

/** What a form says about one entry: what was typed, and the value and version it was typed over. */
export interface TypedValue {
  text: string;
  baseValue: string | null;
  baseVersion: number;
}

export interface EntryForm {
  typed: Map<string, TypedValue>;
  /** Ask for a new decision on this rejected entry, value unchanged. */
  resubmit: string | null;
  /** After a conflict: keep what the other person saved for this entry. */
  keepTheirs: string | null;
}

/** A message beside a box, as a catalogue key and what it mentions. */
export interface ValueProblem {
  key: 'notANumber' | 'notWhole' | 'tooManyDecimals' | 'notYesNo' | 'tooSmall' | 'tooLarge';
  values: Record<string, string | number>;
}

/** Somebody else saved this entry after the page was opened. */
export interface Conflict {
  entryId: string;
  typed: string;
  current: string | null;
  version: number;
  by: string | null;
  at: Date | null;
}

export type LockReason = 'notAssigned' | 'certified' | 'upcoming' | 'closed' | 'central';
