import type { Round } from '../../rounds/types.ts';
import type { StatusBucket, StatusCounts } from '../status/types.ts';

/** One entry of the own office in a round that is going on. */
export interface OwnEntry {
  id: string;
  roundId: string;
  nodeId: string;
  nodeCode: string;
  nodeName: string;
  code: string;
  name: string;
  source: 'office' | 'central';
  bucket: StatusBucket;
  /** Why it was rejected, when and by whom. */
  reason: string | null;
  decidedAt: Date | null;
  bureau: string;
  /** Until when a running permit lets the office edit it outside the window. */
  permitUntil: Date | null;
  /** Whether it is assigned to the reader. */
  mine: boolean;
}

/** What is to be done in one round, for the entries that somebody is responsible for. */
export interface OwnRound {
  round: Round;
  closesAt: Date;
  /** Whether something can be typed now: the window is open, or a permit runs. */
  canEdit: boolean;
  counts: StatusCounts;
  rejected: OwnEntry[];
  /** Unreported entries that may be typed now, by sub-indicator. */
  owed: OwedIndicator[];
}

export interface OwedIndicator {
  nodeId: string;
  code: string;
  name: string;
  /** Where its first empty box is. */
  firstEntryId: string;
  missing: number;
  permitUntil: Date | null;
}

export interface PersonProgress {
  userId: string;
  name: string;
  indicators: number;
  counts: StatusCounts;
}

/** A variable with entries that wait for a decision. */
export interface WaitingVariable {
  roundId: string;
  variableId: string;
  nodeCode: string;
  code: string;
  name: string;
  pending: number;
  /** When the entry was saved that waits longest. */
  oldest: Date;
}

/** A sub-indicator that is open to AUDIT, with offices that have no score yet. */
export interface WaitingAudit {
  roundId: string;
  nodeId: string;
  code: string;
  name: string;
  offices: number;
}

/** What a new system has: until a round has entry lists, the KPI office is led there. */
export interface FirstSteps {
  /** A framework is published; somebody is working on one. */
  framework: boolean;
  draft: boolean;
  rounds: number;
  /** Active accounts of bureaus and districts. */
  people: number;
}

export interface FirstStep {
  key: 'framework' | 'rounds' | 'people';
  /** Below the system's path. */
  path: string;
  done: boolean;
  state: 'none' | 'draft' | 'later' | 'noLists' | 'done';
  next: boolean;
}

export interface RoundProgress {
  roundId: string;
  counts: StatusCounts;
}

export interface OfficeProgress {
  id: string;
  label: string;
  reported: number;
  total: number;
}
