import { type Request, Router } from 'express';
import type { Db } from '../../db/database.ts';
import { loadFrameworkOf } from '../../framework/queries.ts';
import type { SubIndicator } from '../../framework/types.ts';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { listFilterChoices } from '../../rounds/filters/queries.ts';
import { roundsFor } from '../../rounds/queries.ts';
import { readStatusQuery, type StatusFilters } from '../forms.ts';
import { chooseRound } from '../round-choice.ts';
import {
  chooseView,
  dueColumns,
  foremost,
  groupByDimension,
  OFFICES_PER_PAGE,
  reportedOf,
  statusScope,
  sumCounts,
  totalOf,
} from './page.ts';
import { countByBureau, countByNode, loadMatrix } from './queries.ts';
import { STATUS_BUCKETS, type StatusScope, type StatusView } from './types.ts';

const figures = { foremost, totalOf, reportedOf };

/** สถานะการบันทึกข้อมูล: offices × sub-indicators, by office, by indicator or by bureau (R159). */
export function statusRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/status', allow('status.view'), async (req, res) => {
    const { user } = signedIn(req);
    const { db, clock } = context;
    const filters = readStatusQuery(req.query);
    const rounds = await roundsFor(db, user, clock());
    const round = chooseRound(user, rounds, filters.round, clock());
    if (round === undefined) return renderPage(req, res, 'reports/status', { rounds, round: null });
    const framework = await loadFrameworkOf(db, round);
    const scope = statusScope(user, round.id, filters);
    const view = chooseView(scope, filters.by);
    const columns = dueColumns(framework, round.kind, scope);
    await renderPage(req, res, 'reports/status', {
      rounds,
      round,
      view,
      filters,
      scope,
      buckets: STATUS_BUCKETS,
      choices: scope.officeId === null ? await listFilterChoices(db, round.id) : null,
      addressWith: addressOf(req),
      ...figures,
      ...(await load(db, view, scope, columns, filters.page ?? 1)),
    });
  });

  return router;
}

async function load(db: Db, view: StatusView, scope: StatusScope, columns: SubIndicator[], page: number) {
  if (view === 'bureau') {
    const bureaus = await countByBureau(db, scope);
    return { bureaus, sum: sumCounts(bureaus.map((bureau) => bureau.counts)) };
  }
  if (view === 'indicator') {
    const counts = new Map((await countByNode(db, scope)).map((node) => [node.nodeId, node.counts]));
    return { groups: groupByDimension(columns, counts), sum: sumCounts(counts.values()) };
  }
  const window = { limit: OFFICES_PER_PAGE, offset: (page - 1) * OFFICES_PER_PAGE };
  const matrix = await loadMatrix(db, scope, window);
  return {
    columns,
    matrix,
    sum: sumCounts(matrix.columns.values()),
    page,
    pageCount: Math.max(1, Math.ceil(matrix.officeCount / OFFICES_PER_PAGE)),
  };
}

/** The address of this page with some of its filters changed; undefined removes one. */
function addressOf(
  req: Request,
): (changes: Partial<Record<keyof StatusFilters, string | undefined>>) => string {
  return (changes) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...req.query, ...changes })) {
      if (typeof value === 'string' && value !== '') query.set(name, value);
    }
    return `${req.baseUrl}/status?${query}`;
  };
}
