import { compareDecimals, isDecimal } from '../../lib/decimal.ts';
import type { NodeScore, OfficeScore } from '../../scoring/index.ts';

/** The scores of one node, as stored or as computed; result and reason are null above sub-indicators. */
export interface ComparedScore {
  selfAssessed: string | null;
  certified: string | null;
  result: string | null;
  reason: string | null;
}

export type ComparedField = keyof ComparedScore;

/** One figure that is not what it should be; null: there is none. */
export interface Difference {
  officeId: string;
  /** Null: the office's total. */
  nodeId: string | null;
  field: ComparedField;
  stored: string | null;
  computed: string | null;
}

const FIELDS: readonly ComparedField[] = ['selfAssessed', 'certified', 'result', 'reason'];
const NOTHING: ComparedScore = { selfAssessed: null, certified: null, result: null, reason: null };

/**
 * Everything in which the stored scores of one office differ from the computed ones: other figures, scores that
 * are missing and scores of nodes that have none. Numbers compare as numbers.
 */
export function compareScores(
  officeId: string,
  stored: { nodes: ReadonlyMap<string, ComparedScore>; total: ComparedScore },
  computed: OfficeScore,
): Difference[] {
  const nodes = computedNodes(computed);
  const ids = new Set([...nodes.keys(), ...stored.nodes.keys()]);
  const differences = [...ids].flatMap((nodeId) =>
    compare(officeId, nodeId, stored.nodes.get(nodeId) ?? NOTHING, nodes.get(nodeId) ?? NOTHING),
  );
  const { selfAssessed, certified } = computed.total;
  return [...differences, ...compare(officeId, null, stored.total, { ...NOTHING, selfAssessed, certified })];
}

function computedNodes(computed: OfficeScore): Map<string, ComparedScore> {
  const nodes = new Map<string, ComparedScore>();
  for (const { id, selfAssessed, certified, result, reason } of computed.subIndicators.values()) {
    nodes.set(id, { selfAssessed, certified, result, reason });
  }
  const add = (node: NodeScore) => {
    const { id, selfAssessed, certified } = node;
    if (certified !== null) nodes.set(id, { ...NOTHING, selfAssessed, certified });
    node.children.forEach(add);
  };
  computed.nodes.forEach(add);
  return nodes;
}

function compare(
  officeId: string,
  nodeId: string | null,
  stored: ComparedScore,
  computed: ComparedScore,
): Difference[] {
  return FIELDS.filter((field) => !isSame(stored[field], computed[field])).map((field) => ({
    officeId,
    nodeId,
    field,
    stored: stored[field],
    computed: computed[field],
  }));
}

function isSame(left: string | null, right: string | null): boolean {
  if (left === right) return true;
  return left !== null && right !== null && isDecimal(left) && isDecimal(right)
    ? compareDecimals(left, right) === 0
    : false;
}
