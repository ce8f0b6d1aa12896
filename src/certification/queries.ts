import type { Queryable } from '../db/database.ts';
import { type Reader, rowsOf } from '../db/statement.ts';
import type { CertifyRow } from './types.ts';

/**
 * Which entries a person may see here: of one system, of one bureau's variables or (null) of all. Who certifies what
 * is as the newest revision says, also in rounds that stay with an older one: whoever is responsible today reads and
 * is asked; in whose stead something was decided stands in its event.
 */
export interface Reach {
  systemId: string;
  bureauId: string | null;
  now: Date;
}

// "Last round" is that of rounds/rules.ts; another framework revision knows which variable it was copied from.
export const LAST_VALUE = `
         (select l.value from entries l
           where l.round_id = last.id and l.office_id = e.office_id and l.variable_id =
             case when last.framework_id = r.framework_id then e.variable_id else v.copied_from_id end
         ) as "lastValue"`;
export const LAST_ROUND = `
    left join lateral (
      select x.id, x.framework_id from rounds x
       where x.system_id = r.system_id
         and (x.fiscal_year = r.fiscal_year and x.sequence < r.sequence or x.fiscal_year = r.fiscal_year - 1)
       order by x.fiscal_year desc, x.sequence desc limit 1
    ) last on true`;

// of the one round of a list it is looked for once, not for each of its rows
const LAST_OF_ROUND = `
    left join rounds last on last.id = (
      select x.id from rounds here join rounds x on x.system_id = here.system_id
       where here.id = :roundId
         and (x.fiscal_year = here.fiscal_year and x.sequence < here.sequence or x.fiscal_year = here.fiscal_year - 1)
       order by x.fiscal_year desc, x.sequence desc limit 1)`;

// What belongs to one row is asked row by row: index look-ups, where one long join would be planned for 10 ms.
const ROWS = `
  select e.id, e.round_id as "roundId", e.office_id as "officeId", o.list_label as office,
         o.type as "officeType", e.variable_id as "variableId", v.bureau_id as "bureauId", vb.short_name as bureau, e.source, e.value,
         e.status, e.reason, e.version, e.decided_at as "decidedAt", e.decided_by as "decidedById",
         (select d.name from users d where d.id = e.decided_by) as "decidedBy",
         case when e.decided_by is not null then (
           select (select b.short_name from offices b where b.id = x.on_behalf_of)
             from entry_events x
            where x.entry_id = e.id and x.kind in ('certify', 'reject', 'carry') order by x.id desc limit 1
         ) end as "onBehalfOf",${LAST_VALUE},
         (select p.until from permits p
           where p.round_id = e.round_id and p.office_id = e.office_id and p.variable_id = e.variable_id
             and p.ended_at is null and p.until > :now
         ) as "permitUntil",
         (select a.score from audit_scores a
           where a.round_id = e.round_id and a.office_id = e.office_id and a.node_id = v.node_id) as audit,
         (select c.label from entry_rows s join rounds c on c.id = s.round_id
           where s.id = e.carried_from_id) as "carriedFrom",
         ro.entry_closes_at as "officeClosesAt"
    from entries e
    join rounds r on r.id = e.round_id
    join variables v on v.id = e.variable_id
    join offices vb on vb.id = v.bureau_id
    join offices o on o.id = e.office_id
    join round_offices ro on ro.round_id = e.round_id and ro.office_id = e.office_id${LAST_OF_ROUND}
   where r.system_id = :systemId and (:bureauId::bigint is null or v.bureau_id = :bureauId)`;
const ROWS_OF_VARIABLE = `${ROWS} and e.round_id = :roundId and e.variable_id = :variableId
   order by o.list_label, o.id`;
const ROWS_OF_OFFICE = `${ROWS} and e.round_id = :roundId and e.office_id = :officeId
   order by v.position, v.id`;

/** One variable of every office in a round, in Thai order of the offices. */
export async function listOfVariable(
  db: Reader,
  reach: Reach,
  scope: { roundId: string; variableId: string },
): Promise<CertifyRow[]> {
  return rowsOf<CertifyRow>(db, ROWS_OF_VARIABLE, { ...reach, ...scope });
}

/** Every variable within reach of one office in a round, in the order of the framework. */
export async function listOfOffice(
  db: Reader,
  reach: Reach,
  scope: { roundId: string; officeId: string },
): Promise<CertifyRow[]> {
  return rowsOf<CertifyRow>(db, ROWS_OF_OFFICE, { ...reach, ...scope });
}

export interface VariableCount {
  variableId: string;
  bureauId: string;
  bureau: string;
  source: 'office' | 'central';
  offices: number;
  pending: number;
  /** What is new in its threads, whatever the round. */
  fresh: number;
}

const VARIABLE_COUNTS = `
  select e.variable_id as "variableId", v.bureau_id as "bureauId", b.short_name as bureau, min(e.source) as source,
         count(*)::int as offices,
         (count(*) filter (where e.status = 'pending' and a.score is null))::int as pending,
         (select count(*)::int from receipts n
           where n.receiver_id = v.bureau_id and n.system_id = :systemId and n.variable_id = e.variable_id
             and n.registered_at is null and not n.withdrawn) as fresh
    from entries e
    join rounds r on r.id = e.round_id and r.system_id = :systemId
    join variables v on v.id = e.variable_id
    join offices b on b.id = v.bureau_id
    left join audit_scores a on a.round_id = e.round_id and a.office_id = e.office_id and a.node_id = v.node_id
   where e.round_id = :roundId and (:bureauId::bigint is null or v.bureau_id = :bureauId)
   group by e.variable_id, v.bureau_id, b.short_name`;

/**
 * The variables within reach that are due in the round, and for each how many offices report it and wait for a
 * decision. Where an AUDIT score decides, nothing waits.
 */
export async function countByVariable(
  db: Queryable,
  reach: Omit<Reach, 'now'>,
  roundId: string,
): Promise<VariableCount[]> {
  const { systemId, bureauId } = reach;
  return rowsOf<VariableCount>(db, VARIABLE_COUNTS, { systemId, bureauId, roundId });
}

export interface OfficeCount {
  officeId: string;
  office: string;
  officeType: string | null;
  pending: number;
  /** What is new in its threads, for the bureaus within reach. */
  fresh: number;
}

const OFFICE_COUNTS = `
  select o.id as "officeId", o.list_label as office, o.type as "officeType", coalesce(c.pending, 0)::int as pending,
         coalesce(n.fresh, 0)::int as fresh
    from round_offices ro
    join rounds r on r.id = ro.round_id and r.system_id = :systemId
    join offices o on o.id = ro.office_id
    left join (
      select e.office_id, count(*) as pending
        from entries e
        join variables v on v.id = e.variable_id
        left join audit_scores a on a.round_id = e.round_id and a.office_id = e.office_id and a.node_id = v.node_id
       where e.round_id = :roundId and e.status = 'pending' and a.score is null
         and (:bureauId::bigint is null or v.bureau_id = :bureauId)
       group by e.office_id
    ) c on c.office_id = o.id
    left join (
      select n.office_id, count(*) as fresh
        from receipts n
        join variables v on v.id = n.variable_id and v.bureau_id = n.receiver_id
        join rounds r on r.id = :roundId and r.framework_id = v.framework_id
       where n.system_id = :systemId and n.registered_at is null and not n.withdrawn
         and (:bureauId::bigint is null or n.receiver_id = :bureauId)
       group by n.office_id
    ) n on n.office_id = o.id
   where ro.round_id = :roundId
   order by o.list_label, o.id`;

/** The offices of a round in Thai order, and how many entries within reach wait for a decision at each. */
export async function countByOffice(
  db: Queryable,
  reach: Omit<Reach, 'now'>,
  roundId: string,
): Promise<OfficeCount[]> {
  const { systemId, bureauId } = reach;
  return rowsOf<OfficeCount>(db, OFFICE_COUNTS, { systemId, bureauId, roundId });
}
