import type { RequestState } from '../../../entries/requests/types.ts';

/** A bureau asks the KPI office to open AUDIT. */
export interface AuditRequest {
  id: string;
  nodeId: string;
  roundId: string;
  round: string;
  /** null: all offices. */
  officeIds: string[] | null;
  offices: string[] | null;
  reason: string;
  bureauId: string;
  bureau: string;
  requestedBy: string;
  requestedAt: Date;
  /** `ended`: nobody answered it until the round was sealed. */
  state: RequestState | 'ended';
  answer: string | null;
  answeredBy: string | null;
  /** When it was answered, or ended with the seal. */
  answeredAt: Date | null;
}

/** A running opening; one without an office is for all. */
export interface Opening {
  id: string;
  officeId: string | null;
  office: string | null;
  reason: string;
  openedBy: string;
  openedAt: Date;
}

/** One given score of a sub-indicator. */
export interface OfficeScoreGiven {
  officeId: string;
  office: string;
  score: string;
  by: string;
  at: Date;
  carriedFrom: string | null;
}

export type AuditEventKind =
  | 'request'
  | 'decline'
  | 'withdrawRequest'
  | 'open'
  | 'close'
  | 'give'
  | 'withdraw'
  | 'carry';

/** What happened, to one office, some or (null) all at once. */
export interface AuditEvent {
  kind: AuditEventKind;
  at: Date;
  by: string;
  onBehalfOf: string | null;
  scoreBefore: string | null;
  scoreAfter: string | null;
  reason: string | null;
  offices: string[] | null;
}

/** What stands in a round by sub-indicator. */
export interface NodeState {
  openToAll: boolean;
  openOffices: number;
  scores: number;
  requests: number;
}

/** An office that a sub-indicator of the round applies to. */
export interface AuditOffice {
  id: string;
  type: string | null;
  name: string;
}

/** Whom a request or an opening is about; null = all offices. */
export interface Audience {
  reason: string;
  officeIds: string[] | null;
}
