import { fromScaled, toScaled, trimZeros } from '../../lib/decimal.ts';
import { differencesOf } from '../drafts/differences.ts';
import { type Part, partsOf, spaceOf, subIndicatorsOf } from '../drafts/parts.ts';
import type { DraftDocument, DraftNode, DraftSubIndicator, DraftVariable } from '../drafts/types.ts';
import type { KnownThings } from '../known.ts';
import { WEIGHT_PLACES } from '../lint-tree.ts';
import { partsBelow, refOf } from './refs.ts';
import { isUndivided } from './undivided.ts';

/** What became of a part since it was published. */
export type Mark = 'new' | 'changed' | null;

interface Row {
  ref: string;
  code: string;
  name: string;
  mark: Mark;
  first: boolean;
  last: boolean;
}

export interface TreeNode extends Row {
  kind: 'dimension' | 'indicator';
  /** What the sub-indicators below it weigh together. */
  weight: string;
  /** How many sub-indicators there are below it. */
  count: number;
  /** A heading, or free to become one. */
  mayHaveIndicators: boolean;
  mayHaveSubIndicators: boolean;
  /** It stands for its only sub-indicator of the same name: one row for both. */
  isUndivided: boolean;
  nodes: TreeNode[];
  subIndicators: TreeSubIndicator[];
}

export interface TreeSubIndicator extends Row {
  fields: DraftSubIndicator;
  variables: TreeVariable[];
}

export interface TreeVariable extends Row {
  fields: DraftVariable;
  /** The certifying bureau's short name; '' while nobody certifies. */
  bureau: string;
}

export interface Tree {
  dimensions: TreeNode[];
  weights: WeightSum;
  counts: { subIndicators: number; variables: number };
}

export interface WeightSum {
  sum: string;
  /** What is missing to 100; negative: too much. */
  missing: string;
  isWhole: boolean;
}

/** The tree of a draft, with what is new or changed since it was published; only what contains `filter`. */
export function treeOf(
  document: DraftDocument,
  { published, known, filter }: { published: DraftDocument | undefined; known: KnownThings; filter: string },
): Tree {
  const marks = marksOf(document, published);
  const bureaus = new Map(known.bureaus.map(({ code, name, shortName }) => [code ?? name, shortName]));
  const toBuild = { marks, bureaus, filter: filter.trim().toLocaleLowerCase() };
  const parts = partsOf(document);
  return {
    dimensions: nodesOf(document.dimensions, 'dimension', toBuild),
    weights: weightSum(subIndicatorsOf(document).map(({ part }) => part.weight)),
    counts: {
      subIndicators: parts.filter(({ kind }) => kind === 'sub_indicator').length,
      variables: parts.filter(({ kind }) => kind === 'variable').length,
    },
  };
}

/** The sum of weights that could be read, and what it lacks to 100. */
export function weightSum(weights: readonly string[]): WeightSum {
  const hundred = toScaled('100', WEIGHT_PLACES);
  const sum = weights.reduce(
    (all, weight) => all + (weight === '' ? 0n : toScaled(weight, WEIGHT_PLACES)),
    0n,
  );
  return {
    sum: trimZeros(fromScaled(sum, WEIGHT_PLACES)),
    missing: trimZeros(fromScaled(hundred - sum, WEIGHT_PLACES)),
    isWhole: sum === hundred,
  };
}

/** What was published and is not in the draft any more: the topmost parts of it. */
export function retiredParts(
  document: DraftDocument,
  published: DraftDocument | undefined,
): { part: Part; below: number }[] {
  if (published === undefined) return [];
  const present = new Set(partsOf(document).map(refOf));
  const isGone = (part: Part) => !present.has(refOf(part));
  return partsOf(published)
    .filter((part) => isGone(part) && !part.parents.some(isGone))
    .map((part) => ({ part, below: partsBelow(published, part).length }));
}

interface ToBuild {
  marks: ReadonlyMap<string, Mark>;
  bureaus: ReadonlyMap<string, string>;
  filter: string;
}

function marksOf(document: DraftDocument, published: DraftDocument | undefined): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  if (published === undefined) return marks;
  for (const { what, kind, key } of differencesOf(published, document)) {
    if (kind === 'header' || kind === 'round' || key === null || what === 'removed') continue;
    marks.set(`${spaceOf(kind)}-${key}`, what === 'added' ? 'new' : 'changed');
  }
  return marks;
}

function nodesOf(list: readonly DraftNode[], kind: TreeNode['kind'], toBuild: ToBuild): TreeNode[] {
  return list.flatMap((node, index) => {
    const own = row(`node-${node.key}`, node, index, list.length, toBuild);
    // whoever looks for a heading wants to see what is below it
    const below = contains(node, toBuild.filter) ? { ...toBuild, filter: '' } : toBuild;
    const nodes = nodesOf(node.indicators, 'indicator', below);
    const subIndicators = subIndicatorsIn(node.sub_indicators, below);
    if (below.filter !== '' && nodes.length + subIndicators.length === 0) return [];
    const weights = weightsBelow(node);
    return {
      ...own,
      kind,
      weight: weightSum(weights).sum,
      count: weights.length,
      mayHaveIndicators: node.sub_indicators.length === 0,
      mayHaveSubIndicators: kind === 'indicator' && node.indicators.length === 0,
      isUndivided: isUndivided(node),
      nodes,
      subIndicators,
    };
  });
}

function weightsBelow(node: DraftNode): string[] {
  return [...node.sub_indicators.map(({ weight }) => weight), ...node.indicators.flatMap(weightsBelow)];
}

function subIndicatorsIn(list: readonly DraftSubIndicator[], toBuild: ToBuild): TreeSubIndicator[] {
  return list.flatMap((sub, index) => {
    const isWanted =
      contains(sub, toBuild.filter) || sub.variables.some((one) => contains(one, toBuild.filter));
    if (!isWanted) return [];
    return {
      ...row(`node-${sub.key}`, sub, index, list.length, toBuild),
      fields: sub,
      variables: sub.variables.map((variable, at) => ({
        ...row(`variable-${variable.key}`, variable, at, sub.variables.length, toBuild),
        fields: variable,
        bureau: toBuild.bureaus.get(variable.bureau) ?? variable.bureau,
      })),
    };
  });
}

function row(
  ref: string,
  { code, name }: { code: string; name: string },
  index: number,
  count: number,
  { marks }: ToBuild,
): Row {
  return { ref, code, name, mark: marks.get(ref) ?? null, first: index === 0, last: index === count - 1 };
}

function contains({ code, name }: { code: string; name: string }, filter: string): boolean {
  return filter === '' || `${code} ${name}`.toLocaleLowerCase().includes(filter);
}
