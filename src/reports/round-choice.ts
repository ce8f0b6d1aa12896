import type { CurrentUser } from '../http/current-user.ts';
import { askedRound, currentRound, roundsOf } from '../rounds/rules.ts';
import type { Round } from '../rounds/types.ts';

/** The round that was asked for, or the current one; who works in none of them reads those of others. Throws notFound. */
export function chooseRound(
  user: Pick<CurrentUser, 'officeKind'>,
  rounds: readonly Round[],
  wanted: string | undefined,
  now: Date,
): Round | undefined {
  return askedRound(rounds, wanted, now, roundsOf(user, rounds)) ?? currentRound(rounds, now);
}

/** The newest round that has begun; before the first one has, the newest of all. */
export function latestRound(rounds: readonly Round[], now: Date): Round | undefined {
  return rounds.find((round) => round.entryOpensAt <= now) ?? rounds[0];
}
