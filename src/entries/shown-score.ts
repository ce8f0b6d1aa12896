import type { Framework } from '../framework/types.ts';
import {
  type Distance,
  distanceToNextLevel,
  type Facts,
  type ScoredNode,
  type ScoredSubIndicator,
  type SubIndicatorScore,
  scoreOffice,
  subIndicatorsBelow,
} from '../scoring/index.ts';
import type { Entry } from './types.ts';

/** A sub-indicator's heading cell: `3.3333 ร้อยละ 83.33`, and before anything was saved `0.0000 ร้อยละ 0.00` (R74). */
export interface ShownScore {
  value: string;
  percent: string | null;
  countsAsOne: boolean;
  /** AUDIT has decided it: whatever is said of the values, it counts. */
  decided: boolean;
  noResult: boolean;
  distance: Distance | null;
  resultUnit: string | null;
  lessIsBetter: boolean;
  /** Unit of the variable that `distance.numerator` counts in. */
  numeratorUnit: string | null;
}

/** The heading cells of all due sub-indicators, and the scores they add up to; `entries`: whose the values are. */
export function shownScores(
  framework: Framework,
  tree: readonly ScoredNode[],
  facts: Facts,
  entries: ReadonlyMap<string, Entry>,
) {
  const scores = scoreOffice(tree, facts, new Map());
  const subIndicators = new Map<string, ShownScore>();
  for (const sub of subIndicatorsBelow(tree)) {
    const score = scores.subIndicators.get(sub.id);
    if (score !== undefined) subIndicators.set(sub.id, shownScore(sub, score, facts, framework, entries));
  }
  return { scores, subIndicators };
}

function shownScore(
  sub: ScoredSubIndicator,
  score: SubIndicatorScore,
  facts: Facts,
  framework: Framework,
  entries: ReadonlyMap<string, Entry>,
): ShownScore {
  const single = sub.variables.length === 1 ? framework.variables.get(sub.variables[0]?.id ?? '') : undefined;
  const decided = sub.variables.some(({ id }) => typeof entries.get(id)?.audit === 'string');
  const isOffices = (id: string) => entries.get(id)?.source === 'office';
  // yes or no has nothing in between that one could come nearer to, and central data are nobody's here
  const canMove = single?.kind !== 'yes_no' && sub.variables.some(({ id }) => isOffices(id));
  const distance = canMove && !decided ? distanceToNextLevel(sub, score, facts) : null;
  const numerator = isOffices(distance?.numerator?.variableId ?? '') ? (distance?.numerator ?? null) : null;
  return {
    value: score.anySaved ? score.selfAssessed : '0.0000',
    percent: score.anySaved ? score.percent : '0.00',
    countsAsOne: score.selfReasons.length > 0,
    noResult: score.selfReasons.some(({ reason }) => reason === 'no_result'),
    decided,
    distance: distance && { ...distance, numerator },
    resultUnit: sub.resultUnit ?? single?.unit ?? null,
    lessIsBetter: sub.direction === 'less',
    numeratorUnit: framework.variables.get(numerator?.variableId ?? '')?.unit ?? null,
  };
}
