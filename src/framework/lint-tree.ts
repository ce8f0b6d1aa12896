import { fromScaled, toScaled, trimZeros } from '../lib/decimal.ts';
import { decimalsOf } from '../lib/numbers.ts';
import type { DraftFramework, DraftNode, DraftSubIndicator, Path } from './draft.ts';
import { type Placed, type Problem, type ProblemText, problem } from './problems.ts';
import { repeated } from './repeated.ts';

/** Decimals that a weight may be written with. */
export const WEIGHT_PLACES = 4;
/** What lies between all parts. */
const ALL: Placed = { place: 'dimensions', paths: [] };

/** The tree as a whole: nothing empty, no code twice, weights that make 100 over the year (Due and applicable). */
export function treeProblems({ dimensions }: DraftFramework): Problem[] {
  const nodes = dimensions.flatMap(withDescendants);
  const subIndicators = nodes.flatMap((node) => node.subIndicators);
  if (dimensions.length === 0) return [empty(ALL, 'noDimensions')];
  return [
    ...nodes.flatMap(nodeProblems),
    ...duplicates(dimensions, 'dimensionTwice', 'dimensions'),
    ...duplicates(
      nodes.filter((node) => node.kind === 'indicator'),
      'indicatorTwice',
      'dimensions',
    ),
    ...duplicates(subIndicators, 'subIndicatorTwice', 'dimensions'),
    ...subIndicators.flatMap((sub) => [
      ...(sub.variables.length === 0 ? [empty(sub, 'noVariables')] : []),
      ...duplicates(sub.variables, 'variableTwice', sub.place),
      ...weightProblems(sub),
    ]),
    ...sumProblems(subIndicators),
  ];
}

/** The node and all dimensions and indicators below it, in the order of the file. */
export function withDescendants(node: DraftNode): DraftNode[] {
  return [node, ...node.indicators.flatMap(withDescendants)];
}

function nodeProblems({ kind, place, path, indicators, subIndicators }: DraftNode): Problem[] {
  const at = { place, path };
  if (kind === 'dimension') return indicators.length === 0 ? [empty(at, 'noIndicators')] : [];
  if (indicators.length === 0 && subIndicators.length === 0) return [empty(at, 'nothingBelow')];
  if (indicators.length > 0 && subIndicators.length > 0) {
    return [problem(at, 'heading_with_sub_indicators', 'headingWithSubIndicators')];
  }
  return [];
}

function duplicates(
  items: readonly { fields: { code?: string | undefined }; position: string; path: Path }[],
  text: ProblemText,
  place: string,
): Problem[] {
  return repeated(items, (item) => item.fields.code).map(([code, same]) => {
    const where = same.map((item) => item.position).join(', ');
    const paths = same.map((item) => [...item.path, 'code']);
    return problem({ place, paths }, 'duplicate_code', text, { code, where });
  });
}

function weightProblems({ fields: { weight }, place, path }: DraftSubIndicator): Problem[] {
  if (weight === undefined) return [];
  const scaled = toScaled(weight, WEIGHT_PLACES);
  if (decimalsOf(weight) <= WEIGHT_PLACES && scaled > 0n && scaled <= toScaled('100', WEIGHT_PLACES))
    return [];
  const at = { place, path: [...path, 'weight'] };
  return [problem(at, 'weight', 'weight', { weight, decimals: WEIGHT_PLACES })];
}

/** Only where every weight could be read: otherwise the sum is wrong because of that. */
function sumProblems(subIndicators: readonly DraftSubIndicator[]): Problem[] {
  let sum = 0n;
  for (const { fields } of subIndicators) {
    if (fields.weight === undefined) return [];
    sum += toScaled(fields.weight, WEIGHT_PLACES);
  }
  if (sum === toScaled('100', WEIGHT_PLACES)) return [];
  const total = trimZeros(fromScaled(sum, WEIGHT_PLACES));
  return [problem(ALL, 'weights_sum', 'weightsSum', { total })];
}

function empty(at: Placed, text: ProblemText): Problem {
  return problem(at, 'empty', text);
}
