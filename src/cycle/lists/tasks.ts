import { z } from 'zod';
import { taskKind } from '../../tasks/rules.ts';
import type { TaskKinds, TaskStory } from '../../tasks/types.ts';
import { createRoundLists, deleteRoundLists } from './actions.ts';
import type { CreatedLists, Obstacle } from './types.ts';

export const CREATE_LISTS = 'rounds.createLists';
export const DELETE_LISTS = 'rounds.deleteLists';

/** The label is that of the moment: what was asked for can still be read when the round has another name. */
const payload = z.object({ roundId: z.string(), label: z.string() });

const next = (roundId: string) => ({ key: 'rounds.task.next', href: `/rounds/${roundId}` });

/** Creating and deleting the entry lists of a round. */
export const LIST_TASKS: TaskKinds = {
  [CREATE_LISTS]: taskKind({
    payload,
    title: ({ label: round }) => ({ key: 'rounds.task.create', values: { round } }),
    run: createRoundLists,
    tell(result, { roundId }) {
      if (result.outcome !== 'created') {
        return { level: 'warning', lines: [{ key: `rounds.task.${result.outcome}` }], next: next(roundId) };
      }
      return { level: 'success', lines: linesOf(result), next: next(roundId) };
    },
  }),
  [DELETE_LISTS]: taskKind({
    payload,
    title: ({ label: round }) => ({ key: 'rounds.task.delete', values: { round } }),
    run: deleteRoundLists,
    tell(result, { roundId }) {
      if (result.outcome === 'refused') {
        const obstacles = result.obstacles.map((obstacle) => obstacleLine(obstacle, roundId));
        return {
          level: 'warning',
          lines: [{ key: 'rounds.task.refused' }, ...obstacles],
          next: next(roundId),
        };
      }
      if (result.outcome !== 'deleted') {
        return { level: 'warning', lines: [{ key: `rounds.task.${result.outcome}` }], next: next(roundId) };
      }
      const { entries: n, offices } = result;
      const deleted = { key: 'rounds.task.deleted', values: { n, offices } };
      const lines = [deleted, ...countLines(DELETED_WITH, result)];
      return { level: 'success', lines, next: next(roundId) };
    },
  }),
};

const CREATED_WITH = {
  broughtBack: 'rounds.task.broughtBack',
  setAside: 'rounds.task.setAside',
  carried: 'rounds.task.carried',
  carriedAudits: 'rounds.task.carriedAudits',
  misfits: 'carry.task.misfits',
} as const;
const DELETED_WITH = {
  carried: 'rounds.task.deletedCarried',
  carriedAudits: 'rounds.task.deletedAudits',
} as const;

function linesOf({ offices, created: n, ...also }: CreatedLists): TaskStory['lines'] {
  const made = n > 0 ? 'rounds.task.created' : 'rounds.task.complete';
  return [{ key: made, values: { n, offices } }, ...countLines(CREATED_WITH, also)];
}

/** A sentence for each count that is not 0. */
function countLines<Name extends string>(
  keys: Readonly<Record<Name, string>>,
  counts: Readonly<Record<NoInfer<Name>, number>>,
): TaskStory['lines'] {
  const names = Object.keys(keys) as Name[];
  return names
    .filter((name) => counts[name] > 0)
    .map((name) => ({ key: keys[name], values: { n: counts[name] } }));
}

/** How many of them there are, with a link to the first office's entries. */
export function obstacleLine(
  { kind, count: n, offices, officeId, officeName }: Obstacle,
  roundId: string,
): TaskStory['lines'][number] {
  if (officeId === null) return { key: `rounds.obstacle.${kind}`, values: { n } };
  return {
    key: `rounds.obstacle.${kind}In`,
    values: { n, offices, office: officeName ?? '' },
    href: `/certify/offices?round=${roundId}&office=${officeId}`,
  };
}
