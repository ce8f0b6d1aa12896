import type { Pinned } from '../../framework/types.ts';
import type { ROUND_KINDS } from './rules.ts';

/** The kinds of round that the KPI office can create for KRS and ARS. */
export type NewRoundKind = (typeof ROUND_KINDS)[number];

/** From when to when entries may be saved and decided. */
export interface Windows {
  entryOpensAt: Date;
  entryClosesAt: Date;
  certificationClosesAt: Date;
}

/** A round as the KPI office manages it, of all offices together. */
export interface ManagedRound extends Windows, Pinned {
  id: string;
  systemId: string;
  fiscalYear: number;
  kind: string;
  sequence: number;
  label: string;
  /** `2019-03-31` */
  dataAsOf: string | null;
  sealedAt: Date | null;
  /** How many offices have an entry list in it. */
  offices: number;
  /** How many of these have a closing time of their own, and the latest of those times. */
  ownTimes: number;
  latestOwnTime: Date | null;
  /** Changes with each change of the windows: what a form was filled from. */
  version: string;
}

/** A round with how much was reported in it. */
export interface CountedRound extends ManagedRound {
  entries: number;
  reported: number;
}

export type RoundState = 'planned' | 'listed' | 'open' | 'reopened' | 'certifying' | 'over' | 'sealed';

/** A published framework, on which rounds can be created. */
export interface RoundYear {
  frameworkId: string;
  fiscalYear: number;
  /** Which kinds of round any variable is due in. */
  dueKinds: string[];
}

/** A line of a round's history. */
export interface RoundEvent {
  id: string;
  at: Date;
  /** Null: the program itself. */
  by: string | null;
  kind: string;
  /** Short names of the offices it was about; null: all. */
  offices: string[] | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
}

export interface NewRoundEvent {
  roundId: string;
  /** Absent: now. */
  at?: Date;
  userId: string | null;
  kind:
    | 'create'
    | 'createLists'
    | 'deleteLists'
    | 'openEntry'
    | 'entryOpened'
    | 'changeEntry'
    | 'closeEntry'
    | 'reopenEntry'
    | 'changeCertification'
    | 'rename'
    | 'remind';
  officeIds?: readonly string[];
  before?: object;
  after?: object;
  reason?: string;
}

/** What a round is called, and until when its figures count; `shown` is the label that the form was filled from. */
export interface RoundName {
  label: string;
  dataAsOf: string;
  shown: string;
}

/** A round as it is to be created. */
export interface RoundOrder extends Windows {
  frameworkId: string;
  kind: NewRoundKind;
  label: string;
  dataAsOf: string;
}

export type RoundProblem =
  | 'labelMissing'
  | 'labelLong'
  | 'dateUnreadable'
  | 'closesBeforeOpens'
  | 'certificationBeforeEntry'
  | 'taken'
  | 'nothingDue'
  | 'laterSealed';

export type RoundField = 'kind' | 'label' | 'dataAsOf' | 'opens' | 'closes' | 'certification';
export type RoundProblems = Partial<Record<RoundField, RoundProblem>>;

/** What stands in the fields of the form of a new round. */
export type RoundFields = Record<Exclude<RoundField, 'kind'>, string>;
