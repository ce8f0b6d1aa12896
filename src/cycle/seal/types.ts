import type { Plain } from './canonical.ts';

type Fields = { readonly [key: string]: Plain };

/**
 * All that a sealed round is: what the seal's hash is computed over. Lists in the order of ids; decimals without
 * needless zeros, times in UTC with microseconds; ids as strings.
 */
export interface SealedContent {
  format: 1;
  system: Fields;
  round: Fields;
  /** The rows of the pinned revision, by table. */
  framework: { readonly [table: string]: Plain };
  /** With their totals. */
  offices: readonly Fields[];
  entries: readonly Fields[];
  auditScores: readonly Fields[];
  scores: readonly Fields[];
  /** How offices and people were called: to read it by; they may be called otherwise today. */
  names: { offices: Fields; people: Fields };
}

/** The parts that are read and written a few offices at a time. */
export const LONG_LISTS = ['entries', 'scores'] as const;
export type LongList = (typeof LONG_LISTS)[number];

/** The parts that are rebuilt and compared; names are not. */
export const COMPARED = [
  'system',
  'round',
  'framework',
  'offices',
  'entries',
  'auditScores',
  'scores',
] as const;

/** One thing in which the live tables are not what was sealed. */
export interface SealDifference {
  /** `entries สพป.กระบี่ · 1/a` */
  where: string;
  field: string;
  sealed: string | null;
  now: string | null;
}

export interface VerifiedSeal {
  roundId: string;
  system: string;
  label: string;
  sealedAt: Date;
  sealedBy: string;
  /** As it is stored. */
  sha256: string;
  /** What the stored snapshot gives. */
  computed: string;
  /** The snapshot cannot be read, or is not in canonical form. */
  unreadable: boolean;
  /** How many offices of the round do not carry the seal's moment. */
  unsealedOffices: number;
  differences: SealDifference[];
}

/** A seal as reports show it. */
export interface Seal {
  sealedAt: Date;
  by: string;
  /** 64 hexadecimal digits. */
  sha256: string;
}

/** A round as the page of its seal shows it. */
export interface SealableRound {
  id: string;
  systemId: string;
  systemCode: string;
  frameworkId: string;
  revision: number;
  fiscalYear: number;
  label: string;
  kind: string;
  certificationClosesAt: Date;
  /** Offices with lists, and the latest closing time that one of them was given. */
  offices: number;
  latestOwnTime: Date | null;
  runningPermits: number;
  /** What stays as it is, counted with 1.0000: not where AUDIT gave the score. */
  unreported: number;
  pending: number;
  rejected: number;
  /** Central data that were not loaded. */
  centralMissing: number;
  /** People of the KPI office that the hash can be mailed to. */
  receivers: number;
  sealed: boolean;
}

/** Why a round cannot be sealed now. */
export type SealRefusal = 'sealed' | 'noLists' | 'certifying' | 'reopened' | 'permits' | 'scores';

/** What is to be sealed, and in whose name. */
export interface SealOrder {
  systemId: string;
  userId: string;
  roundId: string;
  reason: string;
}

/** `mailed`: to how many people of the KPI office the hash went. */
export type SealOutcome = { refused: SealRefusal } | { sha256: string; mailed: number };
