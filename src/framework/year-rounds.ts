/** The windows of a round as moments, or as ISO times in UTC. */
export interface RoundWindows<Moment extends Date | string> {
  entryOpensAt: Moment;
  entryClosesAt: Moment;
  certificationClosesAt: Moment;
}

/** What is wrong with the order of the times, beside the one that is to be changed. */
export interface WindowProblems {
  closes?: 'closesBeforeOpens';
  certification?: 'certificationBeforeEntry';
}

/** Checks the order of a round's times; what is not known yet is in no wrong order. */
export function windowProblems<Moment extends Date | string>({
  entryOpensAt: opens,
  entryClosesAt: closes,
  certificationClosesAt: certified,
}: { [Name in keyof RoundWindows<Moment>]: Moment | undefined }): WindowProblems {
  if (closes === undefined) return {};
  return {
    ...(opens !== undefined && closes <= opens ? { closes: 'closesBeforeOpens' } : {}),
    ...(certified !== undefined && certified < closes ? { certification: 'certificationBeforeEntry' } : {}),
  };
}

/** Whether rounds of one kind come later in the year than those of another: 12M than 9M; other kinds come last. */
export function isLater(kind: string, than: string): boolean {
  return monthsOf(kind) > monthsOf(than);
}

function monthsOf(kind: string): number {
  return Number(/^(\d+)M$/.exec(kind)?.[1] ?? Number.POSITIVE_INFINITY);
}

/** Where a round stands in its year, and by how much those behind it move on so that there is room. */
export interface RoundPlace {
  sequence: number;
  shift: number;
}

/** The place of a round among others, behind those that come before it; `wanted`: not earlier than that. */
export function placeAmong<Other extends { sequence: number }>(
  others: readonly Other[],
  isBefore: (other: Other) => boolean,
  wanted = 1,
): RoundPlace {
  const sequences = (of: readonly Other[]) => of.map(({ sequence }) => sequence);
  const sequence = Math.max(wanted, ...sequences(others.filter(isBefore)).map((before) => before + 1));
  const next = Math.min(...sequences(others.filter((other) => !isBefore(other))));
  return { sequence, shift: Number.isFinite(next) ? Math.max(0, sequence + 1 - next) : 0 };
}

/** The place of a new round in its year by its kind: before the rounds of later kinds. */
export function placeOf(kind: string, others: readonly { kind: string; sequence: number }[]): RoundPlace {
  return placeAmong(others, (other) => !isLater(other.kind, kind));
}

/**
 * The rounds of a year with one more, whatever number it has: it takes its place by its kind, and the later ones move
 * on.
 */
export function withRound<Round extends { kind: string; sequence: number }>(
  rounds: readonly Round[],
  round: Round,
): Round[] {
  const { sequence, shift } = placeOf(round.kind, rounds);
  const moved = rounds.map((other) =>
    isLater(other.kind, round.kind) ? { ...other, sequence: other.sequence + shift } : other,
  );
  return [...moved, { ...round, sequence }].sort((one, other) => one.sequence - other.sequence);
}
