import type { Queryable } from '../db/database.ts';
import type { EntryFact, EntryStatus, Facts } from '../scoring/types.ts';
import type { ComparedScore } from './verification.ts';

/** What one office's scores of one round are computed from. */
export interface OfficeFacts {
  officeId: string;
  entries: Facts;
  /** AUDIT scores by sub-indicator. */
  audits: Map<string, string>;
}

interface FactRow {
  office_id: string;
  /** Variable, or sub-indicator where `status` is null. */
  id: string;
  value: string | null;
  status: EntryStatus | null;
}

const FACTS = `
  select office_id, variable_id as id, value, status
    from entries where round_id = :roundId and office_id = any(:officeIds)
  union all
  select office_id, node_id, score, null
    from audit_scores where round_id = :roundId and office_id = any(:officeIds)`;

/** The entries and AUDIT scores of these offices in one round, in one statement. */
export async function loadFacts(
  db: Queryable,
  roundId: string,
  officeIds: readonly string[],
): Promise<Map<string, OfficeFacts>> {
  const { rows } = await db.raw<{ rows: FactRow[] }>(FACTS, { roundId, officeIds });
  return byOffice(rows);
}

const AUDITS = `
  select office_id, node_id as id, score as value, null as status
    from audit_scores where round_id = :roundId and office_id = any(:officeIds)`;

/** The AUDIT scores alone, for a caller that knows the entries. */
export async function loadAudits(
  db: Queryable,
  roundId: string,
  officeIds: readonly string[],
): Promise<Map<string, OfficeFacts>> {
  const { rows } = await db.raw<{ rows: FactRow[] }>(AUDITS, { roundId, officeIds });
  return byOffice(rows);
}

function byOffice(rows: readonly FactRow[]): Map<string, OfficeFacts> {
  const offices = new Map<string, OfficeFacts & { entries: Map<string, EntryFact> }>();
  for (const { office_id: officeId, id, value, status } of rows) {
    let facts = offices.get(officeId);
    if (facts === undefined) {
      facts = { officeId, entries: new Map(), audits: new Map() };
      offices.set(officeId, facts);
    }
    if (status !== null) facts.entries.set(id, { value, status });
    else if (value !== null) facts.audits.set(id, value);
  }
  return offices;
}

/** Stored scores, column by column: the shape that goes to PostgreSQL as one array per column. */
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

// Rows that stay the same are left alone: an update that changes nothing still costs a row version.
const STORE = `
  with computed as (
    select * from unnest(:officeIds::bigint[], :nodeIds::bigint[], :selfAssessed::numeric[], :certified::numeric[],
                         :results::numeric[], :reasons::text[])
           as c (office_id, node_id, self_assessed, certified, result, reason)
  ), changed as (
    update scores s
       set self_assessed = c.self_assessed, certified = c.certified, result = c.result, reason = c.reason
      from computed c
     where s.round_id = :roundId and s.office_id = c.office_id and s.node_id = c.node_id
       and (s.self_assessed, s.certified, s.result, s.reason)
           is distinct from (c.self_assessed, c.certified, c.result, c.reason)
  ), added as (
    insert into scores (round_id, office_id, node_id, self_assessed, certified, result, reason)
    select :roundId, c.office_id, c.node_id, c.self_assessed, c.certified, c.result, c.reason
      from computed c
     where not exists (select from scores s where s.round_id = :roundId
                                              and s.office_id = c.office_id and s.node_id = c.node_id)
  )
  update round_offices ro
     set self_assessed = t.self_assessed, certified = t.certified
    from unnest(:totalOffices::bigint[], :totalSelf::numeric[], :totalCertified::numeric[])
         as t (office_id, self_assessed, certified)
   where ro.round_id = :roundId and ro.office_id = t.office_id
     and (ro.self_assessed, ro.certified) is distinct from (t.self_assessed, t.certified)`;

/** Writes the scores and totals of one round that differ from what is stored, in one statement. */
export async function storeScores(
  trx: Queryable,
  roundId: string,
  scores: ScoreColumns,
  totals: TotalColumns,
): Promise<void> {
  await trx.raw(STORE, {
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

const STORED = `
  select node_id as "nodeId", self_assessed as "selfAssessed", certified, result, reason
    from scores where round_id = ? and office_id = ?`;

/** The stored scores of one office in one round, by node. */
export async function loadScores(
  db: Queryable,
  roundId: string,
  officeId: string,
): Promise<Map<string, StoredScore>> {
  const { rows } = await db.raw<{ rows: StoredScore[] }>(STORED, [roundId, officeId]);
  return new Map(rows.map((row) => [row.nodeId, row]));
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
         f.version as "frameworkVersion"
    from rounds r join systems s on s.id = r.system_id join frameworks f on f.id = r.framework_id
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

const ROUND_SCORES = `
  select office_id as "officeId", node_id as "nodeId", self_assessed as "selfAssessed", certified, result, reason
    from scores where round_id = ?`;

/** All stored scores of a round, by office and node. */
export async function loadRoundScores(
  db: Queryable,
  roundId: string,
): Promise<Map<string, Map<string, StoredScore>>> {
  const { rows } = await db.raw<{ rows: (StoredScore & { officeId: string })[] }>(ROUND_SCORES, [roundId]);
  const offices = new Map<string, Map<string, StoredScore>>();
  for (const { officeId, ...score } of rows) {
    const nodes = offices.get(officeId);
    if (nodes === undefined) offices.set(officeId, new Map([[score.nodeId, score]]));
    else nodes.set(score.nodeId, score);
  }
  return offices;
}
