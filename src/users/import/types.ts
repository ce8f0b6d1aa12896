import type { OfficeKind, Role } from '../../http/current-user.ts';

export const IMPORT_FIELDS = ['office', 'username', 'name', 'position', 'phone', 'email', 'role'] as const;
/** What a column holds; `office`: code or name of the office, or the username of its admin. */
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** One row of a file; `line` as spreadsheets count it, the heading included. */
export interface Line {
  line: number;
  cells: string[];
}

/** A file of which not even the rows could be read. */
export type FileProblem =
  | { kind: 'missing' | 'noBytes' | 'tooLarge' | 'unreadable' | 'oldExcel' | 'empty' | 'tooManyRows' }
  | { kind: 'quote'; line: number };

/** What is wrong with the headings; `heading` as written in the file, or the field that is missing. */
export type ColumnProblem =
  | { kind: 'unknown'; heading: string }
  | { kind: 'twice' | 'missing'; field: ImportField };

export type RowProblemKind =
  | 'officeMissing'
  | 'officeUnknown'
  | 'officeAmbiguous'
  | 'usernameMissing'
  | 'usernameShape'
  | 'usernameTaken'
  | 'usernameTwice'
  | 'nameMissing'
  | 'roleMissing'
  | 'roleUnknown'
  | 'roleNotFitting'
  | 'phoneShape'
  | 'emailShape'
  | 'emailMissing'
  | 'tooLong'
  | 'extraCells';

/** One thing to correct in one row. */
export interface RowProblem {
  line: number;
  kind: RowProblemKind;
  /** Missing where it is about the row as a whole. */
  field?: ImportField;
  /** As written in the file. */
  value: string;
  /** The other row with the same username. */
  other?: number;
}

/** A row as read from its columns; everything may be empty. */
export interface TypedRow extends Record<ImportField, string> {
  line: number;
  /** Cells beyond the headings. */
  extra: string;
}

/** An office in which accounts can be created, and how files name it. */
export interface ImportOffice {
  id: string;
  kind: OfficeKind;
  code: string | null;
  name: string;
  shortName: string;
  /** The usernames of its admins. */
  adminUsernames: string[];
}

/** An account that a row asks for. */
export interface ImportedAccount {
  line: number;
  officeId: string;
  username: string;
  name: string;
  position: string;
  phone: string;
  email: string;
  role: Role;
}

/** A checked file that waits for the confirmation. */
export interface StoredImport {
  id: string;
  fileName: string;
  sendsLinks: boolean;
  accounts: ImportedAccount[];
  appliedAt: Date | null;
}

export type ImportResult =
  | { outcome: 'created'; created: number; mailed: number }
  /** Sent a second time: the accounts are there already. */
  | { outcome: 'already' }
  /** Something changed since the file was checked; nothing was created. */
  | { outcome: 'refused'; problems: RowProblem[] };
