import type { Queryable } from '../../src/db/database.ts';
import type { Person } from './people.ts';

const INSERT_PEOPLE = `
  insert into users (system_id, office_id, username, password_hash, name, position, phone, email, role, status,
                     created_at, profile_saved_at)
  select :systemId, o.id, g.username, :passwordHash, g.name, g.position, g.phone, g.email, g.role, g.status, :createdAt,
         case when g.profile_saved then :profileSavedAt::timestamptz end
    from unnest(:kinds::text[], :codes::text[], :usernames::text[], :names::text[], :positions::text[],
                :phones::text[], :emails::text[], :roles::text[], :statuses::text[],
                :profilesSaved::boolean[]) with ordinality
         as g (kind, code, username, name, position, phone, email, role, status, profile_saved, place)
    join offices o on o.kind = g.kind and o.code = g.code
   order by g.place
  returning id, username`;

/** Enters accounts that share one password; their ids by username. */
export async function insertPeople(
  trx: Queryable,
  people: readonly Person[],
  account: { systemId: string; passwordHash: string; createdAt: string; profileSavedAt: string },
): Promise<Map<string, string>> {
  const { rows } = await trx.raw<{ rows: { id: string; username: string }[] }>(INSERT_PEOPLE, {
    ...account,
    kinds: people.map((person) => person.office.kind),
    codes: people.map((person) => person.office.code),
    usernames: people.map((person) => person.username),
    names: people.map((person) => person.name),
    positions: people.map((person) => person.position),
    phones: people.map((person) => person.phone),
    emails: people.map((person) => person.email),
    roles: people.map((person) => person.role),
    statuses: people.map((person) => person.status),
    profilesSaved: people.map((person) => person.profileSaved),
  });
  return new Map(rows.map((row) => [row.username, row.id]));
}

// R18, R60: the admin of an office has all its sub-indicators, assigned by the admin.
const ASSIGN_ALL = `
  insert into assignments (user_id, node_id, assigned_by, assigned_at)
  select u.id, s.node_id, u.id, :at
    from users u
    join offices o on o.id = u.office_id
    join frameworks f on f.system_id = u.system_id
    join framework_nodes n on n.framework_id = f.id
    join sub_indicators s on s.node_id = n.id and o.type = any(s.office_types)
   where u.system_id = :systemId and u.role = 'district_admin'`;

export async function assignAllToAdmins(trx: Queryable, systemId: string, at: string): Promise<void> {
  await trx.raw(ASSIGN_ALL, { systemId, at });
}

const ASSIGN = `
  insert into assignments (user_id, node_id, assigned_by, assigned_at)
  select user_id, node_id, assigned_by, :at
    from unnest(:userIds::bigint[], :nodeIds::bigint[], :assignedBy::bigint[])
         as g (user_id, node_id, assigned_by)`;

export interface Assignment {
  userId: string;
  nodeId: string;
  assignedBy: string;
}

export async function assign(trx: Queryable, rows: readonly Assignment[], at: string): Promise<void> {
  await trx.raw(ASSIGN, {
    at,
    userIds: rows.map((row) => row.userId),
    nodeIds: rows.map((row) => row.nodeId),
    assignedBy: rows.map((row) => row.assignedBy),
  });
}
