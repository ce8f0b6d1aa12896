import { type RolledUp, rollUp } from './roll-up.ts';
import { scoreSubIndicator } from './sub-indicator.ts';
import type { Facts, ScoredNode, SubIndicatorScore } from './types.ts';

export interface OfficeScore extends RolledUp {
  /** By sub-indicator id. */
  subIndicators: ReadonlyMap<string, SubIndicatorScore>;
}

/**
 * All scores of one office in one round. `tree` holds only what is due and applies to the office (a sub-indicator
 * without variables counts as not due), `audits` the scores given by AUDIT, by sub-indicator id.
 */
export function scoreOffice(
  tree: readonly ScoredNode[],
  facts: Facts,
  audits: ReadonlyMap<string, string>,
): OfficeScore {
  const subIndicators = new Map<string, SubIndicatorScore>();
  scoreNodes(tree, facts, audits, subIndicators);
  return { subIndicators, ...rollUp(tree, subIndicators) };
}

function scoreNodes(
  nodes: readonly ScoredNode[],
  facts: Facts,
  audits: ReadonlyMap<string, string>,
  scores: Map<string, SubIndicatorScore>,
): void {
  for (const node of nodes) {
    for (const sub of node.subIndicators) {
      if (sub.variables.length === 0) continue;
      scores.set(sub.id, scoreSubIndicator(sub, facts, audits.get(sub.id) ?? null));
    }
    scoreNodes(node.children, facts, audits, scores);
  }
}
