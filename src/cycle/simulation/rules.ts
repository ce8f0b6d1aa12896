import { z } from 'zod';
import { divideHalfUp, fromScaled, toScaled } from '../../lib/decimal.ts';
import { EXPLAINED, rise } from './compute.ts';
import type { Measure, SimulatedOffice } from './types.ts';

/** The kind of task. */
export const SIMULATE = 'framework.simulate';

/** What a simulation is asked for; the labels are those of the moment. */
export const simulationPayload = z.object({
  roundId: z.string(),
  roundLabel: z.string(),
  /** Of the round's values. */
  roundYear: z.number(),
  /** Of the framework that is tried out. */
  fiscalYear: z.number(),
  against: z.enum(['draft', 'published']),
  leaveOut: z.boolean(),
});
export type SimulationPayload = z.output<typeof simulationPayload>;

const PLACES = 4;
const BIN = 5000n;
const [LOWEST, HIGHEST] = [10_000n, 50_000n];

/** Scores from `from` up to, but not including, `to`; the last range has its end, too. */
export interface Bin {
  from: string;
  to: string;
  before: number;
  after: number;
}

/** Figures over all offices that have a score, 4 decimals; null where none has. */
export interface Figures {
  count: number;
  mean: string | null;
  median: string | null;
  lowest: string | null;
  highest: string | null;
}

export interface Mover extends SimulatedOffice {
  /** With its sign. */
  by: string;
}

/** What the page of a simulation shows of one kind of scores. */
export interface Summary {
  before: Figures;
  after: Figures;
  bins: Bin[];
  gained: number;
  lost: number;
  same: number;
  gainers: Mover[];
  losers: Mover[];
}

/** Distribution and movement of the scores. */
export function summaryOf(offices: readonly SimulatedOffice[], measure: Measure): Summary {
  const scores = (at: 0 | 1) =>
    offices.flatMap((office) => {
      const score = office[measure][at];
      return score === null ? [] : [toScaled(score, PLACES)];
    });
  const [before, after] = [scores(0), scores(1)];
  const moved = offices.flatMap((office) => {
    const by = rise(office[measure]);
    return by === null ? [] : [{ office, by }];
  });
  moved.sort((a, b) => Number(b.by - a.by));
  const gained = moved.filter(({ by }) => by > 0n);
  const lost = moved.filter(({ by }) => by < 0n).reverse();
  return {
    before: figuresOf(before),
    after: figuresOf(after),
    bins: binsOf(before, after),
    gained: gained.length,
    lost: lost.length,
    same: moved.length - gained.length - lost.length,
    gainers: gained.slice(0, EXPLAINED).map(mover),
    losers: lost.slice(0, EXPLAINED).map(mover),
  };
}

/** A difference of scores with its sign: `+0.0307`, `-0.1000`, `0.0000`. */
export function signed(by: bigint): string {
  return `${by > 0n ? '+' : ''}${fromScaled(by, PLACES)}`;
}

function mover({ office, by }: { office: SimulatedOffice; by: bigint }): Mover {
  return { ...office, by: signed(by) };
}

function figuresOf(scores: readonly bigint[]): Figures {
  const sorted = [...scores].sort((a, b) => Number(a - b));
  const count = sorted.length;
  const [low, high] = [sorted[Math.floor((count - 1) / 2)], sorted[Math.floor(count / 2)]];
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined || lowest === undefined || highest === undefined) {
    return { count: 0, mean: null, median: null, lowest: null, highest: null };
  }
  const sum = sorted.reduce((total, score) => total + score, 0n);
  const plain = (scaled: bigint) => fromScaled(scaled, PLACES);
  return {
    count,
    mean: plain(divideHalfUp(sum, BigInt(count))),
    median: plain(divideHalfUp(low + high, 2n)),
    lowest: plain(lowest),
    highest: plain(highest),
  };
}

function binsOf(before: readonly bigint[], after: readonly bigint[]): Bin[] {
  const bins: Bin[] = [];
  for (let from = LOWEST; from < HIGHEST; from += BIN) {
    const to = from + BIN;
    const isIn = (score: bigint) => score >= from && (score < to || to === HIGHEST);
    const count = (scores: readonly bigint[]) => scores.filter(isIn).length;
    const edge = (scaled: bigint) => fromScaled(scaled / 1000n, 1);
    bins.push({ from: edge(from), to: edge(to), before: count(before), after: count(after) });
  }
  return bins;
}

/**
 * The round whose values a framework of the year is tried on, if nobody says otherwise: with values rather than empty,
 * of the year itself, otherwise of the nearest year before it, otherwise of the nearest after it. `rounds`: the newest
 * first.
 */
export function proposedRound<Round extends { id: string; fiscalYear: number }>(
  rounds: readonly Round[],
  fiscalYear: number,
  reported: ReadonlySet<string>,
): Round | undefined {
  const filled = rounds.filter(({ id }) => reported.has(id));
  const among = filled.length > 0 ? filled : rounds;
  const notAfter = among.find((round) => round.fiscalYear <= fiscalYear);
  if (notAfter !== undefined) return notAfter;
  const next = Math.min(...among.map((round) => round.fiscalYear));
  return among.find((round) => round.fiscalYear === next);
}
