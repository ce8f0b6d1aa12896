import type { LockReason } from '../rounds/types.ts';
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
  /** Of a rejected entry: when, and by which bureau. */
  decidedAt: Date | null;
  bureau: string | null;
  lastValue: string | null;
  /** Until when a running permit lets the office edit outside the entry window. */
  permitUntil: Date | null;
  /** AUDIT score of its sub-indicator. */
  audit: string | null;
  /** The label of the round that the value was carried over from (รับรองต่อเนื่อง). */
  carriedFrom: string | null;
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

/** A typed value that was not applied, though it could be read. */
export type Refusal =
  /** Somebody else saved the entry after the page was opened. */
  | { kind: 'changedMeanwhile'; current: string | null; by?: string | null; at?: Date | null }
  | { kind: 'locked'; reason: LockReason };

/** A variable that a revision took out of the round after the form was opened. */
export interface SetAside {
  variable: string;
  /** What was typed; null: nothing was, a new decision was asked for. */
  typed: string | null;
}

/** What a save did. With any problem nothing was saved at all; refused values alone were left out. */
export interface SaveOutcome {
  saved: number;
  resubmitted: boolean;
  problems: Map<string, ValueProblem>;
  refusals: Map<string, Refusal>;
  /** By entry: what is no longer asked for, where something had been typed or stored. */
  setAside: Map<string, SetAside>;
}

/** An entry as the save needs it: read under the office's lock. */
export interface SavedEntry {
  id: string;
  variableId: string;
  source: 'office' | 'central';
  value: string | null;
  status: EntryStatus;
  version: number;
  permitUntil: Date | null;
  assigned: boolean;
  /** AUDIT score of its sub-indicator. */
  audit: string | null;
}

/** One changed entry, as it is written together with its history row. */
export interface EntryChange {
  entryId: string;
  event: 'save' | 'clear' | 'resubmit';
  valueBefore: string | null;
  valueAfter: string | null;
  statusBefore: EntryStatus;
  statusAfter: EntryStatus;
}
