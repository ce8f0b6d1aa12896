/** Which offices and variables a list of what is owed covers. */
export interface OwingScope {
  systemId: string;
  roundId: string;
  /** Only variables of this bureau; null: of all. */
  bureauId: string | null;
  region: string | null;
  type: string | null;
  search: string | null;
  /** Only what was never reported, or only what was rejected; null: both. */
  only: 'unreported' | 'rejected' | null;
}

/** A sub-indicator of which entries are owed. */
export interface OwedIndicator {
  id: string;
  code: string;
  name: string;
  /** How many were never reported and how many rejected. */
  unreported: number;
  rejected: number;
  /** Of a bureau: how many wait for its decision, and of how many offices for its AUDIT score. */
  pending: number;
  audits: number;
}

/** An office that still owes values. */
export interface OwingOffice {
  id: string;
  label: string;
  type: string | null;
  closesAt: Date;
  /** Of so many entries that the office is to report. */
  total: number;
  unreported: number;
  rejected: number;
  indicators: OwedIndicator[];
}

/** A bureau that still owes decisions or AUDIT scores. */
export interface OwingBureau {
  id: string;
  label: string;
  pending: number;
  /** AUDIT is open and no score was given: sub-indicators of offices. */
  audits: number;
  /** Since when the entry waits that waits longest. */
  oldest: Date | null;
  offices: number;
  indicators: OwedIndicator[];
}

/** Somebody of an office or bureau who is responsible for what it owes. */
export interface ResponsiblePerson {
  sideId: string;
  userId: string;
  name: string;
  position: string;
  phone: string;
  email: string;
  /** For how many of the sub-indicators owed. */
  indicators: number;
}

/** One part of a list, and how much there is in all. */
export interface OwingPage<Side> {
  sides: Side[];
  /** How many offices or bureaus, and how many entries and scores they owe. */
  count: number;
  owed: number;
}
