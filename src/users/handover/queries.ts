import type { Queryable } from '../../db/database.ts';
import type { Role } from '../../http/current-user.ts';
import type { UserStatus } from '../types.ts';
import type { HandoverOffice, OfficePerson } from './types.ts';

const OFFICES = `
  select o.id, o.kind, o.short_name as name
    from system_offices so join offices o on o.id = so.office_id
   where so.system_id = ? and o.kind in ('bureau', 'district')
   order by o.kind desc, o.list_order, o.id`;

/** The offices that can be handed over: districts and bureaus. */
export async function listHandoverOffices(db: Queryable, systemId: string): Promise<HandoverOffice[]> {
  const { rows } = await db.raw<{ rows: HandoverOffice[] }>(OFFICES, [systemId]);
  return rows;
}

const RUNNING = `
  with published as (
    select id, row_number() over (order by fiscal_year desc, revision desc) = 1 as newest
      from frameworks
     where system_id = :systemId
  )
  select id
    from published f
   where newest
      or exists (select from rounds r where r.framework_id = f.id and r.certification_closes_at > :now)
   order by id`;

/** The frameworks whose assignments are still worked with: the newest, and any with a round that is not over. */
export async function listRunningFrameworks(db: Queryable, systemId: string, now: Date): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(RUNNING, { systemId, now });
  return rows.map(({ id }) => id);
}

const PEOPLE = `
  select u.id, u.username, u.name, u.email, u.role, u.version, u.password_hash is not null as "hasPassword",
         (select count(*)::int
            from assignments a join framework_nodes n on n.id = a.node_id
           where a.user_id = u.id and n.framework_id = any(:frameworkIds::bigint[]) and not n.retired) as assigned
    from users u
   where u.system_id = :systemId and u.office_id = :officeId and u.status = 'active'`;

export interface OfficeScope {
  systemId: string;
  officeId: string;
  /** In which each one's sub-indicators are counted. */
  frameworkIds: readonly string[];
}

/** The active people of an office, by name. */
export async function listPeople(db: Queryable, scope: OfficeScope): Promise<OfficePerson[]> {
  const { rows } = await db.raw<{ rows: OfficePerson[] }>(`${PEOPLE} order by u.name, u.id`, {
    ...{ ...scope, frameworkIds: [...scope.frameworkIds] },
  });
  return rows;
}

/** The same, locked in the order of their ids: nobody of the office changes until the transaction ends. */
export async function lockPeople(db: Queryable, scope: OfficeScope): Promise<OfficePerson[]> {
  const { rows } = await db.raw<{ rows: OfficePerson[] }>(`${PEOPLE} order by u.id for no key update of u`, {
    ...{ ...scope, frameworkIds: [...scope.frameworkIds] },
  });
  return rows;
}

/** Gives an account another role and status. */
export async function updateRole(
  db: Queryable,
  userId: string,
  { role, status }: { role: Role; status: UserStatus },
): Promise<void> {
  await db('users').where({ id: userId }).update({ role, status }).increment('version', 1);
}
