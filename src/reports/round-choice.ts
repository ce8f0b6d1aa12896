import type { CurrentUser } from '../http/current-user.ts';
import { notFound } from '../lib/errors.ts';
import { currentRound, roundsOf } from '../rounds/rules.ts';
import type { Round } from '../rounds/types.ts';

/**
 * The round that was asked for, or the one that matters now to this person; undefined where there is none yet.
 * Throws notFound.
 */
export function chooseRound(
  user: Pick<CurrentUser, 'officeKind'>,
  rounds: readonly Round[],
  wanted: string | undefined,
  now: Date,
): Round | undefined {
  if (wanted === undefined) return currentRound(roundsOf(user, rounds), now) ?? currentRound(rounds, now);
  const round = rounds.find((one) => one.id === wanted);
  if (round === undefined) throw notFound();
  return round;
}

/** The newest round that has begun; before the first one has, the newest of all. */
export function latestRound(rounds: readonly Round[], now: Date): Round | undefined {
  return rounds.find((round) => round.entryOpensAt <= now) ?? rounds[0];
}
