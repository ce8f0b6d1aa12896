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

const PEOPLE = `
  select u.id, u.username, u.name, u.email, u.role, u.version, u.password_hash is not null as "hasPassword",
         (select count(*)::int from assignments a where a.user_id = u.id) as assigned
    from users u
   where u.system_id = :systemId and u.office_id = :officeId and u.status = 'active'`;

export interface OfficeScope {
  systemId: string;
  officeId: string;
}

/** The active people of an office, by name. */
export async function listPeople(db: Queryable, scope: OfficeScope): Promise<OfficePerson[]> {
  const { rows } = await db.raw<{ rows: OfficePerson[] }>(`${PEOPLE} order by u.name, u.id`, { ...scope });
  return rows;
}

/** The same, locked in the order of their ids: nobody of the office changes until the transaction ends. */
export async function lockPeople(db: Queryable, scope: OfficeScope): Promise<OfficePerson[]> {
  const { rows } = await db.raw<{ rows: OfficePerson[] }>(`${PEOPLE} order by u.id for no key update of u`, {
    ...scope,
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
