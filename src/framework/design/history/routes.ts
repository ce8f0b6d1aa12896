import { Router } from 'express';
import type { AppContext } from '../../../http/context.ts';
import { signedIn } from '../../../http/current-user.ts';
import { renderPage } from '../../../http/render.ts';
import { allow } from '../../../http/rights.ts';
import { notFound } from '../../../lib/errors.ts';
import { knownThings } from '../../drafts/queries.ts';
import { queryText, readYear } from '../paths.ts';
import { listFrameworkEvents } from '../queries.ts';
import { changesOf, partOf } from './changes.ts';

const ON_A_PAGE = 50;

/** Who changed what of a year's framework, drafts and publications alike. */
export function designHistoryRoutes({ db }: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/framework/:year/history', allow('framework.edit'), async (req, res) => {
    const { system } = signedIn(req);
    const fiscalYear = readYear(req.params);
    const place = queryText(req.query, 'place') || null;
    const page = Math.max(1, Math.min(Number(queryText(req.query, 'page')) || 1, 10_000));
    const slice = { limit: ON_A_PAGE + 1, offset: (page - 1) * ON_A_PAGE };
    const events = await listFrameworkEvents(db, { systemId: system.id, fiscalYear, place }, slice);
    if (events.length === 0 && page === 1 && place === null) throw notFound();
    const known = await knownThings(db, system.id, fiscalYear);
    await renderPage(req, res, 'framework/history', {
      fiscalYear,
      place,
      page,
      hasMore: events.length > ON_A_PAGE,
      events: events
        .slice(0, ON_A_PAGE)
        .map((event) => ({ ...event, part: partOf(event), changes: changesOf(event, known) })),
    });
  });

  return router;
}
