import type { Framework, FrameworkNode, SubIndicator } from '../../framework/types.ts';
import { fromScaled, roundHalfUp, toScaled, trimZeros } from '../../lib/decimal.ts';
import { percentOfScore, SCORE_PLACES, WEIGHT_PLACES } from '../../scoring/index.ts';
import type { Figures, OfficeReport, ReportRow, StoredNode, StoredReport } from './types.ts';

// w·s/100 shifts the point by two more places
const PRODUCT_PLACES = WEIGHT_PLACES + SCORE_PLACES + 2;
const NOTHING: Figures = {
  weight: null,
  certified: null,
  selfAssessed: null,
  percent: null,
  weighted: null,
};

/** How much of a sub-indicator the reader sees; `part` and `all` have an explanation, results only `all`. */
export type SightOf = (sub: SubIndicator) => 'all' | 'part' | 'nothing';

/** A sub-indicator, its weight scaled, and where it stands among all of them. */
interface Part {
  sub: SubIndicator;
  weight: bigint;
  at: number;
}

/** A line as the framework alone gives it: the same for every office. */
interface Place {
  line: Pick<ReportRow, 'nodeId' | 'kind' | 'depth' | 'code' | 'name'>;
  /** Null on lines that sum up. */
  sub: SubIndicator | null;
  /** What is summed up. */
  parts: readonly Part[];
}

/** What the lines above a sub-indicator need of it, worked out once; at its place among all of them. */
interface Seen {
  sight: ReturnType<SightOf>;
  /** Null where it has no score: it is not due, or does not apply. */
  product: bigint | null;
}

/**
 * Lays the stored scores out along the framework (R153–R160). Scores of headings, dimensions and the total
 * can be recomputed from the printed weights and scores of the sub-indicators: Σ(w·s)/Σw (Scores 7).
 */
export function buildOfficeReport(
  framework: Framework,
  stored: StoredReport,
  sightOf: SightOf,
): OfficeReport {
  const { places, all } = layoutOf(framework);
  const seen = all.map(({ sub, weight }): Seen => {
    const score = stored.nodes.get(sub.id);
    return { sight: sightOf(sub), product: score ? weight * toScaled(score.certified, SCORE_PLACES) : null };
  });
  const rows = places.map((place) =>
    place.sub === null ? summedRow(place, stored, seen) : subRow(place, place.sub, stored, seen),
  );
  return {
    rows,
    summary: rows.filter((row) => row.depth <= 1),
    total: figures(stored.total, all, seen),
    totalExplainable: allSeen(all, seen),
    showsPercent: seen.some(({ sight }) => sight === 'all'),
  };
}

interface Layout {
  places: readonly Place[];
  /** All sub-indicators, in the order of the framework. */
  all: readonly Part[];
}

const layouts = new WeakMap<Framework, Layout>();

function layoutOf(framework: Framework): Layout {
  const known = layouts.get(framework);
  if (known !== undefined) return known;
  const all = framework.subIndicators.map((sub, at) => ({
    sub,
    weight: toScaled(sub.weight, WEIGHT_PLACES),
    at,
  }));
  const partOf = new Map(all.map((part) => [part.sub.id, part]));
  const placesOf = (node: FrameworkNode, depth: number): Place[] => {
    const sub = node.subIndicator ?? undividedSubIndicator(node);
    const parts = (sub ? [sub] : leavesOf(node)).flatMap(({ id }) => partOf.get(id) ?? []);
    const kind = sub ? 'sub_indicator' : node.kind;
    const line = { nodeId: sub?.id ?? node.id, kind, depth, code: node.code, name: node.name };
    const below = sub ? [] : node.children.flatMap((child) => placesOf(child, depth + 1));
    return [{ line, sub, parts }, ...below];
  };
  const layout = { places: framework.dimensions.flatMap((dimension) => placesOf(dimension, 0)), all };
  layouts.set(framework, layout);
  return layout;
}

/** Sub-indicators below a node, in the order of the framework. */
export function leavesOf(node: FrameworkNode): SubIndicator[] {
  if (node.subIndicator !== null) return [node.subIndicator];
  return node.children.flatMap(leavesOf);
}

/** An undivided indicator has one sub-indicator of the same name: the two share a line. */
function undividedSubIndicator(node: FrameworkNode): SubIndicator | null {
  const [only, ...others] = node.children;
  if (only?.subIndicator == null || others.length > 0 || node.kind !== 'indicator') return null;
  return only.subIndicator.code === node.code ? only.subIndicator : null;
}

function subRow(
  { line, parts }: Place,
  sub: SubIndicator,
  stored: StoredReport,
  seen: readonly Seen[],
): ReportRow {
  const score = stored.nodes.get(sub.id);
  const [part] = parts;
  const sight = (part && seen[part.at]?.sight) ?? 'nothing';
  if (score === undefined) return { ...line, ...NOTHING, reason: null, audit: false, explainable: false };
  return {
    ...line,
    ...figures(score, parts, seen),
    percent: sight === 'all' ? percentOfSub(sub, score) : null,
    reason: score.reason,
    audit: score.audit && sight !== 'nothing',
    explainable: sight !== 'nothing',
  };
}

function summedRow({ line, parts }: Place, stored: StoredReport, seen: readonly Seen[]): ReportRow {
  const score = stored.nodes.get(line.nodeId) ?? null;
  return {
    ...line,
    ...figures(score, parts, seen),
    reason: null,
    audit: false,
    explainable: score !== null && allSeen(parts, seen),
  };
}

/** "ร้อยละ": the result where its unit is percent, otherwise score ÷ 5 × 100 (Scores 5). */
function percentOfSub(sub: SubIndicator, score: StoredNode): string | null {
  if (sub.resultUnit !== 'percent') return percentOfScore(score.certified);
  return score.result === null ? null : roundHalfUp(score.result, 2);
}

function figures(
  score: { selfAssessed: string; certified: string } | null,
  parts: readonly Part[],
  seen: readonly Seen[],
): Figures {
  if (score === null) return NOTHING;
  let weight = 0n;
  let product = 0n;
  for (const part of parts) {
    const own = seen[part.at]?.product ?? null;
    if (own === null) continue;
    weight += part.weight;
    product += own;
  }
  return {
    weight: trimZeros(fromScaled(weight, WEIGHT_PLACES)),
    certified: score.certified,
    selfAssessed: score.selfAssessed,
    percent: percentOfScore(score.certified),
    weighted: roundHalfUp(fromScaled(product, PRODUCT_PLACES), SCORE_PLACES),
  };
}

/** A rolled-up score is explained to those who may see each of its parts. */
function allSeen(parts: readonly Part[], seen: readonly Seen[]): boolean {
  const scored = parts.flatMap(({ at }) => seen[at] ?? []).filter(({ product }) => product !== null);
  return scored.length > 0 && scored.every(({ sight }) => sight === 'all');
}
