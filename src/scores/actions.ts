import type { Knex } from 'knex';
import type { Db } from '../db/database.ts';
import { loadFramework } from '../framework/queries.ts';
import { toScoring } from '../framework/rules.ts';
import type { Framework } from '../framework/types.ts';
import type { Facts, NodeScore, OfficeScore } from '../scoring/index.ts';
import { scoreOffice } from '../scoring/index.ts';
import {
  listRoundOffices,
  loadAudits,
  loadFacts,
  loadRoundScores,
  type OfficeFacts,
  type RoundOffice,
  type RoundToVerify,
  type ScoreColumns,
  storeScores,
  type TotalColumns,
} from './queries.ts';
import { compareScores, type Difference } from './verification.ts';

export interface ScoredOffice {
  officeId: string;
  officeType: string | null;
}

/**
 * Recomputes and stores the scores of these offices in one round, inside the caller's transaction, which
 * holds their locks: two statements, however many offices. Returns them by office. A caller that has just read
 * all entries of all these offices hands them over as they stand now.
 */
export async function refreshScores(
  trx: Knex.Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  offices: readonly ScoredOffice[],
  known?: ReadonlyMap<string, Facts>,
): Promise<Map<string, OfficeScore>> {
  const officeIds = offices.map((office) => office.officeId);
  const facts =
    known === undefined
      ? await loadFacts(trx, round.id, officeIds)
      : withEntries(await loadAudits(trx, round.id, officeIds), known);
  const scored = computeScores(framework, round, offices, facts);
  await storeScores(trx, round.id, scoreColumns(scored), totalColumns(scored));
  return scored;
}

export interface Verification {
  offices: RoundOffice[];
  framework: Framework;
  /** How many entries were read, and how many stored scores compared. */
  entries: number;
  scores: number;
  differences: Difference[];
}

/** Recomputes all scores of a round and compares them with the stored ones, at one moment; changes nothing. */
export async function verifyScores(db: Db, round: RoundToVerify): Promise<Verification> {
  const framework = await loadFramework(db, round.frameworkId, round.frameworkVersion);
  return db.transaction(
    async (trx) => {
      const offices = await listRoundOffices(trx, round.id);
      const stored = await loadRoundScores(trx, round.id);
      const facts = await loadFacts(
        trx,
        round.id,
        offices.map((office) => office.officeId),
      );
      const computed = computeScores(framework, round, offices, facts);
      const entries = [...facts.values()].reduce((sum, office) => sum + office.entries.size, 0);
      const differences = offices.flatMap(({ officeId, total }) => {
        const score = computed.get(officeId);
        const nodes = stored.get(officeId) ?? new Map();
        return score === undefined ? [] : compareScores(officeId, { nodes, total }, score);
      });
      const scores = [...stored.values()].reduce((sum, nodes) => sum + nodes.size, 0);
      return { offices, framework, entries, scores, differences };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

function withEntries(
  audits: ReadonlyMap<string, OfficeFacts>,
  entries: ReadonlyMap<string, Facts>,
): Map<string, OfficeFacts> {
  return new Map(
    [...entries].map(([officeId, facts]) => [
      officeId,
      { officeId, entries: facts, audits: audits.get(officeId)?.audits ?? new Map() },
    ]),
  );
}

function computeScores(
  framework: Framework,
  round: { kind: string },
  offices: readonly ScoredOffice[],
  facts: ReadonlyMap<string, OfficeFacts>,
): Map<string, OfficeScore> {
  const scored = new Map<string, OfficeScore>();
  for (const office of offices) {
    const { entries = new Map(), audits = new Map() } = facts.get(office.officeId) ?? {};
    const tree = toScoring(framework, round.kind, { id: office.officeId, type: office.officeType });
    scored.set(office.officeId, scoreOffice(tree, entries, audits));
  }
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
