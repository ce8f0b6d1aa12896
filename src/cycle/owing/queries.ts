import { receiversOf } from '../../assignments/receivers/queries.ts';
import { auditsToGive } from '../../certification/audit/queries.ts';
import type { Queryable } from '../../db/database.ts';
import type { OwingBureau, OwingOffice, OwingPage, OwingScope, ResponsiblePerson } from './types.ts';

const OFFICE_FITS = `(:region::text is null or o.region = :region)
     and (:type::text is null or o.type = :type)
     and (:search::text is null or position(lower(:search) in lower(o.name || ' ' || o.list_label || ' ' || o.short_name || ' ' || coalesce(o.code, ''))) > 0)`;
const ENTRIES = `
    from entries e
    join variables v on v.id = e.variable_id
    join offices o on o.id = e.office_id
    left join audit_scores a on (a.round_id, a.office_id, a.node_id) = (e.round_id, e.office_id, v.node_id)
   where e.round_id = :roundId
     and (:bureauId::bigint is null or v.bureau_id = :bureauId)
     and ${OFFICE_FITS}`;

// Central data are not the office's to report, and what an AUDIT score decides is decided.
const OFFICES = `
  with nodes as (
    select e.office_id, v.node_id, count(*) as total,
           count(*) filter (where e.status = 'unreported' and a.node_id is null
                              and :only::text is distinct from 'rejected') as unreported,
           count(*) filter (where e.status = 'rejected' and a.node_id is null
                              and :only::text is distinct from 'unreported') as rejected
    ${ENTRIES} and e.source = 'office'
     group by e.office_id, v.node_id
  ), owing as (
    select n.office_id, sum(n.total)::int as total, sum(n.unreported)::int as unreported,
           sum(n.rejected)::int as rejected,
           jsonb_agg(jsonb_build_object('id', f.id::text, 'code', f.code, 'name', f.name, 'unreported', n.unreported,
                                        'rejected', n.rejected, 'pending', 0, 'audits', 0)
                         order by f.position, f.id)
             filter (where n.unreported + n.rejected > 0) as indicators
      from nodes n join framework_nodes f on f.id = n.node_id
     group by n.office_id
    having sum(n.unreported + n.rejected) > 0
  )
  select o.id, o.list_label::text as label, o.type, coalesce(ro.entry_closes_at, r.entry_closes_at) as "closesAt",
         w.total, w.unreported, w.rejected, w.indicators,
         (count(*) over ())::int as count, (sum(w.unreported + w.rejected) over ())::int as owed
    from owing w
    join offices o on o.id = w.office_id
    join rounds r on r.id = :roundId
    join round_offices ro on ro.round_id = r.id and ro.office_id = w.office_id
   order by w.unreported + w.rejected desc, o.list_order, o.list_label, o.id
   limit :limit offset :offset`;

/** The offices that still owe values in a round, those that owe most first; `limit` null: all. */
export async function listOwingOffices(
  db: Queryable,
  scope: OwingScope,
  page: { limit: number | null; offset: number },
): Promise<OwingPage<OwingOffice>> {
  const { rows } = await db.raw<{ rows: Counted<OwingOffice>[] }>(OFFICES, { ...scope, ...page });
  return pageOf(rows);
}

// What waits for a decision, and where AUDIT is open without a score.
const BUREAUS = `
  with parts as (
    select v.bureau_id, v.node_id, count(*) as pending, 0 as audits, min(e.reported_at) as oldest,
           array_agg(distinct e.office_id) as offices
    ${ENTRIES} and e.status = 'pending' and a.node_id is null
     group by v.bureau_id, v.node_id
     union all
    select g.giver_id, g.node_id, 0, count(*), null, array_agg(g.office_id)
      from (${auditsToGive('r.id = :roundId')}) g
      join offices o on o.id = g.office_id
     where (:bureauId::bigint is null or g.giver_id = :bureauId) and ${OFFICE_FITS}
     group by g.giver_id, g.node_id
  ), nodes as (
    select bureau_id, node_id, sum(pending)::int as pending, sum(audits)::int as audits, min(oldest) as oldest
      from parts group by bureau_id, node_id
  ), owing as (
    select n.bureau_id, sum(n.pending)::int as pending, sum(n.audits)::int as audits, min(n.oldest) as oldest,
           jsonb_agg(jsonb_build_object('id', f.id::text, 'code', f.code, 'name', f.name, 'unreported', 0, 'rejected', 0,
                                        'pending', n.pending, 'audits', n.audits)
                     order by f.position, f.id) as indicators
      from nodes n join framework_nodes f on f.id = n.node_id
     group by n.bureau_id
  )
  select b.id, b.short_name || ' ' || b.name as label, w.pending, w.audits, w.oldest, w.indicators,
         (select count(distinct x)::int from parts p cross join unnest(p.offices) x where p.bureau_id = b.id) as offices,
         (count(*) over ())::int as count, (sum(w.pending + w.audits) over ())::int as owed
    from owing w join offices b on b.id = w.bureau_id
   order by w.pending + w.audits desc, w.oldest, b.list_order, b.id`;

/** The bureaus that still owe decisions or AUDIT scores in a round, those that owe most first. */
export async function listOwingBureaus(db: Queryable, scope: OwingScope): Promise<OwingPage<OwingBureau>> {
  const { only: _, ...values } = scope;
  const { rows } = await db.raw<{ rows: Counted<OwingBureau>[] }>(BUREAUS, values);
  return pageOf(rows);
}

type Counted<Side> = Side & { count: number; owed: number };

function pageOf<Side>(rows: Counted<Side>[]): OwingPage<Side> {
  return { sides: rows, count: rows[0]?.count ?? 0, owed: rows[0]?.owed ?? 0 };
}

const RESPONSIBLE = (side: string, owed: string, others = '') => `
  with owed as (
    select distinct ${side} as side_id, v.node_id
      from entries e
      join variables v on v.id = e.variable_id
      left join audit_scores a on (a.round_id, a.office_id, a.node_id) = (e.round_id, e.office_id, v.node_id)
     where e.round_id = :roundId and ${side} = any(:sideIds::bigint[]) and ${owed} and a.node_id is null
       and (:bureauId::bigint is null or v.bureau_id = :bureauId)
     ${others}
  )
  select p.side_id as "sideId", u.id as "userId", u.name, u.position, u.phone, u.email,
         count(*)::int as indicators
    from (${receiversOf('owed', ':systemId')}) p
    join users u on u.id = p.user_id
   group by p.side_id, u.id
   order by count(*) desc, u.name, u.id`;

const OF_OFFICES = RESPONSIBLE(
  'e.office_id',
  "e.source = 'office' and e.status in ('unreported', 'rejected')",
);
const OF_BUREAUS = RESPONSIBLE(
  'v.bureau_id',
  "e.status = 'pending'",
  `union select g.giver_id, g.node_id from (${auditsToGive('r.id = :roundId')}) g
      where g.giver_id = any(:sideIds::bigint[])`,
);

/** Whom to call about what offices or bureaus owe, the person with most of it first; by office or bureau. */
export async function listResponsible(
  db: Queryable,
  kind: 'offices' | 'bureaus',
  { systemId, roundId, bureauId }: OwingScope,
  sideIds: readonly string[],
): Promise<Map<string, ResponsiblePerson[]>> {
  const values = { systemId, roundId, bureauId, sideIds: [...sideIds] };
  const statement = kind === 'offices' ? OF_OFFICES : OF_BUREAUS;
  const { rows } = await db.raw<{ rows: ResponsiblePerson[] }>(statement, values);
  const bySide = new Map<string, ResponsiblePerson[]>();
  for (const person of rows) {
    const known = bySide.get(person.sideId);
    if (known === undefined) bySide.set(person.sideId, [person]);
    else known.push(person);
  }
  return bySide;
}

const LAST_REMINDER = `select max(x.at) as at from round_events x where x.round_id = ? and x.kind = 'remind'`;

/** When people were last reminded in a round; null: never. */
export async function findLastReminder(db: Queryable, roundId: string): Promise<Date | null> {
  const { rows } = await db.raw<{ rows: { at: Date | null }[] }>(LAST_REMINDER, [roundId]);
  return rows[0]?.at ?? null;
}
