import type { SealableRound, SealRefusal } from './types.ts';

/** Why the round cannot be sealed now, or null: certification has closed for everybody, and no permit runs. */
export function sealRefusal(round: SealableRound, now: Date): SealRefusal | null {
  if (round.sealed) return 'sealed';
  if (round.offices === 0) return 'noLists';
  if (now < round.certificationClosesAt) return 'certifying';
  if (round.latestOwnTime !== null && now < round.latestOwnTime) return 'reopened';
  return round.runningPermits > 0 ? 'permits' : null;
}
