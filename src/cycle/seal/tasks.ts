import { z } from 'zod';
import { finishTask } from '../../tasks/actions.ts';
import { taskKind } from '../../tasks/rules.ts';
import type { TaskKinds } from '../../tasks/types.ts';
import { SEAL_TASK, sealRound } from './actions.ts';
import { inGroups } from './canonical.ts';

const payload = z.object({ roundId: z.string(), label: z.string(), reason: z.string() });

/** Sealing a round. */
export const SEAL_TASKS: TaskKinds = {
  [SEAL_TASK]: taskKind({
    payload,
    title: ({ label: round }) => ({ key: 'seal.titleOf', values: { round } }),
    run: (context, { id, systemId, requestedBy: userId, payload: { roundId, reason } }, progress) =>
      sealRound(context, { systemId, userId, roundId, reason }, progress, (trx, outcome) =>
        finishTask(trx, id, outcome),
      ),
    tell(outcome, { roundId, label: round }) {
      const next = { key: 'seal.task.next', href: `/rounds/${roundId}/seal` };
      if ('refused' in outcome) {
        const why = { key: outcome.refused === 'scores' ? 'seal.refused.scores' : 'seal.task.refused' };
        return { level: 'warning', lines: [why], next };
      }
      const hash = { key: 'seal.task.hash', values: { hash: inGroups(outcome.sha256) } };
      const done = outcome.mailed === 0 ? 'seal.doneUnmailed' : 'seal.done';
      return { level: 'success', lines: [{ key: done, values: { round } }, hash], next };
    },
  }),
};
