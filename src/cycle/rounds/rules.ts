import type { ManagedRound, NewRoundKind, RoundFields, RoundState, RoundYear, Windows } from './types.ts';

/** In the order of the year (manual KRS 2559, R162). */
export const ROUND_KINDS = ['6M', '9M', '12M'] as const;

export const LONGEST_LABEL = 100;

const BUDDHIST_ERA = 543;
// of each kind: until when the figures count, and the windows of the sample years
const PROPOSED: Record<NewRoundKind, Record<'dataAsOf' | 'opens' | 'closes' | 'certification', string>> = {
  '6M': { dataAsOf: '03-31', opens: '04-01T00:00', closes: '04-20T16:30', certification: '05-15T16:30' },
  '9M': { dataAsOf: '06-30', opens: '07-01T00:00', closes: '07-20T16:30', certification: '08-15T16:30' },
  '12M': { dataAsOf: '09-30', opens: '10-01T00:00', closes: '10-20T16:30', certification: '11-15T16:30' },
};

/** What the form of a new round begins with; times of Bangkok, as `<input type="datetime-local">` takes them. */
export function proposedFields(kind: NewRoundKind, fiscalYear: number, label: string): RoundFields {
  const year = fiscalYear - BUDDHIST_ERA;
  const { dataAsOf, opens, closes, certification } = PROPOSED[kind];
  return {
    label,
    dataAsOf: `${year}-${dataAsOf}`,
    opens: `${year}-${opens}`,
    closes: `${year}-${closes}`,
    certification: `${year}-${certification}`,
  };
}

/** Why a year can have no round of this kind; undefined: it can. */
export function kindProblem(
  kind: string,
  { dueKinds }: Pick<RoundYear, 'dueKinds'>,
  rounds: readonly Pick<ManagedRound, 'kind'>[],
): 'taken' | 'nothingDue' | undefined {
  if (rounds.some((round) => round.kind === kind)) return 'taken';
  return dueKinds.includes(kind) ? undefined : 'nothingDue';
}

/** Where a round stands; computed from the times, there is no flag (manual KRS 2559, R170). */
export function roundState(
  round: Windows & Pick<ManagedRound, 'sealedAt' | 'offices' | 'latestOwnTime'>,
  now: Date,
): RoundState {
  if (round.sealedAt !== null) return 'sealed';
  if (round.offices === 0) return 'planned';
  if (now < round.entryOpensAt) return 'listed';
  if (now < round.entryClosesAt) return 'open';
  if (round.latestOwnTime !== null && now < round.latestOwnTime) return 'reopened';
  return now < round.certificationClosesAt ? 'certifying' : 'over';
}
