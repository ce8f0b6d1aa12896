import { type RolledScore, type RolledUp, rollUp } from './roll-up.ts';
import { scoreSubIndicator } from './sub-indicator.ts';
import type { Facts, ScoredNode, ScoredSubIndicator, SubIndicatorScore } from './types.ts';

export interface OfficeScore extends RolledUp {
  /** By sub-indicator id. */
  subIndicators: ReadonlyMap<string, SubIndicatorScore>;
}

/**
 * All scores of one office in one round. `tree` holds only what is due and applies to the office (a sub-indicator
 * without variables counts as not due), `audits` the scores given by AUDIT, by sub-indicator id. Sub-indicators in
 * `unchanged` keep their known scores: they are rolled up with the rest, but not computed and not returned.
 */
export function scoreOffice(
  tree: readonly ScoredNode[],
  facts: Facts,
  audits: ReadonlyMap<string, string>,
  unchanged: ReadonlyMap<string, RolledScore> = new Map(),
): OfficeScore {
  const subIndicators = new Map<string, SubIndicatorScore>();
  for (const sub of subIndicatorsBelow(tree)) {
    if (sub.variables.length === 0 || unchanged.has(sub.id)) continue;
    subIndicators.set(sub.id, scoreSubIndicator(sub, facts, audits.get(sub.id) ?? null));
  }
  const all =
    unchanged.size === 0 ? subIndicators : new Map<string, RolledScore>([...unchanged, ...subIndicators]);
  return { subIndicators, ...rollUp(tree, all) };
}

// A tree is shared by many offices, and asked at every save and decision.
const below = new WeakMap<readonly ScoredNode[], readonly ScoredSubIndicator[]>();

/** All sub-indicators of a tree, in the order of the framework. The tree is not changed afterwards. */
export function subIndicatorsBelow(nodes: readonly ScoredNode[]): readonly ScoredSubIndicator[] {
  const known = below.get(nodes);
  if (known !== undefined) return known;
  const found = nodes.flatMap((node) => [...node.subIndicators, ...subIndicatorsBelow(node.children)]);
  below.set(nodes, found);
  return found;
}
