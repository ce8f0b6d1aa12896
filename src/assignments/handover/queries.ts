import type { Queryable } from '../../db/database.ts';

/** The sub-indicators of these frameworks that a person is responsible for. */
export async function listNodesOf(
  db: Queryable,
  userId: string,
  frameworkIds: readonly string[],
): Promise<string[]> {
  const rows: { nodeId: string }[] = await db('assignments as a')
    .join('framework_nodes as n', 'n.id', 'a.node_id')
    .where({ 'a.user_id': userId })
    .whereIn('n.framework_id', [...frameworkIds])
    .orderBy('a.node_id')
    .select({ nodeId: 'a.node_id' });
  return rows.map(({ nodeId }) => nodeId);
}
