import type { Knex } from 'knex';
import type { Db } from '../db/database.ts';
import { loadFramework } from '../framework/queries.ts';
import { toScoring } from '../framework/rules.ts';
import type { Framework } from '../framework/types.ts';
import {
  type Facts,
  type NodeScore,
  type OfficeScore,
  type ScoredNode,
  scoreOffice,
  subIndicatorsBelow,
} from '../scoring/index.ts';
import {
  listRoundOffices,
  loadFacts,
  noFacts,
  type OfficeFacts,
  type RoundOffice,
  type RoundToVerify,
  type ScoreColumns,
  type StoredFigures,
  storeScores,
  type TotalColumns,
} from './queries.ts';
import { compareScores, type Difference } from './verification.ts';

export interface ScoredOffice {
  officeId: string;
  officeType: string | null;
}

/** What a caller knows of the change that makes scores new. */
export interface KnownChange {
  /** The sub-indicators whose entries changed; absent = any may have. */
  subIndicatorIds?: ReadonlySet<string>;
  /** All entries of each office as they stand now, where the caller has just read them. */
  entries?: ReadonlyMap<string, Facts>;
}

/**
 * Recomputes and stores the scores of these offices in one round, inside the caller's transaction, which holds
 * their locks: two statements, however many offices. Only what changed is computed and written, the rest is
 * rolled up from what is stored. Returns the scores by office, of sub-indicators only those computed.
 */
export async function refreshScores(
  trx: Knex.Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  offices: readonly ScoredOffice[],
  change: KnownChange = {},
): Promise<Map<string, OfficeScore>> {
  const officeIds = offices.map((office) => office.officeId);
  const facts = await loadFacts(trx, round.id, officeIds, variablesToRead(framework, change));
  const columns = emptyColumns();
  const scored = new Map<string, OfficeScore>();
  for (const { officeId, officeType } of offices) {
    const { audits, stored, entries } = facts.get(officeId) ?? noFacts();
    const tree = toScoring(framework, round.kind, { id: officeId, type: officeType });
    const unchanged = unchangedScores(tree, stored, change);
    // scores were never stored: what was read is not enough to compute them
    if (unchanged === undefined) return refreshScores(trx, framework, round, offices);
    const score = scoreOffice(tree, change.entries?.get(officeId) ?? entries, audits, unchanged);
    addChanged(columns, officeId, score, stored);
    scored.set(officeId, score);
  }
  await storeScores(trx, round.id, columns, totalColumns(scored));
  return scored;
}

/** The stored scores of what did not change; undefined where one is missing. */
function unchangedScores(
  tree: readonly ScoredNode[],
  stored: OfficeFacts['stored'],
  { subIndicatorIds }: KnownChange,
): Map<string, StoredFigures> | undefined {
  const unchanged = new Map<string, StoredFigures>();
  if (subIndicatorIds === undefined) return unchanged;
  for (const sub of subIndicatorsBelow(tree)) {
    if (subIndicatorIds.has(sub.id)) continue;
    const score = stored.get(sub.id);
    if (score === undefined) return undefined;
    unchanged.set(sub.id, score);
  }
  return unchanged;
}

function variablesToRead(
  framework: Framework,
  { subIndicatorIds, entries }: KnownChange,
): string[] | undefined {
  if (entries !== undefined) return [];
  if (subIndicatorIds === undefined) return undefined;
  const changed = framework.subIndicators.filter((sub) => subIndicatorIds.has(sub.id));
  return changed.flatMap((sub) => sub.variables.map((variable) => variable.id));
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
      const officeIds = offices.map((office) => office.officeId);
      const facts = await loadFacts(trx, round.id, officeIds);
      const differences = offices.flatMap(({ officeId, officeType, total }) => {
        const { entries, audits, stored: nodes } = facts.get(officeId) ?? noFacts();
        const tree = toScoring(framework, round.kind, { id: officeId, type: officeType });
        return compareScores(officeId, { nodes, total }, scoreOffice(tree, entries, audits));
      });
      const read = [...facts.values()];
      const entries = read.reduce((sum, office) => sum + office.entries.size, 0);
      const scores = read.reduce((sum, office) => sum + office.stored.size, 0);
      return { offices, framework, entries, scores, differences };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

function emptyColumns(): ScoreColumns {
  return { officeIds: [], nodeIds: [], selfAssessed: [], certified: [], results: [], reasons: [] };
}

/** Adds the office's scores that differ from what is stored: a row that stays the same is not written. */
function addChanged(
  columns: ScoreColumns,
  officeId: string,
  office: OfficeScore,
  stored: OfficeFacts['stored'],
): void {
  const add = (id: string, { selfAssessed, certified, result, reason }: StoredFigures) => {
    const before = stored.get(id);
    if (
      before?.selfAssessed === selfAssessed &&
      before.certified === certified &&
      before.result === result &&
      before.reason === reason
    ) {
      return;
    }
    columns.officeIds.push(officeId);
    columns.nodeIds.push(id);
    columns.selfAssessed.push(selfAssessed);
    columns.certified.push(certified);
    columns.results.push(result);
    columns.reasons.push(reason);
  };
  for (const sub of office.subIndicators.values()) add(sub.id, sub);
  for (const { id, selfAssessed, certified } of withDescendants(office.nodes)) {
    if (selfAssessed !== null && certified !== null) {
      add(id, { selfAssessed, certified, result: null, reason: null });
    }
  }
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
