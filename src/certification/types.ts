import type { Pinned } from '../framework/types.ts';
import type { OfficeScore } from '../scoring/index.ts';
import type { EntryStatus } from '../scoring/types.ts';
import type { CertifierEvent, Refusal } from './transitions.ts';

/** One entry as a certifier sees it: value, last round's value, status and who decided. */
export interface CertifyRow {
  id: string;
  roundId: string;
  officeId: string;
  /** As in the drop-down of offices, e.g. กาญจนบุรี เขต 2. */
  office: string;
  officeType: string | null;
  variableId: string;
  bureauId: string;
  /** Short name of the certifying bureau. */
  bureau: string;
  source: 'office' | 'central';
  value: string | null;
  status: EntryStatus;
  /** Of the rejection in force. */
  reason: string | null;
  version: number;
  decidedAt: Date | null;
  decidedById: string | null;
  decidedBy: string | null;
  /** The bureau in whose stead it was decided, where the KPI office did. */
  onBehalfOf: string | null;
  lastValue: string | null;
  permitUntil: Date | null;
  /** The office's own closing time, where it was given one. */
  officeClosesAt: Date | null;
  /** AUDIT score of the sub-indicator: it counts as decided. */
  audit: string | null;
  /** The label of the round that the value was carried over from (รับรองต่อเนื่อง). */
  carriedFrom: string | null;
}

/** The round of an entry, as far as decisions depend on it. */
export interface DecisionRound extends Pinned {
  id: string;
  label: string;
  kind: string;
  entryOpensAt: Date;
  entryClosesAt: Date;
  certificationClosesAt: Date;
  /** As the lock read it, where there was one. */
  sealedAt: Date | null;
}

/** An entry that somebody wants to decide on, with its round. */
export interface Target
  extends Pick<
    CertifyRow,
    | 'id'
    | 'roundId'
    | 'officeId'
    | 'office'
    | 'officeType'
    | 'variableId'
    | 'bureauId'
    | 'source'
    | 'value'
    | 'status'
    | 'version'
    | 'decidedById'
    | 'permitUntil'
    | 'officeClosesAt'
  > {
  /** A revision took it out of the round: nobody decides on it. */
  setAside: boolean;
  round: DecisionRound;
}

/** The same where somebody is asked about it. */
export type AskedTarget = Target & Pick<CertifyRow, 'lastValue'>;

/** What a person decides about the entries as they saw them: their versions by id. */
export interface Decision {
  event: CertifierEvent;
  seen: ReadonlyMap<string, number>;
  reason: string | null;
  /** Until when the office may edit: of a permit, or with a rejection. */
  until: Date | null;
}

/** Why an entry was left as it was: a rule of the table, or somebody changed it or a revision set it aside meanwhile. */
export type LeftReason = Refusal | 'changed' | 'setAside';

export interface Outcome {
  round: DecisionRound;
  done: Target[];
  /** Decided so before by the same person: a second click. */
  already: Target[];
  left: { target: Target; why: LeftReason }[];
  /** The new scores of the offices whose entries changed. */
  scores: ReadonlyMap<string, OfficeScore>;
  /** The time until which to permit does not fit the round: nothing was done. */
  untilProblem: 'past' | 'tooLate' | null;
}

/** The groups that a list is filtered by; every entry is in exactly one. */
export const GROUPS = ['pending', 'unreported', 'rejected', 'certified', 'audited', 'central'] as const;
export type Group = (typeof GROUPS)[number];

/** What a list can be narrowed to: a group, or what has something new in its thread (R113). */
export const FILTERS = [...GROUPS, 'fresh'] as const;
export type Filter = (typeof FILTERS)[number];
