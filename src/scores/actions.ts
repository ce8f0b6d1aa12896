import { setImmediate as breathe } from 'node:timers/promises';
import type { Transaction } from '../db/database.ts';
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
  deleteOtherScores,
  loadFacts,
  noFacts,
  type OfficeFacts,
  type ScoreColumns,
  type SharedScores,
  type StoredFigures,
  storeScores,
  storeSharedScores,
  type TotalColumns,
} from './queries.ts';

export interface ScoredOffice {
  officeId: string;
  officeType: string | null;
}

/** What of an office is read and computed; with neither, everything. */
interface Extent {
  /** The sub-indicators whose entries or AUDIT scores changed; the rest is rolled up from what is stored. */
  changed?: ReadonlySet<string>;
  /**
   * The facts, where the caller has them: of each office all entries of all of `changed` – without `changed` all it
   * has –, its AUDIT scores and what is stored. What is missing counts as not reported.
   */
  known?: ReadonlyMap<string, OfficeFacts>;
}

/**
 * Recomputes and stores all scores of these offices in one round, inside the caller's transaction, which holds
 * their locks: two statements, however many offices. Returns the scores by office, of sub-indicators only those
 * computed.
 */
export async function refreshScores(
  trx: Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  offices: readonly ScoredOffice[],
  { changed, known }: Extent = {},
): Promise<Map<string, OfficeScore>> {
  const officeIds = offices.map((office) => office.officeId);
  const facts =
    known ?? (await loadFacts(trx, round.id, officeIds, changed && variablesOf(framework, changed)));
  const columns = emptyColumns();
  const scored = new Map<string, OfficeScore>();
  for (const { officeId, officeType } of offices) {
    const { audits, stored, entries } = facts.get(officeId) ?? noFacts();
    const tree = toScoring(framework, round.kind, { id: officeId, type: officeType });
    const unchanged = unchangedScores(tree, stored, changed);
    // scores were never stored: what was read is not enough to compute them
    if (unchanged === undefined) return refreshScores(trx, framework, round, offices);
    const score = scoreOffice(tree, entries, audits, unchanged);
    addScores(columns, officeId, score, (id, figures) => !sameFigures(stored.get(id), figures));
    scored.set(officeId, score);
  }
  await storeScores(trx, round.id, columns, totalColumns(scored));
  return scored;
}

/** The same for many offices, part by part: two statements for each 100 of them. */
export async function refreshScoresInParts(
  trx: Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  offices: readonly ScoredOffice[],
  { changed }: Pick<Extent, 'changed'> = {},
): Promise<void> {
  for await (const part of partsOf(offices)) await refreshScores(trx, framework, round, part, { changed });
}

/**
 * The same for offices to which something may not apply any more: their scores of it are deleted. Three statements for
 * each 100 offices.
 */
export async function scoreAnew(
  trx: Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  offices: readonly ScoredOffice[],
): Promise<void> {
  for await (const part of partsOf(offices)) {
    const kept = emptyColumns();
    for (const [officeId, office] of await refreshScores(trx, framework, round, part)) {
      addScores(kept, officeId, office, () => true);
    }
    const officeIds = part.map((office) => office.officeId);
    await deleteOtherScores(trx, { roundId: round.id, officeIds }, kept);
  }
}

/**
 * Stores the scores of offices that have reported nothing: those to which the same applies have the same ones, which
 * are computed once. One statement, however many offices, inside the caller's transaction.
 */
export async function storeEmptyScores(
  trx: Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  offices: readonly ScoredOffice[],
): Promise<void> {
  const shapeOf = new Map<readonly ScoredNode[], number>();
  // the columns are those of offices: here each shape stands for one
  const columns = emptyColumns();
  const [officeIds, shapes]: [string[], number[]] = [[], []];
  const totals: SharedScores['totals'] = { selfAssessed: [], certified: [] };
  for (const { officeId, officeType } of offices) {
    const tree = toScoring(framework, round.kind, { id: officeId, type: officeType });
    let shape = shapeOf.get(tree);
    if (shape === undefined) {
      shape = shapeOf.size + 1;
      shapeOf.set(tree, shape);
      const score = scoreOffice(tree, new Map(), new Map());
      addScores(columns, String(shape), score, () => true);
      totals.selfAssessed.push(score.total.selfAssessed);
      totals.certified.push(score.total.certified);
    }
    officeIds.push(officeId);
    shapes.push(shape);
  }
  const { officeIds: figureShapes, ...figures } = columns;
  const shared = { officeIds, shapes, figures, totals, figureShapes: figureShapes.map(Number) };
  await storeSharedScores(trx, round.id, shared);
}

/**
 * Stores the scores of one office whose caller has just read all its entries and AUDIT scores and changed those
 * of the given sub-indicators: one statement, which writes these, what stands above them, and the total.
 */
export async function storeChangedScores(
  trx: Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  office: ScoredOffice & { entries: Facts; audits: ReadonlyMap<string, string> },
  changed: ReadonlySet<string>,
): Promise<void> {
  const { officeId, officeType, entries, audits } = office;
  const tree = toScoring(framework, round.kind, { id: officeId, type: officeType });
  const score = scoreOffice(tree, entries, audits);
  const touched = new Set(changed);
  for (const sub of framework.subIndicators) {
    if (changed.has(sub.id)) for (const node of sub.path) touched.add(node.id);
  }
  const columns = emptyColumns();
  addScores(columns, officeId, score, (id) => touched.has(id));
  await storeScores(trx, round.id, columns, totalColumns(new Map([[officeId, score]])));
}

/** Offices that are scored at once, where there are many. */
const SCORED_AT_ONCE = 100;

/** Many offices in parts: the memory is that of one part, and pages are answered between them. */
async function* partsOf(offices: readonly ScoredOffice[]): AsyncGenerator<readonly ScoredOffice[]> {
  for (let at = 0; at < offices.length; at += SCORED_AT_ONCE) {
    await breathe();
    yield offices.slice(at, at + SCORED_AT_ONCE);
  }
}

/** The stored scores of what did not change; undefined where one is missing. */
function unchangedScores(
  tree: readonly ScoredNode[],
  stored: OfficeFacts['stored'],
  changed: ReadonlySet<string> | undefined,
): Map<string, StoredFigures> | undefined {
  const unchanged = new Map<string, StoredFigures>();
  if (changed === undefined) return unchanged;
  for (const sub of subIndicatorsBelow(tree)) {
    if (changed.has(sub.id)) continue;
    const score = stored.get(sub.id);
    if (score === undefined) return undefined;
    unchanged.set(sub.id, score);
  }
  return unchanged;
}

function variablesOf(framework: Framework, subIndicatorIds: ReadonlySet<string>): string[] {
  const changed = framework.subIndicators.filter((sub) => subIndicatorIds.has(sub.id));
  return changed.flatMap((sub) => sub.variables.map((variable) => variable.id));
}

function emptyColumns(): ScoreColumns {
  return { officeIds: [], nodeIds: [], selfAssessed: [], certified: [], results: [], reasons: [] };
}

/** Adds the office's scores that are to be written: a row that stays the same need not be. */
function addScores(
  columns: ScoreColumns,
  officeId: string,
  office: OfficeScore,
  isWanted: (nodeId: string, figures: StoredFigures) => boolean,
): void {
  const add = (id: string, figures: StoredFigures) => {
    if (!isWanted(id, figures)) return;
    columns.officeIds.push(officeId);
    columns.nodeIds.push(id);
    columns.selfAssessed.push(figures.selfAssessed);
    columns.certified.push(figures.certified);
    columns.results.push(figures.result);
    columns.reasons.push(figures.reason);
  };
  for (const sub of office.subIndicators.values()) add(sub.id, sub);
  for (const { id, selfAssessed, certified } of withDescendants(office.nodes)) {
    if (selfAssessed !== null && certified !== null) {
      add(id, { selfAssessed, certified, result: null, reason: null });
    }
  }
}

function sameFigures(before: StoredFigures | undefined, after: StoredFigures): boolean {
  return (
    before?.selfAssessed === after.selfAssessed &&
    before.certified === after.certified &&
    before.result === after.result &&
    before.reason === after.reason
  );
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
