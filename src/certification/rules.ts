import type { CurrentUser } from '../http/current-user.ts';
import { fromScaled, toScaled } from '../lib/decimal.ts';
import { AppError, notFound } from '../lib/errors.ts';
import { decimalsOf, formatNumber } from '../lib/numbers.ts';
import { entryWindow } from '../rounds/rules.ts';
import type { Round } from '../rounds/types.ts';
import type { VariableKind } from '../scoring/types.ts';
import { type DecisionWindow, type Situation, statusAfter } from './transitions.ts';
import type { CertifyRow, Decision, Group, LeftReason, Target } from './types.ts';

type Person = Pick<CurrentUser, 'role' | 'officeId'>;
type Windows = Pick<Round, 'entryOpensAt' | 'entryClosesAt' | 'certificationClosesAt' | 'sealedAt'>;

/** Whose variables this person decides on: the own bureau's, or null = everybody's (KPI office). */
export function reachOf(person: Person): string | null {
  return person.role === 'kpi_office' ? null : person.officeId;
}

/**
 * From the opening of entry to the close of certification; the KPI office beyond it, until the seal
 * (domain rules, "Who may do what").
 */
export function decisionWindow(person: Person, round: Windows, now: Date): DecisionWindow {
  if (round.sealedAt !== null) return 'sealed';
  if (now < round.entryOpensAt) return 'upcoming';
  return person.role === 'kpi_office' || now < round.certificationClosesAt ? 'open' : 'closed';
}

/** What the table of verbs has to know about the moment, the person and the entry's office. */
export function situationOf(
  person: Person,
  round: Windows,
  entry: Pick<CertifyRow, 'officeClosesAt'>,
  now: Date,
): Situation {
  return {
    decisions: decisionWindow(person, round, now),
    entryWindow: entryWindow({ ...round, officeClosesAt: entry.officeClosesAt }, now),
    certificationClosed: now >= round.certificationClosesAt,
  };
}

/** Whether the same person has done just this to the version that was seen: a second click. */
export function isRepeated(decision: Decision, target: Target, userId: string): boolean {
  const { event, seen, until } = decision;
  if (event === 'permit') {
    return (
      until !== null &&
      target.permitUntil?.getTime() === until.getTime() &&
      seen.get(target.id) === target.version
    );
  }
  return (
    target.version === (seen.get(target.id) ?? 0) + 1 &&
    target.decidedById === userId &&
    target.status === statusAfter(event, target)
  );
}

/** A time until which an office may edit lies ahead, and not after the close of certification. */
export function checkUntil(until: Date, round: Windows, now: Date): 'past' | 'tooLate' | null {
  if (until <= now) return 'past';
  return until > round.certificationClosesAt ? 'tooLate' : null;
}

/** Whether an entry was left for a reason that holds for the whole round. */
export function isOutside(why: LeftReason): boolean {
  return why === 'closed' || why === 'upcoming' || why === 'sealed';
}

/** The group that the entry counts in: an AUDIT score decides its sub-indicator whatever the statuses are. */
export function groupOf(row: Pick<CertifyRow, 'source' | 'status' | 'audit'>): Group {
  if (row.source === 'central') return 'central';
  return row.audit === null ? row.status : 'audited';
}

export interface Change {
  /** `+3`, `−2.5` or `=`. */
  text: string;
  direction: 'up' | 'down' | 'same';
  /** By more than half of last round's value; a yes that becomes a no is none. */
  outlier: boolean;
}

/** The change against last round, exactly; null where one of the two values is missing. */
export function changeOf(value: string | null, lastValue: string | null, kind: VariableKind): Change | null {
  if (value === null || lastValue === null) return null;
  const places = Math.max(decimalsOf(value), decimalsOf(lastValue));
  const last = toScaled(lastValue, places);
  const difference = toScaled(value, places) - last;
  if (difference === 0n) return { text: '=', direction: 'same', outlier: false };
  const size = absolute(difference);
  const text = formatNumber(fromScaled(size, places));
  return {
    text: `${difference > 0n ? '+' : '−'}${text}`,
    direction: difference > 0n ? 'up' : 'down',
    outlier: kind !== 'yes_no' && 2n * size > absolute(last),
  };
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/**
 * All that a form names, of one round. Throws notFound where something is out of reach, badRequest for several rounds
 * at once.
 */
export function ofOneRound<Row extends { roundId: string }>(
  rows: readonly Row[],
  ids: readonly string[],
): [Row, ...Row[]] {
  const [first, ...others] = rows;
  if (first === undefined || rows.length !== ids.length) throw notFound();
  if (others.some(({ roundId }) => roundId !== first.roundId)) throw new AppError('badRequest');
  return [first, ...others];
}
