import type { Queryable } from '../db/database.ts';
import { rowsOf } from '../db/statement.ts';
import type { EntryFact, EntryStatus, Facts } from '../scoring/types.ts';
import type { ComparedScore } from './verification.ts';

/** What one office's scores of one round are computed from, and what is stored of them. */
export interface OfficeFacts {
  entries: Facts;
  /** AUDIT scores by sub-indicator. */
  audits: Map<string, string>;
  stored: Map<string, StoredFigures>;
}

export type StoredFigures = Omit<StoredScore, 'nodeId'>;

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
// Some hundred for each office, at every decision: one text is read in half the time of as many rows.
const SCORES = `select o.id, null, null, null,
                       (select string_agg(concat_ws(' ', node_id, self_assessed, certified, coalesce(reason, '-'), result), ';')
                          from scores where round_id = :roundId and office_id = o.id)
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
  const offices = new Map(officeIds.map((id) => [id, noFacts()]));
  for (const { officeId, id, value, status, scores } of rows) {
    const office = offices.get(officeId);
    if (status !== null) office?.entries.set(id, { value, status });
    else if (value !== null) office?.audits.set(id, value);
    else if (scores !== null && office !== undefined) readScores(scores, office.stored);
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
export function noFacts() {
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

/** Writes the scores that changed in one round, and the totals, in one statement. */
export async function storeScores(
  trx: Queryable,
  roundId: string,
  scores: ScoreColumns,
  totals: TotalColumns,
): Promise<void> {
  await rowsOf(trx, STORE, {
    roundId,
    ...scores,
    totalOffices: totals.officeIds,
    totalSelf: totals.selfAssessed,
    totalCertified: totals.certified,
  });
}

export interface StoredScore {
  nodeId: string;
  selfAssessed: string;
  certified: string;
  result: string | null;
  reason: string | null;
}

/** A round of any system, as verifying needs it. */
export interface RoundToVerify {
  id: string;
  kind: string;
  label: string;
  systemCode: string;
  frameworkId: string;
  frameworkVersion: number;
}

const ALL_ROUNDS = `
  select r.id, r.kind, r.label, s.code as "systemCode", r.framework_id as "frameworkId",
         coalesce(old.version, f.version) as "frameworkVersion"
    from rounds r join systems s on s.id = r.system_id join frameworks f on f.id = r.framework_id
    left join framework_revisions old on (old.framework_id, old.revision) = (r.framework_id, r.revision)
   order by s.code, r.fiscal_year, r.sequence`;

/** Every round of every system, oldest first. */
export async function listAllRounds(db: Queryable): Promise<RoundToVerify[]> {
  const { rows } = await db.raw<{ rows: RoundToVerify[] }>(ALL_ROUNDS);
  return rows;
}

/** An office that takes part in a round, with its stored total. */
export interface RoundOffice {
  officeId: string;
  officeType: string | null;
  name: string;
  total: ComparedScore;
}

type RoundOfficeRow = Omit<RoundOffice, 'total'> & { selfAssessed: string | null; certified: string | null };

const ROUND_OFFICES = `
  select o.id as "officeId", o.type as "officeType", o.short_name as name,
         ro.self_assessed as "selfAssessed", ro.certified
    from round_offices ro join offices o on o.id = ro.office_id
   where ro.round_id = ?
   order by o.list_order, o.id`;

/** All offices of a round with their stored totals. */
export async function listRoundOffices(db: Queryable, roundId: string): Promise<RoundOffice[]> {
  const { rows } = await db.raw<{ rows: RoundOfficeRow[] }>(ROUND_OFFICES, [roundId]);
  return rows.map(({ selfAssessed, certified, ...office }) => ({
    ...office,
    total: { selfAssessed, certified, result: null, reason: null },
  }));
}
