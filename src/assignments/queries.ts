import type { Queryable } from '../db/database.ts';

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
  db: Queryable,
  scope: { frameworkId: string; officeId: string; systemId: string },
): Promise<Map<string, Assignee[]>> {
  const { rows } = await db.raw<{ rows: Assignee[] }>(ASSIGNEES, scope);
  const byNode = new Map<string, Assignee[]>();
  for (const row of rows) {
    const people = byNode.get(row.nodeId);
    if (people === undefined) byNode.set(row.nodeId, [row]);
    else people.push(row);
  }
  return byNode;
}
