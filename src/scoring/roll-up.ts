import { divideHalfUp, fromScaled, toScaled } from '../lib/decimal.ts';
import { SCORE_PLACES } from './criteria.ts';
import { shortest } from './fraction.ts';
import { percentOfScore } from './percent.ts';
import type { ScoredNode, ScoredSubIndicator, SubIndicatorScore } from './types.ts';

/** Decimals kept of a weight. */
export const WEIGHT_PLACES = 6;
const PRODUCT_PLACES = WEIGHT_PLACES + SCORE_PLACES;

/** What a roll-up needs of a sub-indicator's score. */
export type RolledScore = Pick<SubIndicatorScore, 'selfAssessed' | 'certified'>;

/** What one sub-indicator brings to every node above it. */
export interface Part {
  subIndicatorId: string;
  code: string;
  weight: string;
  /** 4 decimals. */
  selfAssessed: string;
  certified: string;
  /** weight × score, exact. */
  selfWeighted: string;
  certifiedWeighted: string;
}

/** The score of a node: Σ(w·s)/Σw over its parts. Everything is null where nothing below is due and applicable. */
export interface Totals {
  /** Σw. */
  weight: string | null;
  /** 4 decimals. */
  selfAssessed: string | null;
  certified: string | null;
  /** score ÷ 5 × 100, 2 decimals. */
  selfPercent: string | null;
  certifiedPercent: string | null;
  /** Σ(w·s), exact. */
  selfWeighted: string | null;
  certifiedWeighted: string | null;
  /** All sub-indicators below the node, in the order of the framework. */
  parts: Part[];
}

export interface NodeScore extends Totals {
  id: string;
  code: string;
  kind: 'dimension' | 'indicator';
  children: NodeScore[];
}

export interface RolledUp {
  total: Totals;
  nodes: NodeScore[];
}

/** Σw and Σ(w·s), exact. */
interface Sums {
  weight: bigint;
  self: bigint;
  certified: bigint;
}

interface CountedPart extends Sums {
  sub: ScoredSubIndicator;
  score: RolledScore;
}

/** All parts below a node. */
interface Counted extends Sums {
  parts: CountedPart[];
}

/**
 * Indicators, headings, dimensions and the office's total from the rounded scores of the sub-indicators (Scores 7).
 * A sub-indicator without a score in `scores` is left out: it has no score and no weight.
 */
export function rollUp(tree: readonly ScoredNode[], scores: ReadonlyMap<string, RolledScore>): RolledUp {
  const all = nothingCounted();
  const nodes = tree.map((node) => rollUpNode(node, scores, all));
  return { total: totalsOf(all), nodes };
}

/** The weighted column w·s/100 for display, 4 decimals: `('4', '4.8000')` → `0.1920`. */
export function weightedColumn(weight: string, score: string): string {
  const product = toScaled(weight, WEIGHT_PLACES) * toScaled(score, SCORE_PLACES);
  return fromScaled(divideHalfUp(product, 100n * 10n ** BigInt(WEIGHT_PLACES)), SCORE_PLACES);
}

/** Adds the node's parts and sums to those of the node above. */
function rollUpNode(node: ScoredNode, scores: ReadonlyMap<string, RolledScore>, above: Counted): NodeScore {
  const counted = nothingCounted();
  for (const sub of node.subIndicators) {
    const score = scores.get(sub.id);
    if (score) add(counted, countPart(sub, score));
  }
  const children = node.children.map((child) => rollUpNode(child, scores, counted));
  above.parts.push(...counted.parts);
  addSums(above, counted);
  // not spread: what is computed when it is asked for stays so
  return Object.assign(totalsOf(counted), { id: node.id, code: node.code, kind: node.kind, children });
}

function countPart(sub: ScoredSubIndicator, score: RolledScore): CountedPart {
  const weight = weightOf(sub);
  const self = weight * toScaled(score.selfAssessed, SCORE_PLACES);
  const certified = weight * toScaled(score.certified, SCORE_PLACES);
  return { sub, score, weight, self, certified };
}

function nothingCounted(): Counted {
  return { parts: [], weight: 0n, self: 0n, certified: 0n };
}

function add(counted: Counted, part: CountedPart): void {
  counted.parts.push(part);
  addSums(counted, part);
}

function addSums(to: Sums, { weight, self, certified }: Sums): void {
  to.weight += weight;
  to.self += self;
  to.certified += certified;
}

// A tree is shared by many offices, and asked at every page, save and decision.
const weights = new WeakMap<ScoredSubIndicator, bigint>();

function weightOf(sub: ScoredSubIndicator): bigint {
  const known = weights.get(sub);
  if (known !== undefined) return known;
  const weight = toScaled(sub.weight, WEIGHT_PLACES);
  weights.set(sub, weight);
  return weight;
}

function totalsOf(counted: Counted): Totals {
  if (counted.weight === 0n) return { ...NO_TOTALS, parts: counted.parts.map(partOf) };
  return new CountedTotals(counted);
}

/** The scores at once, for storing; what only explanations show, when it is asked for. */
class CountedTotals implements Totals {
  readonly selfAssessed: string;
  readonly certified: string;
  readonly #counted: Counted;

  constructor(counted: Counted) {
    this.selfAssessed = fromScaled(divideHalfUp(counted.self, counted.weight), SCORE_PLACES);
    this.certified = fromScaled(divideHalfUp(counted.certified, counted.weight), SCORE_PLACES);
    this.#counted = counted;
  }

  get weight() {
    return shortest(this.#counted.weight, WEIGHT_PLACES);
  }
  get selfPercent() {
    return percentOfScore(this.selfAssessed);
  }
  get certifiedPercent() {
    return percentOfScore(this.certified);
  }
  get selfWeighted() {
    return shortest(this.#counted.self, PRODUCT_PLACES);
  }
  get certifiedWeighted() {
    return shortest(this.#counted.certified, PRODUCT_PLACES);
  }
  get parts() {
    return this.#counted.parts.map(partOf);
  }
}

function partOf({ sub, score, self, certified }: CountedPart): Part {
  return {
    subIndicatorId: sub.id,
    code: sub.code,
    weight: sub.weight,
    selfAssessed: score.selfAssessed,
    certified: score.certified,
    selfWeighted: shortest(self, PRODUCT_PLACES),
    certifiedWeighted: shortest(certified, PRODUCT_PLACES),
  };
}

const NO_TOTALS = {
  weight: null,
  selfAssessed: null,
  certified: null,
  selfPercent: null,
  certifiedPercent: null,
  selfWeighted: null,
  certifiedWeighted: null,
} as const;
