import { LONGEST_TEXT } from '../../http/input.ts';
import type { RequestLeft, RequestOutcome, RequestRow } from './types.ts';

/** Sorts requests into those that can be answered now and those that cannot: nothing is answered after certification. */
export function answerable(rows: readonly RequestRow[], now: Date): RequestOutcome {
  const outcome: RequestOutcome = { done: [], left: [], untilProblem: null };
  for (const row of rows) {
    const why = leftReason(row, now);
    if (why === null) outcome.done.push(row);
    else outcome.left.push({ row, why });
  }
  return outcome;
}

function leftReason(row: RequestRow, now: Date): RequestLeft | null {
  if (row.sealed) return 'sealed';
  if (row.state !== 'open') return 'answered';
  return now >= row.certificationClosesAt ? 'closed' : null;
}

/** Why a request that waits cannot be granted, though it can be declined. */
export function grantRefusal(row: Pick<RequestRow, 'entryId' | 'status'>): RequestLeft | null {
  if (row.entryId === null) return 'other';
  return row.status === 'certified' ? 'certified' : null;
}

/** What a permit says where nothing was typed: the words for "as asked", with the reason where all gave the same. */
export function permitReason(typed: string, asAsked: string, rows: readonly RequestRow[]): string {
  if (typed !== '') return typed;
  const reasons = new Set(rows.map(({ reason }) => reason));
  const [reason] = reasons;
  return reasons.size === 1 && reason !== undefined
    ? `${asAsked}: ${reason}`.slice(0, LONGEST_TEXT)
    : asAsked;
}
