import type { Queryable, Transaction } from '../db/database.ts';
import { rowsOf, write } from '../db/statement.ts';
import type { EntryFact, EntryStatus } from '../scoring/types.ts';

/** What one office's scores of one round are computed from, and what is stored of them. */
export interface OfficeFacts {
  entries: Map<string, EntryFact>;
  /** AUDIT scores by sub-indicator. */
  audits: Map<string, string>;
  stored: Map<string, StoredFigures>;
}

export interface StoredFigures {
  selfAssessed: string;
  certified: string;
  result: string | null;
  reason: string | null;
}

/** Entries have a status, stored scores a text, AUDIT scores neither. */
interface FactRow {
  officeId: string;
  id: string;
  value: string | null;
  status: EntryStatus | null;
  scores: string | null;
}

const OFFICES = 'round_id = :roundId and office_id = any(:officeIds)';
const ENTRIES = `select office_id as "officeId", variable_id as id, value, status, null as scores
                   from entries where ${OFFICES}`;
const AUDITS = `select office_id as "officeId", node_id as id, score as value, null as status, null as scores
                  from audit_scores where ${OFFICES}`;
const SCORES_AS_TEXT = `string_agg(
  concat_ws(' ', node_id, self_assessed, certified, coalesce(reason, '-'), result), ';')`;
// Some hundred for each office, at every decision: one text is read in half the time of as many rows.
const SCORES = `select o.id, null, null, null,
                       (select ${SCORES_AS_TEXT} from scores where round_id = :roundId and office_id = o.id)
                  from unnest(:officeIds::bigint[]) as o (id)`;

const ALL_FACTS = `${ENTRIES} union all ${AUDITS} union all ${SCORES}`;
const FACTS_OF_VARIABLES = `${ENTRIES} and variable_id = any(:variableIds) union all ${AUDITS} union all ${SCORES}`;

/**
 * Entries, AUDIT scores and stored scores of these offices in one round, in one statement. `variableIds`: only
 * the entries of these variables; absent = all.
 */
export async function loadFacts(
  db: Queryable,
  roundId: string,
  officeIds: readonly string[],
  variableIds?: readonly string[],
): Promise<Map<string, OfficeFacts>> {
  const sql = variableIds === undefined ? ALL_FACTS : FACTS_OF_VARIABLES;
  const rows = await rowsOf<FactRow>(db, sql, { roundId, officeIds, variableIds });
  return byOffice(rows, officeIds);
}

// The sub-indicators are those of the newest revision: for a round that stands on an older one they may be others.
// Their variables are an array: as a join, PostgreSQL would read all entries of the offices.
const factsAround = (which: string) => `
  with asked as (
    select distinct e.round_id, e.office_id, v.node_id
      from entries e join variables v on v.id = e.variable_id where e.id ${which}
  ), places as (select distinct round_id, office_id from asked)
  select e.office_id as "officeId", e.variable_id as id, e.value, e.status, null as scores, e.id as "entryId", e.version
    from places p join entries e on e.round_id = p.round_id and e.office_id = p.office_id
   where e.variable_id = any(array(
     select v.id from variables v where v.node_id in (select node_id from asked)))
   union all
  select p.office_id, s.node_id, s.score, null, null, null, null
    from places p join audit_scores s on s.round_id = p.round_id and s.office_id = p.office_id
   union all
  select p.office_id, null, null, null,
         (select ${SCORES_AS_TEXT} from scores where round_id = p.round_id and office_id = p.office_id), null, null
    from places p`;
const FACTS_AROUND = factsAround('= any(:entryIds::bigint[])');
// of a list PostgreSQL expects ten times as many, and reads whole tables
const FACTS_AROUND_ONE = factsAround('= :entryId');

/** What is around some entries of one round: the facts of their sub-indicators, and the entries' versions by id. */
export interface FactsAround {
  facts: Map<string, OfficeFacts>;
  versions: Map<string, number>;
}

/**
 * The facts of the offices of these entries, which are of one round: of all their sub-indicators all entries of each
 * office, and what else `loadFacts` gives. It need not be known which these are: so it travels with the statement that
 * locks them.
 */
export async function loadFactsAround(trx: Queryable, entryIds: readonly string[]): Promise<FactsAround> {
  const [entryId] = entryIds;
  const sql = entryIds.length === 1 ? FACTS_AROUND_ONE : FACTS_AROUND;
  const bindings = { entryId, entryIds };
  const rows = await rowsOf<FactRow & { entryId: string | null; version: number }>(trx, sql, bindings);
  const versions = new Map<string, number>();
  for (const { entryId: id, version } of rows) if (id !== null) versions.set(id, version);
  return { facts: byOffice(rows), versions };
}

function byOffice(rows: readonly FactRow[], officeIds: readonly string[] = []): Map<string, OfficeFacts> {
  const offices = new Map(officeIds.map((id) => [id, noFacts()]));
  for (const { officeId, id, value, status, scores } of rows) {
    const office = offices.get(officeId) ?? noFacts();
    offices.set(officeId, office);
    if (status !== null) office.entries.set(id, { value, status });
    else if (value !== null) office.audits.set(id, value);
    else if (scores !== null) readScores(scores, office.stored);
  }
  return offices;
}

function readScores(text: string, into: OfficeFacts['stored']): void {
  for (const score of text.split(';')) {
    const [nodeId = '', selfAssessed = '', certified = '', reason = '-', result = null] = score.split(' ');
    into.set(nodeId, { selfAssessed, certified, result, reason: reason === '-' ? null : reason });
  }
}

/** Of an office that has nothing in the round. */
export function noFacts(): OfficeFacts {
  return {
    entries: new Map<string, EntryFact>(),
    audits: new Map<string, string>(),
    stored: new Map<string, StoredFigures>(),
  };
}

/** Scores to be written, column by column: the shape that goes to PostgreSQL as one array per column. */
export interface ScoreColumns {
  officeIds: string[];
  nodeIds: string[];
  selfAssessed: string[];
  certified: string[];
  results: (string | null)[];
  reasons: (string | null)[];
}

export interface TotalColumns {
  officeIds: string[];
  selfAssessed: (string | null)[];
  certified: (string | null)[];
}

const STORE = `
  with changed as (
    insert into scores (round_id, office_id, node_id, self_assessed, certified, result, reason)
    select :roundId, c.* from unnest(:officeIds::bigint[], :nodeIds::bigint[], :selfAssessed::numeric[],
                                     :certified::numeric[], :results::numeric[], :reasons::text[]) as c
    on conflict (round_id, office_id, node_id) do update
       set self_assessed = excluded.self_assessed, certified = excluded.certified,
           result = excluded.result, reason = excluded.reason
  )
  update round_offices ro
     set self_assessed = t.self_assessed, certified = t.certified
    from unnest(:totalOffices::bigint[], :totalSelf::numeric[], :totalCertified::numeric[])
         as t (office_id, self_assessed, certified)
   where ro.round_id = :roundId and ro.office_id = t.office_id
     and (ro.self_assessed, ro.certified) is distinct from (t.self_assessed, t.certified)`;

/** Writes the scores that changed in one round, and the totals, in one statement that nobody waits for. */
export async function storeScores(
  trx: Transaction,
  roundId: string,
  scores: ScoreColumns,
  totals: TotalColumns,
): Promise<void> {
  await write(trx, STORE, {
    roundId,
    ...scores,
    totalOffices: totals.officeIds,
    totalSelf: totals.selfAssessed,
    totalCertified: totals.certified,
  });
}

const DELETE_OTHERS = `
  delete from scores s
   where s.round_id = :roundId and s.office_id = any(:officeIds::bigint[]) and not exists (
     select from unnest(:keptOffices::bigint[], :keptNodes::bigint[]) as k (office_id, node_id)
      where (k.office_id, k.node_id) = (s.office_id, s.node_id))`;

/** Deletes the scores of offices in a round except these. */
export async function deleteOtherScores(
  trx: Queryable,
  { roundId, officeIds }: { roundId: string; officeIds: readonly string[] },
  kept: Pick<ScoreColumns, 'officeIds' | 'nodeIds'>,
): Promise<void> {
  await trx.raw(DELETE_OTHERS, { roundId, officeIds, keptOffices: kept.officeIds, keptNodes: kept.nodeIds });
}

const STORE_SHARED = `
  with office as (
    select * from unnest(:officeIds::bigint[], :shapes::int[]) as o (office_id, shape)
  ), figure as (
    select * from unnest(:figureShapes::int[], :nodeIds::bigint[], :selfAssessed::numeric[], :certified::numeric[],
                         :results::numeric[], :reasons::text[])
           as f (shape, node_id, self_assessed, certified, result, reason)
  ), total as (
    select * from unnest(:totalSelf::numeric[], :totalCertified::numeric[])
             with ordinality as t (self_assessed, certified, shape)
  ), changed as (
    insert into scores as s (round_id, office_id, node_id, self_assessed, certified, result, reason)
    select :roundId, o.office_id, f.node_id, f.self_assessed, f.certified, f.result, f.reason
      from office o join figure f using (shape)
    on conflict (round_id, office_id, node_id) do update
       set self_assessed = excluded.self_assessed, certified = excluded.certified,
           result = excluded.result, reason = excluded.reason
     where (s.self_assessed, s.certified, s.result, s.reason)
           is distinct from (excluded.self_assessed, excluded.certified, excluded.result, excluded.reason)
  )
  update round_offices ro
     set self_assessed = t.self_assessed, certified = t.certified
    from office o join total t on t.shape = o.shape
   where ro.round_id = :roundId and ro.office_id = o.office_id
     and (ro.self_assessed, ro.certified) is distinct from (t.self_assessed, t.certified)`;

/** Scores that many offices have in common: each office has those of one shape, counted from 1. */
export interface SharedScores {
  officeIds: string[];
  shapes: number[];
  /** Of each row of `figures`, whose shape it is. */
  figureShapes: number[];
  figures: Omit<ScoreColumns, 'officeIds'>;
  /** By shape. */
  totals: Omit<TotalColumns, 'officeIds'>;
}

/** Writes the same scores for many offices, and their totals, in one statement that says them once. */
export async function storeSharedScores(
  trx: Queryable,
  roundId: string,
  { officeIds, shapes, figureShapes, figures, totals }: SharedScores,
): Promise<void> {
  await trx.raw(STORE_SHARED, {
    ...{ ...figures, roundId, officeIds, shapes, figureShapes },
    totalSelf: totals.selfAssessed,
    totalCertified: totals.certified,
  });
}

const REPORTING = `
  select office_id as "officeId" from entries where round_id = :roundId and status <> 'unreported'
   union
  select office_id from audit_scores where round_id = :roundId`;

/** The offices of a round of which anything is reported, decided or scored by AUDIT. */
export async function listOfficesWithReports(db: Queryable, roundId: string): Promise<Set<string>> {
  const { rows } = await db.raw<{ rows: { officeId: string }[] }>(REPORTING, { roundId });
  return new Set(rows.map(({ officeId }) => officeId));
}
