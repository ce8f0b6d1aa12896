import { z } from 'zod';
import { finishTask } from '../../tasks/actions.ts';
import { taskKind } from '../../tasks/rules.ts';
import type { TaskKinds, TaskStory } from '../../tasks/types.ts';
import { PUBLISH_TASK, publishDraft } from './actions.ts';
import type { PublishOutcome, RevisedRound } from './types.ts';

const payload = z.object({ fiscalYear: z.number(), version: z.number(), reason: z.string() });

/** Publishing a draft that takes open rounds along. */
export const PUBLISH_TASKS: TaskKinds = {
  [PUBLISH_TASK]: taskKind({
    payload,
    title: ({ fiscalYear }) => ({ key: 'publish.task.title', values: { year: String(fiscalYear) } }),
    run: (context, { id, systemId, requestedBy: userId, payload: order }, progress) =>
      publishDraft(context, { ...order, systemId, userId }, progress, (trx, outcome) =>
        finishTask(trx, id, outcome),
      ),
    tell: (outcome, { fiscalYear }) => storyOf(outcome, String(fiscalYear)),
  }),
};

function storyOf(outcome: PublishOutcome, year: string): TaskStory {
  const next = { key: 'publish.task.next', values: { year }, href: `/framework/${year}` };
  if (outcome.outcome !== 'published') {
    const page = `/framework/${year}/publish`;
    return { level: 'warning', lines: [{ key: `publish.task.${outcome.outcome}`, href: page }], next };
  }
  const { revision, rounds } = outcome;
  const lines = [{ key: 'publish.task.published', values: { year, revision } }, ...rounds.flatMap(linesOf)];
  return { level: 'success', lines, next };
}

function linesOf({ id, label: round, offices, carriable, ...counts }: RevisedRound): TaskStory['lines'] {
  const { added, setAside, broughtBack } = counts;
  const lists = { key: 'publish.task.lists', values: { added, setAside, broughtBack } };
  const page = `/rounds/${id}/carry-over`;
  const carry = { key: 'publish.task.carriable', values: { round, count: carriable }, href: page };
  return [
    { key: 'publish.task.round', values: { round, offices }, href: `/rounds/${id}` },
    ...(added + setAside + broughtBack > 0 ? [lists] : []),
    ...(carriable > 0 ? [carry] : []),
  ];
}
