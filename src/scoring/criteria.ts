import { cached } from '../lib/bounded-cache.ts';
import { divideHalfUp, fromScaled, isDecimal, toScaled } from '../lib/decimal.ts';
import { shortest } from './fraction.ts';
import type { Direction, Level, Levels, Placement, StatedLevel } from './types.ts';

/** Decimals of a result when it meets the criteria (Scores 1: so that thirds add up). */
export const RESULT_PLACES = 15;
/** Decimals of a score (Scores 2). */
export const SCORE_PLACES = 4;
const SCORE_UNIT = 10_000n;
const NOT_STATED = '-';

/** Something is wrong with the value of one level. */
export interface CriteriaProblem {
  level: Level;
  problem: 'missing' | 'not_a_number' | 'order';
}

/** A stated level (Scores 2). */
export interface CriterionPoint {
  level: Level;
  /** Scaled by 10^15. */
  value: bigint;
  /** The same as the shortest decimal. */
  text: string;
}

const MAX_CACHED = 2000;
const pointsOf = cached(MAX_CACHED, parsePoints);

/** The stated levels in ascending order of level, or null where level 1 or 5 is missing or one is no number. */
export function statedLevels(levels: Levels): readonly CriterionPoint[] | null {
  const points = pointsOf(levels.map((value) => value ?? NOT_STATED).join(' '));
  return points.length === 0 ? null : points;
}

/** Empty where level 1 or 5 is missing or a level is no number. */
function parsePoints(levels: string): readonly CriterionPoint[] {
  const points: CriterionPoint[] = [];
  for (const [index, text] of levels.split(' ').entries()) {
    if (text === NOT_STATED && index !== 0 && index !== 4) continue;
    if (!isDecimal(text)) return [];
    const value = toScaled(text, RESULT_PLACES);
    points.push({ level: (index + 1) as Level, value, text: shortest(value, RESULT_PLACES) });
  }
  return points;
}

/**
 * The score of a result (Scores 2). `x` is the result scaled by 10^15. The highest stated level reached counts;
 * the next one is not reached, so it has another value and the division is safe, equal neighbours included.
 */
export function placeOnCriteria(
  x: bigint,
  points: readonly CriterionPoint[],
  direction: Direction,
  wholeLevels: boolean,
): Placement {
  const reachedIndex = points.findLastIndex((point) => isReached(x, point.value, direction));
  const from = points[reachedIndex];
  const to = points[reachedIndex + 1];
  const placed = {
    x: shortest(x, RESULT_PLACES),
    from: from ? stated(from) : null,
    to: to ? stated(to) : null,
  };
  if (!from) return { rule: 'below', ...placed, score: levelScore(1) };
  if (!to) return { rule: 'top', ...placed, score: levelScore(from.level) };
  if (wholeLevels) return { rule: 'whole', ...placed, score: levelScore(from.level) };
  const rise = BigInt(to.level - from.level) * SCORE_UNIT * (x - from.value);
  const score = BigInt(from.level) * SCORE_UNIT + divideHalfUp(rise, to.value - from.value);
  return { rule: 'between', ...placed, score: fromScaled(score, SCORE_PLACES) };
}

/** Whether a level's value is reached: at least, for descending criteria at most. */
export function isReached(x: bigint, value: bigint, direction: Direction): boolean {
  return direction === 'more' ? x >= value : x <= value;
}

/**
 * What is wrong with criteria while they are being designed: levels 1 and 5 are required, and the stated values
 * must not run against the direction (Scores 2). Equal neighbours are allowed. An empty list is good news.
 */
export function checkCriteria(levels: readonly (string | null)[], direction: Direction): CriteriaProblem[] {
  const problems: CriteriaProblem[] = [];
  let previous: bigint | null = null;
  for (const level of [1, 2, 3, 4, 5] as const) {
    const text = levels[level - 1] ?? null;
    if (text === null) {
      if (level === 1 || level === 5) problems.push({ level, problem: 'missing' });
      continue;
    }
    if (!isDecimal(text)) {
      problems.push({ level, problem: 'not_a_number' });
      continue;
    }
    const value = toScaled(text, RESULT_PLACES);
    if (previous !== null && !isReached(value, previous, direction))
      problems.push({ level, problem: 'order' });
    previous = value;
  }
  return problems;
}

/** A level as a score: 3 → `3.0000`. */
export function levelScore(level: Level): string {
  return `${level}.0000`;
}

function stated(point: CriterionPoint): StatedLevel {
  return { level: point.level, value: point.text };
}
