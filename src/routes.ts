import { Router } from 'express';
import { moveAssignments } from './assignments/handover/actions.ts';
import { assignmentRoutes } from './assignments/routes.ts';
import { loginHistoryRoutes } from './auth/history/routes.ts';
import { linkRoutes } from './auth/links/routes.ts';
import type { AppPassport } from './auth/passport.ts';
import { passwordRoutes } from './auth/password/routes.ts';
import { authRoutes } from './auth/routes.ts';
import { ownFactorRoutes } from './auth/second-factor/profile/routes.ts';
import { secondFactorRoutes } from './auth/second-factor/routes.ts';
import { sessionRoutes } from './auth/sessions/routes.ts';
import { codeSlowDown } from './auth/slow-down.ts';
import { auditRoutes } from './certification/audit/openings/routes.ts';
import { auditScoreRoutes } from './certification/audit/routes.ts';
import { centralRoutes } from './certification/central/routes.ts';
import { requestRoutes } from './certification/requests/routes.ts';
import { certificationRoutes } from './certification/routes.ts';
import { calculatorRoutes } from './cycle/calculator/routes.ts';
import { carryOverRoutes } from './cycle/carry-over/routes.ts';
import { manualRoutes, publicManualRoutes } from './cycle/manuals/routes.ts';
import { owingRoutes } from './cycle/owing/routes.ts';
import { rehearsalRoutes } from './cycle/rehearsal/routes.ts';
import { publicationRoutes } from './cycle/revisions/routes.ts';
import { roundRoutes } from './cycle/rounds/routes.ts';
import { sealRoutes } from './cycle/seal/routes.ts';
import { simulationRoutes } from './cycle/simulation/routes.ts';
import { windowRoutes } from './cycle/windows/routes.ts';
import { editRequestRoutes } from './entries/requests/routes.ts';
import { entryRoutes } from './entries/routes.ts';
import { draftGone } from './framework/design/gone/routes.ts';
import { designRoutes } from './framework/design/routes.ts';
import { handbookRoutes } from './framework/handbook/routes.ts';
import { transferRoutes } from './framework/transfer/routes.ts';
import type { AppContext } from './http/context.ts';
import { renderPage } from './http/render.ts';
import { requireSecondFactor, requireSignIn } from './http/sign-in-guard.ts';
import { mailLogRoutes } from './notifications/log/routes.ts';
import { reportRoutes } from './reports/routes.ts';
import type { SystemRegistry } from './systems/registry.ts';
import { settingsRoutes } from './systems/routes.ts';
import { TASK_KINDS } from './task-kinds.ts';
import { taskRoutes } from './tasks/routes.ts';
import { fileRoutes } from './threads/files/routes.ts';
import { newsRoutes } from './threads/inbox/routes.ts';
import { itemRoutes } from './threads/items/routes.ts';
import { threadRoutes } from './threads/routes.ts';
import { handoverRoutes } from './users/handover/routes.ts';
import { importRoutes } from './users/import/routes.ts';
import { userRoutes } from './users/routes.ts';

/** The site map below `/:system`: who may enter what is said in each router, by right. */
export function systemRoutes(context: AppContext, passport: AppPassport, systems: SystemRegistry): Router {
  const router = Router({ mergeParams: true });
  const codes = codeSlowDown(context);
  router.use(authRoutes(context, passport));
  router.use(linkRoutes(context));
  router.use(secondFactorRoutes(context, codes));
  router.use(handbookRoutes(context));
  router.use(publicManualRoutes(context));
  router.use(requireSignIn(), requireSecondFactor());
  // what is asked for most stands first: a request tries every path on its way
  router.use(entryRoutes(context));
  router.use(editRequestRoutes(context));
  router.use(certificationRoutes(context));
  router.use(reportRoutes(context));
  router.use(ownFactorRoutes(context, codes));
  router.use(sessionRoutes(context));
  router.use(importRoutes(context));
  router.use(handoverRoutes(context, moveAssignments));
  router.use(fileRoutes(context));
  router.use(itemRoutes(context));
  router.use(threadRoutes(context));
  router.use(newsRoutes(context));
  router.use(auditScoreRoutes(context));
  router.use(auditRoutes(context));
  router.use(centralRoutes(context));
  router.use(requestRoutes(context));
  router.use(transferRoutes(context));
  router.use(manualRoutes(context, systems));
  router.use(designRoutes(context));
  router.use(calculatorRoutes(context));
  router.use(simulationRoutes(context));
  router.use(publicationRoutes(context, systems));
  router.use(draftGone(context));
  router.use(sealRoutes(context));
  router.use(assignmentRoutes(context));
  router.use(passwordRoutes(context));
  router.use(userRoutes(context));
  router.use(loginHistoryRoutes(context));
  router.use(mailLogRoutes(context));
  router.use(roundRoutes(context));
  router.use(rehearsalRoutes(context));
  router.use(owingRoutes(context));
  router.use(carryOverRoutes(context));
  router.use(windowRoutes(context));
  router.use(taskRoutes(context, TASK_KINDS));
  router.use(settingsRoutes(context, systems));
  return router;
}

/** `/`: the systems of this deployment. */
export function portalRoutes(systems: SystemRegistry): Router {
  const router = Router();
  router.get('/', async (req, res) => {
    await renderPage(req, res, 'portal/index', { systems: await systems.list() });
  });
  return router;
}

/** For operators: is the process alive, can it serve. */
export function healthRoutes({ db }: AppContext): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => void res.type('text').send('ok'));
  router.get('/readyz', async (_req, res) => {
    const ready = await db.raw('select 1').then(
      () => true,
      () => false,
    );
    res
      .status(ready ? 200 : 503)
      .type('text')
      .send(ready ? 'ready' : 'database unavailable');
  });
  return router;
}
