import { z } from 'zod';
import { taskKind } from '../../tasks/rules.ts';
import type { TaskKinds } from '../../tasks/types.ts';
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
        return { level: 'warning', lines: [{ key: `carry.task.${result.outcome}` }], next };
      }
      const { entries, auditScores, offices } = result;
      const audits = auditScores === 0 ? [] : [{ key: 'carry.task.audits', values: { n: auditScores } }];
      const lines = [{ key: 'carry.task.carried', values: { n: entries, offices } }, ...audits];
      return { level: 'success', lines, next };
    },
  }),
};
