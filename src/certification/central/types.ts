import type { ValueProblem } from '../../entries/types.ts';
import type { Pinned } from '../../framework/types.ts';
import type { EntryStatus } from '../../scoring/types.ts';

/** A variable that the centre supplies in a round, and for how many of its offices it is loaded. */
export interface CentralCount {
  variableId: string;
  bureauId: string;
  /** Short name of the certifying bureau. */
  bureau: string;
  total: number;
  filled: number;
}

/** The centrally supplied value of one office. */
export interface CentralEntry {
  id: string;
  officeId: string;
  officeType: string | null;
  /** As in lists, e.g. กาญจนบุรี เขต 2. */
  office: string;
  code: string | null;
  value: string | null;
  version: number;
  lastValue: string | null;
  /** Who loaded, corrected or cleared it last, the bureau in whose stead, and when. */
  by: string | null;
  onBehalfOf: string | null;
  at: Date | null;
  sealed: boolean;
}

/** An office of the system, and how tables may call it. */
export interface NamedOffice {
  id: string;
  code: string | null;
  names: string[];
  /** The usernames of its admins. */
  usernames: string[];
}

/** The round of a load, read under the offices' locks. */
export interface LoadRound extends Pinned {
  id: string;
  kind: string;
  label: string;
  certificationClosesAt: Date;
  /** One of the offices is part of a seal. */
  sealed: boolean;
}

/** An entry as a load needs it, read under its office's lock. */
export interface LockedEntry {
  id: string;
  officeId: string;
  /** Short name. */
  office: string;
  officeType: string | null;
  value: string | null;
  status: EntryStatus;
  version: number;
}

/** One loaded, corrected or cleared value, as it is written with its history row. */
export interface CentralChange {
  entryId: string;
  version: number;
  before: string | null;
  after: string | null;
  statusBefore: EntryStatus;
  statusAfter: EntryStatus;
}

/** Whether the person may load values: `beyond` = certification is closed, but not for the KPI office. */
export type CentralWindow = 'open' | 'beyond' | 'closed' | 'sealed';

/** Changed by somebody else after the page was opened: what is stored now. */
export interface ChangedMeanwhile {
  current: string | null;
  by: string | null;
  at: Date | null;
}

/** An office that a revision took out of the variable after the page was opened, and what was typed for it. */
export interface NotCentral {
  office: string;
  typed: string;
}

/** What a load did; with any problem, and as a whole also with anything left out, nothing was stored. */
export interface LoadOutcome {
  saved: number;
  problems: Map<string, ValueProblem>;
  refusals: Map<string, ChangedMeanwhile>;
  /** Not central data any more, and so left out. */
  setAside: NotCentral[];
  /** Why nothing at all may be stored now. */
  closed: 'closed' | 'sealed' | null;
}

export interface LoadPlan {
  changes: CentralChange[];
  problems: Map<string, ValueProblem>;
  /** The ids of entries that somebody else changed meanwhile. */
  changed: string[];
}

/** One row of a table that was pasted or uploaded. */
export interface TableRow {
  line: number;
  code: string;
  name: string;
  value: string;
}

/** Why not even the rows of a table could be told apart. */
export type TableProblem =
  | 'empty'
  | 'tooManyRows'
  | 'officeColumnMissing'
  | 'valueColumnMissing'
  | 'valueColumnTwice'
  | 'tooManyColumns';

export type RowProblemKind =
  | 'officeMissing'
  | 'officeUnknown'
  | 'officeAmbiguous'
  | 'officeMismatch'
  | 'officeNotDue'
  | 'twice'
  | 'value';

/** One thing to correct in one row of a table. */
export interface RowProblem {
  line: number;
  office: string;
  value: string;
  kind: RowProblemKind;
  /** The other row with the same office. */
  other?: number;
  /** What is wrong with the value. */
  problem?: ValueProblem;
}

export interface RowChange {
  line: number | null;
  entry: CentralEntry;
  after: string;
}

/** What a table would do; nothing is stored. */
export interface DryRun {
  problems: RowProblem[];
  /** New where there was no value, otherwise corrected. */
  changes: RowChange[];
  /** Rows whose value is stored already, and rows without a value: they change nothing. */
  unchanged: number;
  blank: string[];
  /** Offices that have the variable and are not in the table. */
  missing: string[];
}

/** One line of the history of a variable in a round. */
export interface CentralEvent {
  at: Date;
  office: string;
  kind: string;
  by: string;
  onBehalfOf: string | null;
  before: string | null;
  after: string | null;
}
