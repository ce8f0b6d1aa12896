import type { EntryWindowState, Round } from './types.ts';

type Windows = Pick<Round, 'entryOpensAt' | 'entryClosesAt' | 'certificationClosesAt' | 'officeClosesAt'>;

/** When the entry window closes for the office: its own time where it was given one. */
export function entryClosesAt(round: Windows): Date {
  return round.officeClosesAt ?? round.entryClosesAt;
}

/** Open or closed is computed from the times, there is no flag (manual KRS 2559, R170). */
export function entryWindow(round: Windows, now: Date): EntryWindowState {
  if (now < round.entryOpensAt) return 'upcoming';
  return now < entryClosesAt(round) ? 'open' : 'closed';
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

/** The round that a person most likely wants: the open one that closes first, otherwise the latest begun. */
export function currentRound(rounds: readonly Round[], now: Date): Round | undefined {
  const open = rounds.filter((round) => entryWindow(round, now) === 'open');
  const begun = rounds.filter((round) => round.entryOpensAt <= now);
  return (
    open.sort((a, b) => entryClosesAt(a).getTime() - entryClosesAt(b).getTime())[0] ??
    begun.sort((a, b) => b.entryOpensAt.getTime() - a.entryOpensAt.getTime())[0] ??
    rounds[0]
  );
}
