import type { EditRequest } from '../../entries/requests/types.ts';
import type { EntryStatus } from '../../scoring/types.ts';

/** A request as certifiers see it, with the entry as it is now. */
export interface RequestRow extends EditRequest {
  roundId: string;
  officeId: string;
  office: string;
  code: string;
  name: string;
  unit: string;
  nodeId: string;
  nodeCode: string;
  nodeName: string;
  bureauId: string;
  bureau: string;
  /** null: the entry is not in the office's list any more. */
  entryId: string | null;
  version: number | null;
  value: string | null;
  status: EntryStatus | null;
  answeredByOffice: string | null;
  sealed: boolean;
  round: string;
  certificationClosesAt: Date;
}

/** Why a request was not answered. */
export type RequestLeft = 'answered' | 'certified' | 'closed' | 'sealed' | 'other';

export interface RequestOutcome {
  done: RequestRow[];
  left: { row: RequestRow; why: RequestLeft }[];
  /** The time until which to grant does not fit the round: nothing was done. */
  untilProblem: 'past' | 'tooLate' | null;
}
