import { z } from 'zod';
import { taskKind } from '../../tasks/rules.ts';
import type { TaskKinds, TaskStory } from '../../tasks/types.ts';
import { carryOverNow } from './actions.ts';
import { CARRY_OVER } from './types.ts';

/** Carrying over by hand. */
export const CARRY_TASKS: TaskKinds = {
  [CARRY_OVER]: taskKind({
    payload: z.object({ roundId: z.string(), label: z.string() }),
    title: ({ label: round }) => ({ key: 'carry.task.title', values: { round } }),
    run: carryOverNow,
    tell(result, { roundId }) {
      const next = { key: 'carry.task.next', href: `/rounds/${roundId}` };
      if (result.outcome !== 'carried') {
        const why = { key: `carry.task.${result.outcome}` };
        const lines = result.outcome === 'nothing' ? [why, ...misfitLine(result.misfits)] : [why];
        return { level: 'warning', lines, next };
      }
      const { entries, auditScores, misfits, offices } = result;
      const audits = auditScores === 0 ? [] : [{ key: 'carry.task.audits', values: { n: auditScores } }];
      const lines = [
        { key: 'carry.task.carried', values: { n: entries, offices } },
        ...audits,
        ...misfitLine(misfits),
      ];
      return { level: 'success', lines, next };
    },
  }),
};

/** How many values stay behind, if any. Results from before there was this count have none. */
function misfitLine(misfits = 0): TaskStory['lines'] {
  return misfits === 0 ? [] : [{ key: 'carry.task.misfits', values: { n: misfits } }];
}
