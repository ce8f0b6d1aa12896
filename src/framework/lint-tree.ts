import { fromScaled, toScaled, trimZeros } from '../lib/decimal.ts';
import { decimalsOf } from '../lib/numbers.ts';
import type { DraftFramework, DraftNode, DraftSubIndicator } from './draft.ts';
import type { Problem } from './problems.ts';
import { repeated } from './repeated.ts';

const WEIGHT_PLACES = 4;

/** The tree as a whole: nothing empty, no code twice, weights that make 100 over the year (Due and applicable). */
export function treeProblems({ dimensions }: DraftFramework): Problem[] {
  const nodes = dimensions.flatMap(withDescendants);
  const subIndicators = nodes.flatMap((node) => node.subIndicators);
  if (dimensions.length === 0) return [empty('dimensions', 'a framework has at least one dimension')];
  return [
    ...nodes.flatMap(nodeProblems),
    ...duplicates(dimensions, 'the dimension code', 'dimensions'),
    ...duplicates(
      nodes.filter((node) => node.kind === 'indicator'),
      'the indicator code',
      'dimensions',
    ),
    ...duplicates(subIndicators, 'the sub-indicator code', 'dimensions'),
    ...subIndicators.flatMap((sub) => [
      ...(sub.variables.length === 0 ? [empty(sub.place, 'has no variables')] : []),
      ...duplicates(sub.variables, 'the variable code', sub.place),
      ...weightProblems(sub),
    ]),
    ...sumProblems(subIndicators),
  ];
}

/** The node and all dimensions and indicators below it, in the order of the file. */
export function withDescendants(node: DraftNode): DraftNode[] {
  return [node, ...node.indicators.flatMap(withDescendants)];
}

function nodeProblems({ kind, place, indicators, subIndicators }: DraftNode): Problem[] {
  if (kind === 'dimension') return indicators.length === 0 ? [empty(place, 'has no indicators')] : [];
  if (indicators.length === 0 && subIndicators.length === 0) {
    return [empty(place, 'has neither sub-indicators nor, as a heading, indicators below it')];
  }
  if (indicators.length > 0 && subIndicators.length > 0) {
    const message = 'a heading, which has indicators below it, has no sub-indicators of its own';
    return [{ place, code: 'heading_with_sub_indicators', message }];
  }
  return [];
}

function duplicates(
  items: readonly { fields: { code?: string | undefined }; position: string }[],
  what: string,
  place: string,
): Problem[] {
  const problems: Problem[] = [];
  for (const [code, same] of repeated(items, (item) => item.fields.code)) {
    const message = `${what} ${code} is used more than once: ${same.map((item) => item.position).join(', ')}`;
    problems.push({ place, code: 'duplicate_code', message });
  }
  return problems;
}

function weightProblems({ fields: { weight }, place }: DraftSubIndicator): Problem[] {
  if (weight === undefined) return [];
  const scaled = toScaled(weight, WEIGHT_PLACES);
  if (decimalsOf(weight) <= WEIGHT_PLACES && scaled > 0n && scaled <= toScaled('100', WEIGHT_PLACES))
    return [];
  const message = `the weight ${weight} is not above 0, at most 100 and with at most ${WEIGHT_PLACES} decimals`;
  return [{ place, code: 'weight', message }];
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
  return [
    {
      place: 'dimensions',
      code: 'weights_sum',
      message: `the sub-indicators' weights sum to ${total}, not to 100`,
    },
  ];
}

function empty(place: string, message: string): Problem {
  return { place, code: 'empty', message };
}
