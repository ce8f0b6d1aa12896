import { Router } from 'express';
import type { AppContext } from '../http/context.ts';
import { homeRoutes } from './home/routes.ts';
import { officeReportRoutes } from './office/routes.ts';
import { searchRoutes } from './search/routes.ts';
import { statusRoutes } from './status/routes.ts';

/** Pages that only read, across domains: home, scores of an office, status matrix, search. */
export function reportRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  router.use(homeRoutes(context));
  router.use(officeReportRoutes(context));
  router.use(statusRoutes(context));
  router.use(searchRoutes(context));
  return router;
}
