/** A number of offices or bureaus, and the names of the first of them. */
export interface Named {
  count: number;
  first: { id: string; label: string }[];
}

/** A sub-indicator that nobody of some offices is assigned to. */
export interface UnassignedIndicator {
  code: string;
  name: string;
  /** How many offices, and the first of them. */
  offices: number;
  first: { id: string; label: string }[];
}

/** The offices that report in a round. */
export interface ReportingSide {
  count: number;
  /** Entries that are due, and those of them that no list has yet. */
  due: number;
  missing: Named & { entries: number };
  withoutUser: Named;
  /** Of those with users: nobody has an e-mail address. */
  withoutEmail: Named;
}

/** The bureaus that certify anything in a round. */
export interface CertifyingSide {
  count: number;
  withoutUser: Named;
  withoutEmail: Named;
  /** Variables whose bureau does not take part in the system. */
  uncertified: Named;
}

/** What a rehearsal looks at. */
export interface RehearsalFacts {
  unassigned: UnassignedIndicator[];
  offices: ReportingSide;
  bureaus: CertifyingSide;
  /** Active people whose role demands a second factor that they have not set up. */
  withoutFactor: number;
  /** Problems of the published framework, as text. */
  lint: { errors: string[]; warnings: string[] };
  /** Sub-indicators that are due and whose score is given by AUDIT. */
  audits: { code: string; name: string }[];
  demandsFactor: boolean;
  hasMailServer: boolean;
}

/** `info` asks for nothing; `bad` keeps somebody from reporting or certifying. */
export type CheckState = 'ok' | 'info' | 'warn' | 'bad';

export type CheckName =
  | 'lists'
  | 'unassigned'
  | 'officeUsers'
  | 'officeEmails'
  | 'bureauUsers'
  | 'bureauEmails'
  | 'uncertified'
  | 'lintErrors'
  | 'lintWarnings'
  | 'windows'
  | 'weekend'
  | 'audit'
  | 'mail'
  | 'factor';

/** A line of the checklist. */
export interface Check {
  name: CheckName;
  state: CheckState;
  /** How many there are of what it looks for; null: it does not count. */
  count: number | null;
  /** Below the system's path: where it is put right. */
  href: string;
  /** The first of them, by name or (`key` of rehearsal.item) as a text. */
  items: CheckItem[];
}

export interface CheckItem {
  text?: string;
  key?:
    | 'passedEntry'
    | 'passedCertification'
    | 'beforeData'
    | 'shortEntry'
    | 'weekendEntry'
    | 'weekendCertification';
  href?: string;
  /** What belongs to it, e.g. the offices of a sub-indicator, and how many there are in all. */
  names?: { label: string; href: string }[];
  count?: number;
}
