import { receiversOf } from '../../assignments/receivers/queries.ts';
import { auditsToGive } from '../../certification/audit/queries.ts';
import type { Queryable } from '../../db/database.ts';
import { LISTED } from './rules.ts';
import type { ChosenSides, Deadline, DueReminder, OwingPerson } from './types.ts';

// A permit that ends before its office's window closes is no deadline: the window stays open.
const DEADLINES = `
  select r.id as "roundId", d.kind, r.entry_opens_at as "opensAt", d.closes_at as "closesAt",
         case when bool_and(d.set_at is not null) then min(d.set_at) end as "changedAt"
    from rounds r
    cross join lateral (
      select max(x.at) as at from round_events x
       where x.round_id = r.id
         and x.kind in ('create', 'createLists', 'openEntry', 'changeEntry', 'closeEntry', 'reopenEntry',
                        'changeCertification')) changed
    cross join lateral (
      select 'entry' as kind, coalesce(ro.entry_closes_at, r.entry_closes_at) as closes_at, changed.at as set_at
        from round_offices ro where ro.round_id = r.id
       union
      select 'certification', r.certification_closes_at, changed.at
       where exists (select from round_offices ro where ro.round_id = r.id)
       union
      select 'entry', p.until, p.granted_at
        from permits p join round_offices ro on (ro.round_id, ro.office_id) = (p.round_id, p.office_id)
       where p.round_id = r.id and p.ended_at is null
         and p.until > coalesce(ro.entry_closes_at, r.entry_closes_at)) d
   where r.entry_opens_at <= :now and d.closes_at > :now and d.closes_at < :now::timestamptz + interval '16 days'
     and not exists (select from seals s where s.round_id = r.id)
   group by r.id, d.kind, d.closes_at
   order by r.id, d.kind, d.closes_at`;

/** What closes within the next days, in the rounds of all systems that have begun. */
export async function listDeadlines(db: Queryable, now: Date): Promise<Deadline[]> {
  const { rows } = await db.raw<{ rows: Deadline[] }>(DEADLINES, { now });
  return rows;
}

// Moments of the program have milliseconds, those of the database may have more. A deadline without a time is any
// that has not passed.
const IS_DUE = (closes: string, side = 'side.id') => `
  case when d.closes_at is null then ${closes} > :now else date_trunc('milliseconds', ${closes}) = d.closes_at end
  and (:sideIds::bigint[] is null or ${side} = any(:sideIds::bigint[]))`;

const DUE = `
  select * from jsonb_to_recordset(:due::jsonb)
      as d (round_id bigint, kind text, closes_at timestamptz, days smallint, late boolean)
   where not d.late or not exists (select from reminders m
                                    where (m.round_id, m.kind, m.closes_at, m.days)
                                        = (d.round_id, d.kind, d.closes_at, d.days))`;

const UNSCORED = `
    left join audit_scores a on (a.round_id, a.office_id, a.node_id) = (e.round_id, e.office_id, v.node_id)`;

/*
 * Entries that an AUDIT score decides are owed by nobody; central data are never owed by the office. What a permit
 * lets the office edit longer than its window is owed until the permit ends; a value that waits counts there as long
 * as it was not saved under the permit. Bureaus owe decisions, and scores where AUDIT is open.
 */
const OWED = `
  select d.round_id, d.kind, d.days, side.closes_at, false as permit, side.id as side_id, v.node_id,
         count(*) filter (where e.status = 'unreported') as unreported,
         count(*) filter (where e.status = 'rejected') as rejected, 0 as unused, 0 as pending, 0 as audits
    from due d
    join rounds r on r.id = d.round_id
    join lateral (select ro.office_id as id, coalesce(ro.entry_closes_at, r.entry_closes_at) as closes_at
                    from round_offices ro where ro.round_id = r.id) side on ${IS_DUE('side.closes_at')}
    join entries e on e.round_id = d.round_id and e.office_id = side.id
                  and e.source = 'office' and e.status in ('unreported', 'rejected')
    join variables v on v.id = e.variable_id ${UNSCORED}
   where d.kind = 'entry' and a.node_id is null
     and not exists (select from permits p
                      where (p.round_id, p.office_id, p.variable_id) = (e.round_id, e.office_id, e.variable_id)
                        and p.ended_at is null and p.until > side.closes_at)
   group by d.round_id, d.kind, d.days, side.closes_at, side.id, v.node_id
   union all
  select d.round_id, d.kind, d.days, p.until, true, side.office_id, v.node_id,
         count(*) filter (where e.status = 'unreported'), count(*) filter (where e.status = 'rejected'),
         count(*) filter (where e.status = 'pending'), 0, 0
    from due d
    join rounds r on r.id = d.round_id
    join permits p on p.round_id = d.round_id and p.ended_at is null
    join round_offices side on (side.round_id, side.office_id) = (p.round_id, p.office_id)
                           and p.until > coalesce(side.entry_closes_at, r.entry_closes_at)
                           and ${IS_DUE('p.until', 'side.office_id')}
    join entries e on (e.round_id, e.office_id, e.variable_id) = (p.round_id, p.office_id, p.variable_id)
                  and (e.status in ('unreported', 'rejected') or e.status = 'pending' and e.reported_at <= p.granted_at)
    join variables v on v.id = e.variable_id ${UNSCORED}
   where d.kind = 'entry' and a.node_id is null
   group by d.round_id, d.kind, d.days, p.until, side.office_id, v.node_id
   union all
  select d.round_id, d.kind, d.days, r.certification_closes_at, false, side.id, w.node_id, 0, 0, 0,
         sum(w.pending), sum(w.audits)
    from due d
    join rounds r on r.id = d.round_id
    join (select e.round_id, v.bureau_id, v.node_id, count(*) as pending, 0 as audits
            from entries e join variables v on v.id = e.variable_id ${UNSCORED}
           where e.status = 'pending' and a.node_id is null
             and e.round_id in (select round_id from due where kind = 'certification')
           group by e.round_id, v.bureau_id, v.node_id
           union all
          select g.round_id, g.giver_id, g.node_id, 0, count(*)
            from (${auditsToGive("r.id in (select round_id from due where kind = 'certification')")}) g
           group by g.round_id, g.giver_id, g.node_id) w on w.round_id = d.round_id
    join offices side on side.id = w.bureau_id and ${IS_DUE('r.certification_closes_at')}
   where d.kind = 'certification'
   group by d.round_id, d.kind, d.days, r.certification_closes_at, side.id, w.node_id`;

const RECEIVERS = `
  select p.*, u.locale
    from (${receiversOf('(select o.*, r.system_id from owed o join rounds r on r.id = o.round_id)', 's.system_id')}) p
    join users u on u.id = p.user_id
   where u.email <> '' and u.mail_preference <> 'none'`;

const LINES = `
  select l.round_id as "roundId", r.system_id as "systemId", r.label as round, l.kind, l.closes_at as "closesAt",
         l.permit, l.user_id as "userId", l.locale, count(*)::int as count, sum(l.pending)::int as pending,
         jsonb_agg(jsonb_build_object('code', l.code, 'name', l.name, 'unreported', l.unreported,
                                      'rejected', l.rejected, 'unused', l.unused, 'pending', l.pending,
                                      'audits', l.audits) order by l.place)
           filter (where l.place <= :listed) as nodes
    from (select v.*, n.code, n.name,
                 row_number() over (partition by v.round_id, v.kind, v.closes_at, v.user_id
                                    order by n.position, n.id) as place
            from receivers v join framework_nodes n on n.id = v.node_id) l
    join rounds r on r.id = l.round_id`;

const BY_PERSON =
  'group by l.round_id, r.system_id, r.label, l.kind, l.closes_at, l.permit, l.user_id, l.locale order by l.user_id, l.closes_at';

const REMIND = `
  with due as (${DUE}), owed as (${OWED}), receivers as (${RECEIVERS}), reminded as (
    insert into reminders (round_id, user_id, kind, days, closes_at, sent_at)
    select distinct round_id, user_id, kind, days, date_trunc('milliseconds', closes_at), :now::timestamptz
      from receivers order by round_id, user_id
        on conflict do nothing
    returning round_id, user_id, kind, closes_at
  )
  ${LINES}
    join reminded m on (m.round_id, m.user_id, m.kind, m.closes_at)
                     = (l.round_id, l.user_id, l.kind, date_trunc('milliseconds', l.closes_at))
   ${BY_PERSON}`;

/** Notes who is reminded of these deadlines, each person once of each; what those owe who were not reminded before. */
export async function noteReminders(
  trx: Queryable,
  due: readonly DueReminder[],
  now: Date,
): Promise<OwingPerson[]> {
  const rows = due.map(({ roundId, kind, closesAt, days, late }) => ({
    ...{ round_id: roundId, kind, closes_at: closesAt, days, late },
  }));
  return people(trx, REMIND, { due: JSON.stringify(rows), now, sideIds: null });
}

const OWING = `with due as (${DUE}), owed as (${OWED}), receivers as (${RECEIVERS}) ${LINES} ${BY_PERSON}`;

/** Who would be reminded of what they owe in a round now, before a deadline that has not passed. */
export async function listOwingPeople(
  db: Queryable,
  { roundId, kind, sideIds }: ChosenSides,
  now: Date,
): Promise<OwingPerson[]> {
  const due = JSON.stringify([{ round_id: roundId, kind, closes_at: null, days: 0, late: false }]);
  return people(db, OWING, { due, now, sideIds: sideIds === null ? null : [...sideIds] });
}

async function people(
  db: Queryable,
  statement: string,
  values: { due: string; now: Date; sideIds: string[] | null },
): Promise<OwingPerson[]> {
  const { rows } = await db.raw<{ rows: OwingPerson[] }>(statement, { ...values, listed: LISTED });
  return rows;
}
