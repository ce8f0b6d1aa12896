import type { Queryable } from '../../db/database.ts';
import { type Reader, rowsOf } from '../../db/statement.ts';
import { cached } from '../../lib/bounded-cache.ts';
import type { OfficeChoice, ReportingOffice, StoredNode, StoredReport } from './types.ts';

// One text is written and read much faster than 225 rows, or JSON; it is the same for all who ask about a round.
const OFFICES = `
  select string_agg(concat_ws(E'\\x1f', o.id, coalesce(o.type, ''), ro.office_id is not null, o.list_label),
                    E'\\x1e' order by o.list_order, o.list_label, o.id) as offices,
         max(o.name) filter (where o.id = :officeId) as name
    from system_offices so
    join offices o on o.id = so.office_id
    left join round_offices ro on ro.office_id = o.id and ro.round_id = :roundId
   where so.system_id = :systemId and o.kind = 'district'`;

const LISTS_IN_MEMORY = 8;

/** The reporting offices of a system in the order of its lists, and the one that was asked for. */
export async function listOfficeChoices(
  db: Reader,
  scope: { systemId: string; roundId: string; officeId: string | null },
): Promise<OfficeChoice> {
  const [row] = await rowsOf<{ offices: string | null; name: string | null }>(db, OFFICES, scope);
  if (row === undefined || row.offices === null) return { offices: [], chosen: null };
  const offices = officesIn(row.offices);
  const office = offices.find(({ id }) => id === scope.officeId);
  return { offices, chosen: office && row.name !== null ? { ...office, name: row.name } : null };
}

const officesIn = cached(LISTS_IN_MEMORY, (text): readonly ReportingOffice[] =>
  text.split('\x1e').map((office) => {
    const [id = '', type, takesPart, label = ''] = office.split('\x1f');
    return { id, type: type || null, label, takesPart: takesPart === 't' };
  }),
);

interface StoredRow {
  nodeId: string | null;
  selfAssessed: string | null;
  certified: string | null;
  result: string | null;
  reason: StoredNode['reason'];
  audit: boolean;
}

const STORED = `
  select s.node_id as "nodeId", s.self_assessed as "selfAssessed", s.certified, s.result, s.reason,
         a.node_id is not null as audit
    from scores s
    left join audit_scores a on a.round_id = s.round_id and a.office_id = s.office_id and a.node_id = s.node_id
   where s.round_id = :roundId and s.office_id = :officeId
   union all
  select null, self_assessed, certified, null, null, false
    from round_offices where round_id = :roundId and office_id = :officeId`;

/** The stored scores and the total of one office in one round, in one statement. */
export async function loadStoredReport(
  db: Reader,
  scope: { roundId: string; officeId: string },
): Promise<StoredReport> {
  const rows = await rowsOf<StoredRow>(db, STORED, scope);
  const report: StoredReport = { nodes: new Map(), total: null };
  for (const { nodeId, selfAssessed, certified, ...rest } of rows) {
    if (selfAssessed === null || certified === null) continue;
    if (nodeId === null) report.total = { selfAssessed, certified };
    else report.nodes.set(nodeId, { selfAssessed, certified, ...rest });
  }
  return report;
}

const REJECTIONS = `
  select e.variable_id as "variableId", e.reason
    from entries e
   where e.round_id = :roundId and e.office_id = :officeId and e.status = 'rejected'`;

/** Why entries of this office were rejected, by variable. */
export async function loadRejections(
  db: Queryable,
  scope: { roundId: string; officeId: string },
): Promise<Map<string, string>> {
  const { rows } = await db.raw<{ rows: { variableId: string; reason: string }[] }>(REJECTIONS, scope);
  return new Map(rows.map((row) => [row.variableId, row.reason]));
}
