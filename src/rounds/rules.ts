import { AppError, notFound } from '../lib/errors.ts';
import type { EntryStatus } from '../scoring/types.ts';
import type { EntryWindowState, LockReason, Round } from './types.ts';

type EntryWindow = Pick<Round, 'entryOpensAt' | 'entryClosesAt' | 'officeClosesAt'>;
type Windows = EntryWindow & Pick<Round, 'certificationClosesAt'>;

/** When the entry window closes for the office: its own time where it was given one. */
export function entryClosesAt(round: Pick<Round, 'entryClosesAt' | 'officeClosesAt'>): Date {
  return round.officeClosesAt ?? round.entryClosesAt;
}

/** Open or closed is computed from the times, there is no flag (manual KRS 2559, R170). */
export function entryWindow(round: EntryWindow, now: Date): EntryWindowState {
  if (now < round.entryOpensAt) return 'upcoming';
  return now < entryClosesAt(round) ? 'open' : 'closed';
}

interface Lockable {
  source: 'office' | 'central';
  status: EntryStatus;
  /** Of a running permit. */
  permitUntil: Date | null;
}

/**
 * Why this person of the office may not change the entry now, or attach documents to it; null where the box is
 * white (manual KRS 2558, R75, R84–R87, R108): assigned, the window open or a permit running, and not certified.
 */
export function lockReason(
  entry: Lockable,
  assigned: boolean,
  round: EntryWindow & Pick<Round, 'sealedAt'>,
  now: Date,
): LockReason | null {
  if (round.sealedAt !== null) return 'sealed';
  if (entry.source === 'central') return 'central';
  if (entry.status === 'certified') return 'certified';
  const permitted = entry.permitUntil !== null && now < entry.permitUntil;
  const window = entryWindow(round, now);
  if (window !== 'open' && !permitted) return window;
  return assigned ? null : 'notAssigned';
}

/**
 * Throws `sealed` (409) where the round is: whoever locks offices of a round in order to change anything of it asks
 * this of what the lock read (round_offices.sealed_at), never of what was read before.
 */
export function refuseSealed(...locked: readonly Pick<Round, 'sealedAt'>[]): void {
  if (locked.some(({ sealedAt }) => sealedAt !== null)) throw new AppError('sealed');
}

/** Certifying runs from the opening of entry to the close of certification. */
export function certificationIsOpen(round: Windows, now: Date): boolean {
  return now >= round.entryOpensAt && now < round.certificationClosesAt;
}

/**
 * The round whose values stand beside this one's: the one before it in the same fiscal year, for the
 * first round the last one of the year before, otherwise none.
 */
export function previousRound(round: Round, all: readonly Round[]): Round | undefined {
  const before = all.filter(
    (other) =>
      (other.fiscalYear === round.fiscalYear && other.sequence < round.sequence) ||
      other.fiscalYear === round.fiscalYear - 1,
  );
  return before.sort((a, b) => b.fiscalYear - a.fiscalYear || b.sequence - a.sequence)[0];
}

/** The rounds that are a person's work: of a district those in which it reports; who certifies meets all. */
export function roundsOf<R extends Pick<Round, 'takesPart'>>(
  user: { officeKind: 'district' | 'bureau' | 'kpi_office' },
  rounds: readonly R[],
): R[] {
  return rounds.filter(({ takesPart }) => takesPart || user.officeKind !== 'district');
}

/** The round that a person most likely wants: the open one that closes first, otherwise the latest begun. */
export function currentRound<R extends EntryWindow>(rounds: readonly R[], now: Date): R | undefined {
  const open = rounds.filter((round) => entryWindow(round, now) === 'open');
  const begun = rounds.filter((round) => round.entryOpensAt <= now);
  return (
    open.sort((a, b) => entryClosesAt(a).getTime() - entryClosesAt(b).getTime())[0] ??
    begun.sort((a, b) => b.entryOpensAt.getTime() - a.entryOpensAt.getTime())[0] ??
    rounds[0]
  );
}

/**
 * The round of an address, otherwise the current one of `own`, which are all unless told; undefined where there is
 * none yet. Throws notFound where the round that was asked for is none of `rounds`.
 */
export function askedRound<R extends EntryWindow & Pick<Round, 'id'>>(
  rounds: readonly R[],
  asked: string | undefined,
  now: Date,
  own = rounds,
): R | undefined {
  if (asked === undefined) return currentRound(own, now);
  const round = rounds.find(({ id }) => id === asked);
  if (round === undefined) throw notFound();
  return round;
}
