import { Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { idOf } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { AppError } from '../../lib/errors.ts';
import { startCarrying } from './actions.ts';
import { loadCarryPage } from './load.ts';

/** รับรองต่อเนื่อง: what stays in force from the round before is carried over once more (manual KRS 2559, R151). */
export function carryOverRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const mayManage = allow('rounds.manage');

  router.get('/rounds/:id/carry-over', mayManage, async (req, res) => {
    const page = await loadCarryPage(context, signedIn(req).user, idOf(req));
    await renderPage(req, res, 'rounds/carry-over', { page });
  });

  router.post('/rounds/:id/carry-over', mayManage, async (req, res) => {
    const { user } = signedIn(req);
    const page = await loadCarryPage(context, user, idOf(req));
    if (page.round.sealed) throw new AppError('sealed');
    if (page.entries + page.audits === 0) return renderPage(req, res, 'rounds/carry-over', { page }, 409);
    const task = await startCarrying(context, user, page.round);
    res.redirect(303, `${req.baseUrl}/tasks/${task}`);
  });

  return router;
}
