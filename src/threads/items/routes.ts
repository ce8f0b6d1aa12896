import { Router } from 'express';
import { loadFramework } from '../../framework/queries.ts';
import { labelOf, variableLabel } from '../../framework/rules.ts';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { notFound } from '../../lib/errors.ts';
import { readItemPath } from '../forms.ts';
import { reachOf, sideOf, withdrawRefusal } from '../rules.ts';
import { findItem, listReceivers } from './queries.ts';

/** The sender's look at one item: who has registered it, and who has not. */
export function itemRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/threads/items/:id/receipts', allow('threads.view'), async (req, res) => {
    const { user } = signedIn(req);
    const item = await findItem(context.db, reachOf(user), readItemPath(req.params));
    if (item === undefined || item.side !== sideOf(user)) throw notFound();
    const framework = await loadFramework(context.db, item.frameworkId, item.frameworkVersion);
    const variable = framework.variables.get(item.variableId);
    const sub = framework.nodes.get(variable?.subIndicatorId ?? '')?.subIndicator;
    if (variable === undefined || !sub) throw notFound();
    await renderPage(req, res, 'threads/receipts', {
      item,
      indicator: labelOf(sub),
      variable: variableLabel(variable),
      receivers: await listReceivers(context.db, item.id),
      canWithdraw: withdrawRefusal(user, item) === null,
    });
  });

  return router;
}
