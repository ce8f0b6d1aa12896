import type { Transaction } from '../../db/database.ts';
import type { Move } from '../../users/handover/types.ts';
import { writeAssignments } from '../queries.ts';
import { listNodesOf } from './queries.ts';

/**
 * Moves what one person is responsible for in these frameworks to another one in the caller's transaction, with
 * history: what the other one has already is only taken away. Other years stay as they were. Returns how many
 * sub-indicators moved.
 */
export async function moveAssignments(trx: Transaction, move: Move): Promise<number> {
  const nodeIds = await listNodesOf(trx, move.fromUserId, move.frameworkIds);
  if (nodeIds.length === 0) return 0;
  const of = (userId: string) => nodeIds.map((nodeId) => ({ userId, nodeId }));
  const change = { added: of(move.toUserId), removed: of(move.fromUserId) };
  const events = await writeAssignments(trx, change, move.byUserId, move.now);
  return events.filter(({ kind }) => kind === 'removed').length;
}
