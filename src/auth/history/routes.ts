import { type Request, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { type CurrentUser, signedIn } from '../../http/current-user.ts';
import { localeOf, renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { sendSpreadsheet } from '../../http/spreadsheet.ts';
import { formatClock, toLocalInput } from '../../i18n/dates.ts';
import { translator } from '../../i18n/index.ts';
import { notFound } from '../../lib/errors.ts';
import { oneAtATime } from '../../lib/one-at-a-time.ts';
import { historySheet, MOST_LINES } from './export.ts';
import { type ReadHistoryQuery, readHistoryQuery } from './forms.ts';
import { countLogins, listLogins, listOffices, withPeople } from './queries.ts';
import { inSight, LINES_PER_PAGE, outcomeOf, pageOf } from './rules.ts';
import type { HistoryPage, HistorySearch } from './types.ts';

const COUNTED = 10_000;
const NO_LINES: HistoryPage = { lines: [], newer: null, older: null };
const parts = { clock: formatClock, outcomeOf, counted: COUNTED };

/** ประวัติการเข้าสู่ระบบ: who signed in when, from where and with what (manual 2558, R68–R70). */
export function loginHistoryRoutes(context: AppContext): Router {
  const { db, clock } = context;
  const router = Router({ mergeParams: true });
  const exports = oneAtATime();

  router.get('/logins', allow('logins.view'), async (req, res) => {
    const { user, system } = signedIn(req);
    const asked = readHistoryQuery(req.query);
    const isReadable = Object.keys(asked.problems).length === 0;
    const offices = user.role === 'kpi_office' ? await listOffices(db, system.id) : null;
    if (offices !== null && asked.office !== null && !offices.some(({ id }) => id === asked.office)) {
      throw notFound();
    }
    const found = isReadable
      ? await load(context, searchOf(user, asked), asked)
      : { page: NO_LINES, count: 0 };
    const data = { ...parts, ...found, query: asked.query, problems: asked.problems, offices };
    const page = { ...data, scope: scopeOf(user), addressWith: addressOf(req) };
    await renderPage(req, res, 'auth/logins', page, isReadable ? 200 : 422);
  });

  router.get('/logins.xlsx', allow('logins.view'), async (req, res) => {
    const asked = readHistoryQuery(req.query);
    if (Object.keys(asked.problems).length > 0) return res.redirect(303, addressOf(req)({}));
    const search = searchOf(signedIn(req).user, asked);
    await exports(async () => {
      // nobody waits for it any more
      if (req.socket.destroyed) return;
      const found = await listLogins(db, await withPeople(db, search), { side: 'top' }, MOST_LINES + 1);
      const today = toLocalInput(clock()).slice(0, 10);
      await sendSpreadsheet(res, historySheet(found, translator(localeOf(req)), today));
    });
  });

  return router;
}

/** One page of the history; above a place too near to the top, the top. */
async function load({ db }: AppContext, wanted: HistorySearch, { place }: ReadHistoryQuery) {
  const search = await withPeople(db, wanted);
  const count = await countLogins(db, search, COUNTED + 1);
  const found = await listLogins(db, search, place, LINES_PER_PAGE + 1);
  if (place.side !== 'above' || found.length > LINES_PER_PAGE) return { count, page: pageOf(found, place) };
  const top = { side: 'top' } as const;
  return { count, page: pageOf(await listLogins(db, search, top, LINES_PER_PAGE + 1), top) };
}

function searchOf(user: CurrentUser, { filters, office }: ReadHistoryQuery): HistorySearch {
  return { ...filters, ...inSight(user, office) };
}

function scopeOf(user: CurrentUser): 'own' | 'office' | 'system' {
  const { userId, officeId } = inSight(user, null);
  if (userId !== null) return 'own';
  return officeId === null ? 'system' : 'office';
}

/** The address of the page, or of the file, with the same filters; `changes` say which page. */
function addressOf(req: Request) {
  return (changes: Record<string, string>, path = '/logins'): string => {
    const query = new URLSearchParams();
    const { before, after, ...filters } = req.query;
    for (const [name, value] of Object.entries({ ...filters, ...changes })) {
      if (typeof value === 'string' && value !== '') query.set(name, value);
    }
    const text = query.toString();
    return `${req.baseUrl}${path}${text === '' ? '' : `?${text}`}`;
  };
}
