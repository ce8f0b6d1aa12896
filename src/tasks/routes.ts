import { Router } from 'express';
import type { AppContext } from '../http/context.ts';
import { signedIn } from '../http/current-user.ts';
import { idOf } from '../http/input.ts';
import { renderPage, renderPart, wantsPart } from '../http/render.ts';
import { allow } from '../http/rights.ts';
import { notFound } from '../lib/errors.ts';
import { findTask, listTasks } from './queries.ts';
import { isOver, mayWatch, storyOf, titleOf } from './rules.ts';
import type { TaskKinds } from './types.ts';

const LISTED = 50;

/** งานที่กำลังทำ: how far a piece of work is, and what came of it; the KPI office sees a list of the last ones. */
export function taskRoutes({ db }: AppContext, kinds: TaskKinds): Router {
  const router = Router({ mergeParams: true });

  router.get('/tasks', allow('rounds.manage'), async (req, res) => {
    const { system } = signedIn(req);
    const tasks = await listTasks(db, system.id, LISTED);
    await renderPage(req, res, 'tasks/list', {
      tasks: tasks.map((task) => ({ ...task, title: titleOf(task, kinds) })),
      listed: LISTED,
    });
  });

  router.get('/tasks/:id', async (req, res) => {
    const { user, system } = signedIn(req);
    const task = await findTask(db, { systemId: system.id, id: idOf(req) });
    if (task === undefined || !mayWatch(task, user)) throw notFound();
    const data = { task, title: titleOf(task, kinds), story: storyOf(task, kinds), over: isOver(task) };
    if (wantsPart(req)) return renderPart(req, res, 'tasks/progress', data);
    await renderPage(req, res, 'tasks/task', { ...data, seesList: user.role === 'kpi_office' });
  });

  return router;
}
