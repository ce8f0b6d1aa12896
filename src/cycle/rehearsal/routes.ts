import { Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { localeOf, renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { translator } from '../../i18n/index.ts';
import { roundOf } from '../rounds/routes.ts';
import { loadRehearsal } from './load.ts';
import { readiness, rehearse } from './rules.ts';

/** ตรวจความพร้อมก่อนเปิดรอบ: a checklist that turns green. */
export function rehearsalRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/rounds/:id/rehearsal', allow('rounds.manage'), async (req, res) => {
    const { system } = signedIn(req);
    const round = await roundOf(context, req);
    const now = context.clock();
    const facts = await loadRehearsal(context, system, round, translator(localeOf(req)));
    const checks = rehearse(round, facts, now);
    await renderPage(req, res, 'rounds/rehearsal', { round, facts, checks, state: readiness(checks), now });
  });

  return router;
}
