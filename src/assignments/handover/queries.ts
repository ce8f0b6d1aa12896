import type { Queryable } from '../../db/database.ts';

/** All sub-indicators of all years that a person is responsible for. */
export async function listNodesOf(db: Queryable, userId: string): Promise<string[]> {
  const rows: { nodeId: string }[] = await db('assignments')
    .where({ user_id: userId })
    .orderBy('node_id')
    .select({ nodeId: 'node_id' });
  return rows.map(({ nodeId }) => nodeId);
}
