import { taskKind } from '../../tasks/rules.ts';
import type { TaskKinds } from '../../tasks/types.ts';
import { runSimulation } from './actions.ts';
import { SIMULATE, simulationPayload } from './rules.ts';

/** Scoring all offices of a round with another framework. */
export const SIMULATION_TASKS: TaskKinds = {
  [SIMULATE]: taskKind({
    payload: simulationPayload,
    title: ({ roundLabel: round, fiscalYear: year }) => ({
      key: 'simulation.task.title',
      values: { round, year: String(year) },
    }),
    run: runSimulation,
    tell(result, { fiscalYear }) {
      const page = `/framework/${fiscalYear}/simulation`;
      if (result.outcome !== 'done') {
        const next = { key: 'simulation.task.back', href: page };
        return { level: 'warning', lines: [{ key: `simulation.task.${result.outcome}` }], next };
      }
      const next = { key: 'simulation.task.next', href: `${page}?task=${result.taskId}` };
      const line = { key: 'simulation.task.done', values: { n: result.offices.length } };
      return { level: 'success', lines: [line], next };
    },
  }),
};
