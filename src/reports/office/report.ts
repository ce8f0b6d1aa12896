import type { Framework, FrameworkNode, SubIndicator } from '../../framework/types.ts';
import { fromScaled, roundHalfUp, toScaled, trimZeros } from '../../lib/decimal.ts';
import { percentOfScore } from '../../scoring/index.ts';
import type { Figures, OfficeReport, ReportRow, StoredNode, StoredReport } from './types.ts';

const WEIGHT_PLACES = 6;
const SCORE_PLACES = 4;
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

/** What the lines above a sub-indicator need of it, worked out once. */
interface Line {
  sight: ReturnType<SightOf>;
  /** Null where it has no score: it is not due, or does not apply. */
  scored: { weight: bigint; product: bigint } | null;
}

type Lines = ReadonlyMap<SubIndicator, Line>;

/**
 * Lays the stored scores out along the framework (R153–R160). Scores of headings, dimensions and the total
 * can be recomputed from the printed weights and scores of the sub-indicators: Σ(w·s)/Σw (Scores 7).
 */
export function buildOfficeReport(
  framework: Framework,
  stored: StoredReport,
  sightOf: SightOf,
): OfficeReport {
  const lines = linesOf(framework, stored, sightOf);
  const build = (node: FrameworkNode, depth: number): ReportRow[] => {
    const only = undividedSubIndicator(node);
    if (only !== null) return [subRow(only, node, depth, stored, lines)];
    if (node.subIndicator !== null) return [subRow(node.subIndicator, node, depth, stored, lines)];
    return [
      nodeRow(node, depth, stored, lines),
      ...node.children.flatMap((child) => build(child, depth + 1)),
    ];
  };
  const rows = framework.dimensions.flatMap((dimension) => build(dimension, 0));
  const subs = framework.subIndicators;
  return {
    rows,
    summary: rows.filter((row) => row.depth <= 1),
    total: figures(stored.total, subs, lines),
    totalExplainable: allSeen(subs, lines),
    showsPercent: subs.some((sub) => lines.get(sub)?.sight === 'all'),
  };
}

function linesOf({ subIndicators }: Framework, stored: StoredReport, sightOf: SightOf): Lines {
  return new Map(
    subIndicators.map((sub) => {
      const score = stored.nodes.get(sub.id);
      const weight = toScaled(sub.weight, WEIGHT_PLACES);
      const scored = score && { weight, product: weight * toScaled(score.certified, SCORE_PLACES) };
      return [sub, { sight: sightOf(sub), scored: scored ?? null }];
    }),
  );
}

/** Sub-indicators below a node, in the order of the framework. */
export function subIndicatorsBelow(node: FrameworkNode): SubIndicator[] {
  if (node.subIndicator !== null) return [node.subIndicator];
  return node.children.flatMap(subIndicatorsBelow);
}

/** An undivided indicator has one sub-indicator of the same name: the two share a line. */
function undividedSubIndicator(node: FrameworkNode): SubIndicator | null {
  const [only, ...others] = node.children;
  if (only?.subIndicator == null || others.length > 0 || node.kind !== 'indicator') return null;
  return only.subIndicator.code === node.code ? only.subIndicator : null;
}

function subRow(
  sub: SubIndicator,
  node: FrameworkNode,
  depth: number,
  stored: StoredReport,
  lines: Lines,
): ReportRow {
  const score = stored.nodes.get(sub.id);
  const sight = lines.get(sub)?.sight ?? 'nothing';
  const line = { nodeId: sub.id, kind: 'sub_indicator', depth, code: node.code, name: node.name } as const;
  if (score === undefined) return { ...line, ...NOTHING, reason: null, audit: false, explainable: false };
  return {
    ...line,
    ...figures(score, [sub], lines),
    percent: sight === 'all' ? percentOfSub(sub, score) : null,
    reason: score.reason,
    audit: score.audit && sight !== 'nothing',
    explainable: sight !== 'nothing',
  };
}

function nodeRow(node: FrameworkNode, depth: number, stored: StoredReport, lines: Lines): ReportRow {
  const subs = subIndicatorsBelow(node);
  return {
    nodeId: node.id,
    kind: node.kind,
    depth,
    code: node.code,
    name: node.name,
    ...figures(stored.nodes.get(node.id) ?? null, subs, lines),
    reason: null,
    audit: false,
    explainable: stored.nodes.has(node.id) && allSeen(subs, lines),
  };
}

/** "ร้อยละ": the result where its unit is percent, otherwise score ÷ 5 × 100 (Scores 5). */
function percentOfSub(sub: SubIndicator, score: StoredNode): string | null {
  if (sub.resultUnit !== 'percent') return percentOfScore(score.certified);
  return score.result === null ? null : roundHalfUp(score.result, 2);
}

function figures(
  score: { selfAssessed: string; certified: string } | null,
  subs: readonly SubIndicator[],
  lines: Lines,
): Figures {
  if (score === null) return NOTHING;
  let weight = 0n;
  let product = 0n;
  for (const sub of subs) {
    const scored = lines.get(sub)?.scored;
    if (!scored) continue;
    weight += scored.weight;
    product += scored.product;
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
function allSeen(subs: readonly SubIndicator[], lines: Lines): boolean {
  const scored = subs.flatMap((sub) => lines.get(sub) ?? []).filter((line) => line.scored !== null);
  return scored.length > 0 && scored.every((line) => line.sight === 'all');
}
