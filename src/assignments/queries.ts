import type { Queryable } from '../db/database.ts';
import { type Reader, rowsOf } from '../db/statement.ts';
import type {
  AssignedOffice,
  AssignedPerson,
  Assignment,
  AssignmentEvent,
  Contact,
  FrameworkYear,
  OfficeAssignment,
} from './types.ts';

export interface Assignee {
  nodeId: string;
  userId: string;
  name: string;
}

const ASSIGNEES = `
  select a.node_id as "nodeId", u.id as "userId", u.name
    from assignments a
    join users u on u.id = a.user_id
    join framework_nodes n on n.id = a.node_id
   where n.framework_id = :frameworkId and u.office_id = :officeId and u.system_id = :systemId
     and u.status = 'active'
   order by u.name, u.id`;

/** Who reports what in one office: the active people by sub-indicator (manual KRS 2558, R62, R72). */
export async function listAssignees(
  db: Reader,
  scope: { frameworkId: string; officeId: string; systemId: string },
): Promise<Map<string, Assignee[]>> {
  const rows = await rowsOf<Assignee>(db, ASSIGNEES, scope);
  const byNode = new Map<string, Assignee[]>();
  for (const row of rows) {
    const people = byNode.get(row.nodeId);
    if (people === undefined) byNode.set(row.nodeId, [row]);
    else people.push(row);
  }
  return byNode;
}

const OFFICE_ASSIGNMENTS = `
  select a.node_id as "nodeId", u.id as "userId", u.name, u.status = 'active' as active
    from assignments a
    join users u on u.id = a.user_id
    join framework_nodes n on n.id = a.node_id
   where n.framework_id = :frameworkId and u.office_id = :officeId and u.system_id = :systemId
   order by u.name, u.id`;

/** All assignments of an office in one framework, those of disabled accounts among them. */
export async function listOfficeAssignments(
  db: Queryable,
  scope: { frameworkId: string; officeId: string; systemId: string },
): Promise<OfficeAssignment[]> {
  const { rows } = await db.raw<{ rows: OfficeAssignment[] }>(OFFICE_ASSIGNMENTS, scope);
  return rows;
}

const OFFICE = `
  jsonb_build_object('id', o.id::text, 'kind', o.kind, 'type', o.type, 'name', o.name, 'shortName', o.short_name,
                     'validFrom', o.valid_from_fy, 'validTo', o.valid_to_fy) as office`;

const FIND_PERSON = `
  select u.id, u.name, u.username, u.position, u.status = 'active' as active, ${OFFICE}
    from users u join offices o on o.id = u.office_id
   where u.id = :userId and u.system_id = :systemId and (:officeId::bigint is null or u.office_id = :officeId)`;

interface PersonScope {
  userId: string;
  systemId: string;
  /** The only office whose people may be found; null: any. */
  officeId: string | null;
}

/** A person of the system with the office, active or not; undefined outside the scope. */
export async function findPerson(db: Queryable, scope: PersonScope): Promise<AssignedPerson | undefined> {
  const { rows } = await db.raw<{ rows: AssignedPerson[] }>(FIND_PERSON, { ...scope });
  return rows[0];
}

/** The same, locked: whoever changes the person's assignments, or disables the account, waits for this transaction. */
export async function lockPerson(trx: Queryable, scope: PersonScope): Promise<AssignedPerson | undefined> {
  const { rows } = await trx.raw<{ rows: AssignedPerson[] }>(`${FIND_PERSON} for no key update of u`, {
    ...scope,
  });
  return rows[0];
}

const FIND_OFFICE = `
  select ${OFFICE}
    from system_offices so join offices o on o.id = so.office_id
   where so.system_id = :systemId and o.id = :officeId`;

/** An office of the system; undefined where there is none of this id. */
export async function findAssignedOffice(
  db: Queryable,
  systemId: string,
  officeId: string,
): Promise<AssignedOffice | undefined> {
  const { rows } = await db.raw<{ rows: { office: AssignedOffice }[] }>(FIND_OFFICE, { systemId, officeId });
  return rows[0]?.office;
}

const YEARS = `
  select distinct on (fiscal_year) id, version, fiscal_year as "fiscalYear"
    from frameworks
   where system_id = ?
   order by fiscal_year desc, revision desc`;

/** The fiscal years that have a published framework, newest first. */
export async function listFrameworkYears(db: Queryable, systemId: string): Promise<FrameworkYear[]> {
  const { rows } = await db.raw<{ rows: FrameworkYear[] }>(YEARS, [systemId]);
  return rows;
}

const EARLIER = `
  select f.id, f.version, f.fiscal_year as "fiscalYear"
    from frameworks f
   where f.system_id = :systemId and f.fiscal_year = :fiscalYear - 1
     and exists (select from assignments a
                   join users u on u.id = a.user_id
                   join framework_nodes n on n.id = a.node_id
                  where n.framework_id = f.id and u.office_id = :officeId and u.system_id = f.system_id
                    and u.status = 'active')
   order by f.revision desc
   limit 1`;

/** The year right before this one, where people of the office who are still there had assignments in it. */
export async function findEarlierYear(
  db: Queryable,
  scope: { systemId: string; officeId: string; fiscalYear: number },
): Promise<FrameworkYear | undefined> {
  const { rows } = await db.raw<{ rows: FrameworkYear[] }>(EARLIER, scope);
  return rows[0];
}

/** Locks all accounts of an office in the order of their ids, until the transaction ends. */
export async function lockPeople(
  trx: Queryable,
  scope: { systemId: string; officeId: string },
): Promise<void> {
  await trx.raw(
    `select id from users where system_id = :systemId and office_id = :officeId
      order by id for no key update`,
    scope,
  );
}

const WRITE = `
  with wanted as (
    select * from unnest(:addedUsers::bigint[], :addedNodes::bigint[]) as w (user_id, node_id)
  ), unwanted as (
    select * from unnest(:removedUsers::bigint[], :removedNodes::bigint[]) as w (user_id, node_id)
  ), added as (
    insert into assignments (user_id, node_id, assigned_by, assigned_at)
    select user_id, node_id, :byUserId, :now from wanted
        on conflict do nothing
    returning user_id, node_id
  ), removed as (
    delete from assignments a using unwanted w where a.user_id = w.user_id and a.node_id = w.node_id
    returning a.user_id, a.node_id
  )
  insert into assignment_events (user_id, node_id, kind, by_user_id, at)
  select user_id, node_id, 'assigned', :byUserId::bigint, :now::timestamptz from added
   union all
  select user_id, node_id, 'removed', :byUserId::bigint, :now::timestamptz from removed
  returning user_id as "userId", node_id as "nodeId", kind`;

/**
 * Adds and removes assignments and writes their history, in one statement. Returns what really changed: what was
 * there, or gone, already is left alone.
 */
export async function writeAssignments(
  trx: Queryable,
  change: { added: readonly Assignment[]; removed: readonly Assignment[] },
  byUserId: string,
  now: Date,
): Promise<AssignmentEvent[]> {
  const { rows } = await trx.raw<{ rows: AssignmentEvent[] }>(WRITE, {
    addedUsers: change.added.map(({ userId }) => userId),
    addedNodes: change.added.map(({ nodeId }) => nodeId),
    removedUsers: change.removed.map(({ userId }) => userId),
    removedNodes: change.removed.map(({ nodeId }) => nodeId),
    byUserId,
    now,
  });
  return rows;
}

const CONTACTS = `
  select u.id, u.office_id as "officeId", u.name, u.position, u.phone, u.email,
         array(select a.node_id::text
                 from assignments a join framework_nodes n on n.id = a.node_id
                where a.user_id = u.id and n.framework_id = :frameworkId) as "nodeIds"
    from users u
   where u.system_id = :systemId and u.status = 'active' and u.office_id = any(:officeIds::bigint[])
   order by u.name, u.id`;

/** The active people of these offices with what is assigned to them in one framework (manual KRS 2558, R66). */
export async function listContacts(
  db: Queryable,
  scope: { systemId: string; frameworkId: string; officeIds: readonly string[] },
): Promise<Contact[]> {
  const { rows } = await db.raw<{ rows: Contact[] }>(CONTACTS, {
    ...scope,
    officeIds: [...scope.officeIds],
  });
  return rows;
}
