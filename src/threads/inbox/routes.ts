import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { type CurrentUser, signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { listBureaus, listDistricts } from '../../offices/queries.ts';
import type { Office } from '../../offices/types.ts';
import { roundsFor } from '../../rounds/queries.ts';
import { sideOf } from '../rules.ts';
import { registerAll } from './actions.ts';
import { readNewsQuery, readReceiptsForm } from './forms.ts';
import { listNew, listSent } from './queries.ts';
import { badgeOf, daysSince, scopeOf, sidesOf } from './rules.ts';
import { NEWS_KINDS, type NewsQuery, type NewsScope } from './types.ts';

/** What a list offers to narrow it by. */
interface Choices {
  /** The other side: bureaus for a district office, district offices for who certifies. */
  offices: readonly Office[];
  /** The sides that the KPI office may look at. */
  bureaus: readonly Office[];
  years: readonly number[];
}

/**
 * Everything that is new for one's side across the system (manual KRS 2562, R96–R99), and everything that it sent
 * and that is not registered yet.
 */
export function newsRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/news', allow('threads.view'), async (req, res) => {
    await show(context, req, res, 'new');
  });

  router.get('/news/sent', allow('threads.view'), async (req, res) => {
    await show(context, req, res, 'sent');
  });

  router.post('/news/receipts', allow('threads.write'), async (req, res) => {
    const { user } = signedIn(req);
    const refs = readReceiptsForm(req.body);
    // the KPI office registers in the stead of any bureau
    const bureaus = user.role === 'kpi_office' ? await listBureaus(context.db, user.systemId) : [];
    const count = await registerAll(context, scopeFor(user, bureaus, 'all'), refs);
    setFlash(req, res, context.config.sessionSecret, {
      level: count > 0 ? 'success' : 'info',
      key: count > 0 ? 'news.done' : 'news.doneBefore',
      values: { count },
    });
    res.redirect(303, `${req.baseUrl}/news${questionOf(readNewsQuery(req.body))}`);
  });

  return router;
}

async function show(context: AppContext, req: Request, res: Response, tab: 'new' | 'sent'): Promise<void> {
  const { user } = signedIn(req);
  const { db } = context;
  const query = readNewsQuery(req.query);
  const now = context.clock();
  const choices = await loadChoices(context, user, now);
  const scope = scopeFor(user, choices.bureaus, query.bureau);
  const page = tab === 'new' ? await listNew(db, scope, query) : await listSent(db, scope, query);
  const path = tab === 'new' ? '/news' : '/news/sent';
  await renderPage(req, res, `news/${tab}`, {
    ...{ tab, page, query, choices, now },
    kinds: NEWS_KINDS,
    side: sideOf(user),
    badge: badgeOf(user.newItems),
    isNarrowed: query.kind !== undefined || query.office !== undefined || query.year !== undefined,
    waitingDays: (sentAt: Date) => daysSince(sentAt, now),
    hrefOf: (change: NewsQuery) => `${req.baseUrl}${path}${questionOf({ ...query, ...change })}`,
    fields: Object.entries(query).filter(([, value]) => value !== undefined),
  });
}

async function loadChoices({ db }: AppContext, user: CurrentUser, now: Date): Promise<Choices> {
  const rounds = await roundsFor(db, user, now);
  const years = [...new Set(rounds.map(({ fiscalYear }) => fiscalYear))];
  const isOffice = sideOf(user) === 'office';
  const bureaus = isOffice || user.role === 'kpi_office' ? await listBureaus(db, user.systemId) : [];
  const [latest] = years;
  const districts = isOffice || latest === undefined ? [] : await listDistricts(db, user.systemId, latest);
  return { years, offices: isOffice ? bureaus : districts, bureaus: isOffice ? [] : bureaus };
}

function scopeFor(
  user: CurrentUser,
  bureaus: readonly Pick<Office, 'id'>[],
  chosen: string | undefined,
): NewsScope {
  const ids = bureaus.map(({ id }) => id);
  return scopeOf(user, sidesOf(user, ids, chosen));
}

function questionOf(query: NewsQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `?${search}` : '';
}
