import type { Knex } from 'knex';
import { toScoring } from '../framework/rules.ts';
import type { Framework } from '../framework/types.ts';
import type { NodeScore, OfficeScore } from '../scoring/index.ts';
import { scoreOffice } from '../scoring/index.ts';
import { loadFacts, type ScoreColumns, storeScores, type TotalColumns } from './queries.ts';

export interface ScoredOffice {
  officeId: string;
  officeType: string | null;
}

/**
 * Recomputes and stores the scores of these offices in one round, inside the caller's transaction, which
 * holds their locks: two statements, however many offices. Returns them by office.
 */
export async function refreshScores(
  trx: Knex.Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  offices: readonly ScoredOffice[],
): Promise<Map<string, OfficeScore>> {
  const officeIds = offices.map((office) => office.officeId);
  const facts = await loadFacts(trx, round.id, officeIds);
  const scored = new Map<string, OfficeScore>();
  for (const office of offices) {
    const { entries = new Map(), audits = new Map() } = facts.get(office.officeId) ?? {};
    const tree = toScoring(framework, round.kind, { id: office.officeId, type: office.officeType });
    scored.set(office.officeId, scoreOffice(tree, entries, audits));
  }
  await storeScores(trx, round.id, scoreColumns(scored), totalColumns(scored));
  return scored;
}

function scoreColumns(scored: ReadonlyMap<string, OfficeScore>): ScoreColumns {
  const columns: ScoreColumns = {
    officeIds: [],
    nodeIds: [],
    selfAssessed: [],
    certified: [],
    results: [],
    reasons: [],
  };
  const add = (
    officeId: string,
    id: string,
    self: string,
    certified: string,
    result: string | null,
    reason: string | null,
  ) => {
    columns.officeIds.push(officeId);
    columns.nodeIds.push(id);
    columns.selfAssessed.push(self);
    columns.certified.push(certified);
    columns.results.push(result);
    columns.reasons.push(reason);
  };
  for (const [officeId, office] of scored) {
    for (const sub of office.subIndicators.values()) {
      add(officeId, sub.id, sub.selfAssessed, sub.certified, sub.result, sub.reason);
    }
    for (const node of withDescendants(office.nodes)) {
      if (node.selfAssessed !== null && node.certified !== null) {
        add(officeId, node.id, node.selfAssessed, node.certified, null, null);
      }
    }
  }
  return columns;
}

function totalColumns(scored: ReadonlyMap<string, OfficeScore>): TotalColumns {
  const offices = [...scored];
  return {
    officeIds: offices.map(([officeId]) => officeId),
    selfAssessed: offices.map(([, office]) => office.total.selfAssessed),
    certified: offices.map(([, office]) => office.total.certified),
  };
}

/** Dimensions and indicators with all that lies below them, in the order of the framework. */
export function withDescendants(nodes: readonly NodeScore[]): NodeScore[] {
  return nodes.flatMap((node) => [node, ...withDescendants(node.children)]);
}
