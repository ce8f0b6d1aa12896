import { compareDecimals, isDecimal } from '../../lib/decimal.ts';
import { checkCriteria } from '../../scoring/index.ts';
import type { DraftCriteria, DraftSubIndicator } from './types.ts';

/** A range of results and the scores that it gives. */
export interface LevelRange {
  /** The value that is reached; null: not even level 1 is. */
  from: string | null;
  /** The value that is not reached; null: level 5 is. */
  to: string | null;
  /** The score at `from`. */
  level: number;
  /** The score that is approached on the way to `to`; null: none, `level` holds for the whole range. */
  towards: number | null;
}

/** What result gives which score, in some rounds. */
export interface LevelTable {
  /** Round kinds; empty: all rounds without a table of their own. */
  kinds: string[];
  direction: 'more' | 'less';
  wholeLevels: boolean;
  /** From the lowest score to the highest. */
  ranges: LevelRange[];
}

/** The tables of a sub-indicator, one for each criteria that are complete and in order (Scores 2). */
export function levelTables({
  criteria,
  criteria_by_round: byRound,
  direction,
  whole_levels: wholeLevels,
}: DraftSubIndicator): LevelTable[] {
  const all: [string[], DraftCriteria | null][] = [[[], criteria]];
  for (const [kind, levels] of Object.entries(byRound)) {
    const same = all.slice(1).find(([, other]) => other?.join() === levels.join());
    if (same === undefined) all.push([[kind], levels]);
    else same[0].push(kind);
  }
  return all.flatMap(([kinds, levels]) => {
    if (levels === null || checkCriteria(levels, direction).length > 0) return [];
    return [{ kinds, direction, wholeLevels, ranges: rangesOf(levels, wholeLevels) }];
  });
}

function rangesOf(levels: DraftCriteria, wholeLevels: boolean): LevelRange[] {
  const stated = levels.flatMap((value, index) =>
    value !== null && isDecimal(value) ? [{ level: index + 1, value }] : [],
  );
  const ranges = stated.flatMap(({ level, value }, index): LevelRange[] => {
    const next = stated[index + 1];
    if (next === undefined) return [{ from: value, to: null, level, towards: null }];
    if (compareDecimals(value, next.value) === 0) return [];
    return [{ from: value, to: next.value, level, towards: wholeLevels ? null : next.level }];
  });
  return [{ from: null, to: stated[0]?.value ?? null, level: 1, towards: null }, ...ranges];
}
