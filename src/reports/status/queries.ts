import type { Queryable } from '../../db/database.ts';
import {
  type CountedBureau,
  type CountedNode,
  type Matrix,
  STATUS_BUCKETS,
  type StatusCounts,
  type StatusScope,
} from './types.ts';

/** The state of an entry `e` that an AUDIT score `a` of its sub-indicator decides. */
export const BUCKET = `
  case when a.node_id is not null then 'audit'
       when e.source = 'central' and e.status = 'unreported' then 'central_missing'
       else e.status end`;

/** Joins the AUDIT score `a` of an entry `e` of a variable `v`. */
export const WITH_AUDIT = `
  left join audit_scores a on a.round_id = e.round_id and a.office_id = e.office_id and a.node_id = v.node_id`;

/** How many of the rows `s` are in each state, a column for each. */
export const COUNTS = STATUS_BUCKETS.map(
  (bucket) => `(count(*) filter (where s.bucket = '${bucket}'))::int as ${bucket}`,
).join(', ');
const SUMS = STATUS_BUCKETS.map((bucket) => `sum(c.${bucket})::int as ${bucket}`).join(', ');
const COLUMNS = STATUS_BUCKETS.join(', ');

const STATES = `
  states as (
    select e.office_id, v.node_id, v.bureau_id, e.reported_at, ${BUCKET} as bucket
      from entries e
      join variables v on v.id = e.variable_id
      join offices o on o.id = e.office_id
      ${WITH_AUDIT}
     where e.round_id = :roundId
       and (:officeId::bigint is null or e.office_id = :officeId)
       and (:bureauId::bigint is null or v.bureau_id = :bureauId)
       and (:region::text is null or o.region = :region)
       and (:type::text is null or o.type = :type)
       and (:search::text is null or position(lower(:search) in lower(o.name || ' ' || o.list_label || ' ' || o.short_name || ' ' || coalesce(o.code, ''))) > 0))`;

const MATRIX = `
  with ${STATES},
  cells as (
    select s.office_id, s.node_id, count(*) filter (where s.bucket = :status) as wanted, ${COUNTS}
      from states s group by s.office_id, s.node_id
  ), listed as (
    select c.office_id, ${SUMS} from cells c
     group by c.office_id
    having :status::text is null or sum(c.wanted) > 0
  ), page as (
    select l.*, o.list_label, o.type, o.list_order, (count(*) over ())::int as total
      from listed l join offices o on o.id = l.office_id
     order by o.list_order, o.list_label, o.id
     limit :limit offset :offset
  )
  select 'office' as kind, office_id as "officeId", null::bigint as "nodeId", list_label::text as label, type,
         total, ${COLUMNS}
    from page
   union all
  select 'cell', office_id, node_id, null, null, null, ${COLUMNS}
    from cells where office_id in (select office_id from page)
   union all
  select 'column', null, c.node_id, null, null, (select count(*)::int from listed), ${SUMS}
    from cells c where c.office_id in (select office_id from listed)
   group by c.node_id`;

interface MatrixRow extends StatusCounts {
  kind: 'office' | 'cell' | 'column';
  officeId: string;
  nodeId: string;
  label: string;
  type: string | null;
  total: number;
}

/** One page of the matrix and the totals of the whole list, aggregated in one statement. */
export async function loadMatrix(
  db: Queryable,
  scope: StatusScope,
  page: { limit: number; offset: number },
): Promise<Matrix> {
  const { rows } = await db.raw<{ rows: MatrixRow[] }>(MATRIX, { ...scope, ...page });
  const matrix: Matrix = { offices: [], cells: new Map(), columns: new Map(), officeCount: 0 };
  for (const { kind, officeId, nodeId, label, type, total, ...counts } of rows) {
    if (kind === 'office') matrix.offices.push({ id: officeId, label, type, counts });
    else if (kind === 'cell') matrix.cells.set(`${officeId} ${nodeId}`, counts);
    else {
      matrix.columns.set(nodeId, counts);
      matrix.officeCount = total;
    }
  }
  return matrix;
}

const BY_NODE = `
  with ${STATES}
  select s.node_id as "nodeId", ${COUNTS} from states s group by s.node_id
  having :status::text is null or count(*) filter (where s.bucket = :status) > 0`;

/** Counts by sub-indicator over all offices of the scope. */
export async function countByNode(db: Queryable, scope: StatusScope): Promise<CountedNode[]> {
  const { rows } = await db.raw<{ rows: ({ nodeId: string } & StatusCounts)[] }>(BY_NODE, { ...scope });
  return rows.map(({ nodeId, ...counts }) => ({ nodeId, counts }));
}

const BY_BUREAU = `
  with ${STATES}, counted as (
    select s.bureau_id, min(s.reported_at) filter (where s.bucket = 'pending') as oldest, ${COUNTS}
      from states s group by s.bureau_id
    having :status::text is null or count(*) filter (where s.bucket = :status) > 0)
  select o.id, o.short_name || ' ' || o.name as name, c.oldest as "oldestPending", ${COLUMNS}
    from counted c join offices o on o.id = c.bureau_id
   order by date_trunc('day', c.oldest) nulls last, c.pending desc, o.list_order, o.id`;

/** Counts by certifying bureau, the one whose oldest entry waits longest (to the day) first. */
export async function countByBureau(db: Queryable, scope: StatusScope): Promise<CountedBureau[]> {
  type Row = Omit<CountedBureau, 'counts'> & StatusCounts;
  const { rows } = await db.raw<{ rows: Row[] }>(BY_BUREAU, { ...scope });
  return rows.map(({ id, name, oldestPending, ...counts }) => ({ id, name, oldestPending, counts }));
}
