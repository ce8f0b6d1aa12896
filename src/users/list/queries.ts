import type { Queryable } from '../../db/database.ts';
import type { OfficeKind, Role } from '../../http/current-user.ts';
import type { PersonFields, UserStatus } from '../types.ts';

/** What may be seen and was asked for; null: no limit. */
export interface UserScope {
  systemId: string;
  officeId: string | null;
  kind: OfficeKind | null;
  role: Role | null;
  status: UserStatus | null;
  search: string | null;
}

export interface ListedUser extends PersonFields {
  id: string;
  username: string;
  officeId: string;
  officeKind: OfficeKind;
  officeLabel: string;
  role: Role;
  status: UserStatus;
  lastLoginAt: Date | null;
  avatarHash: string | null;
  /** Sub-indicators of the newest framework that the person is responsible for. */
  assigned: number;
}

// Offices as lists show them, their admins first, who is disabled last.
const LIST = `
  with found as (
    select u.*, o.kind as office_kind, o.short_name as office_label, (count(*) over ())::int as total,
           row_number() over (order by array_position(array['kpi_office', 'bureau', 'district'], o.kind),
                                       o.list_order, o.list_label, o.id, u.status,
                                       u.role not in ('kpi_office', 'bureau_admin', 'district_admin'), u.name, u.id) as place
      from users u join offices o on o.id = u.office_id
     where u.system_id = :systemId
       and (:officeId::bigint is null or u.office_id = :officeId)
       and (:kind::text is null or o.kind = :kind)
       and (:role::text is null or u.role = :role)
       and (:status::text is null or u.status = :status)
       and (:search::text is null
            or position(lower(:search) in lower(u.name || ' ' || u.username || ' ' || u.email)) > 0)
     order by place limit :limit offset :offset
  ), newest as (
    select id from frameworks
     where system_id = :systemId
     order by fiscal_year desc, revision desc limit 1
  )
  select f.id, f.username, f.name, f.position, f.phone, f.email, f.office_id as "officeId",
         f.office_kind as "officeKind", f.office_label as "officeLabel", f.role, f.status,
         f.last_login_at as "lastLoginAt", f.avatar_hash as "avatarHash", f.total,
         (select count(*)::int
            from assignments a join framework_nodes n on n.id = a.node_id
           where a.user_id = f.id and n.framework_id = (select id from newest) and not n.retired) as assigned
    from found f
   order by f.place`;

/** One page of the list of users and how many there are in all, in one statement. */
export async function listUsers(
  db: Queryable,
  scope: UserScope,
  page: { limit: number; offset: number },
): Promise<{ users: ListedUser[]; total: number }> {
  const { rows } = await db.raw<{ rows: (ListedUser & { total: number })[] }>(LIST, { ...scope, ...page });
  return { users: rows.map(({ total: _, ...user }) => user), total: rows[0]?.total ?? 0 };
}

export interface OfficeChoice {
  id: string;
  kind: OfficeKind;
  label: string;
}

const OFFICES = `
  select o.id, o.kind, o.short_name as label
    from system_offices so join offices o on o.id = so.office_id
   where so.system_id = ? and (o.valid_to_fy is null or exists (
           select from users u where u.office_id = o.id and u.system_id = so.system_id))
   order by array_position(array['kpi_office', 'bureau', 'district'], o.kind), o.list_order, o.list_label, o.id`;

/** The offices of a system that have people or can have some, for a box to choose from. */
export async function listOfficeChoices(db: Queryable, systemId: string): Promise<OfficeChoice[]> {
  const { rows } = await db.raw<{ rows: OfficeChoice[] }>(OFFICES, [systemId]);
  return rows;
}
