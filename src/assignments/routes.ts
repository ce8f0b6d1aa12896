import { type Request, type Response, Router } from 'express';
import { labelOf } from '../framework/rules.ts';
import type { AppContext } from '../http/context.ts';
import { signedIn } from '../http/current-user.ts';
import { setFlash } from '../http/flash.ts';
import { localeOf, renderPage } from '../http/render.ts';
import { allow } from '../http/rights.ts';
import { sendSpreadsheet } from '../http/spreadsheet.ts';
import { translator } from '../i18n/index.ts';
import { notFound } from '../lib/errors.ts';
import { saveAssignments, takeOverAssignments } from './actions.ts';
import {
  readListQuery,
  readPersonForm,
  readPersonId,
  readPersonQuery,
  readTakeOverForm,
  readTakeOverQuery,
} from './forms.ts';
import {
  chosenYear,
  type LoadedPerson,
  loadList,
  loadPersonPage,
  loadTakeOver,
  mayAssignIn,
  requirePerson,
} from './load.ts';
import { belowHeading } from './person-page.ts';
import { findEarlierYear, listFrameworkYears } from './queries.ts';
import { assignmentSheet } from './spreadsheet.ts';

/** Who reports what: มอบหมายตัวชี้วัด of one person, รายการมอบหมายตัวชี้วัด of an office (manual KRS 2558, R58–R67). */
export function assignmentRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  router.use(personRoutes(context));
  router.use(takeOverRoutes(context));

  router.get('/assignments', allow('assignments.view'), async (req, res) => {
    const query = readListQuery(req.query);
    const loaded = await loadList(context.db, signedIn(req).user, query);
    await renderPage(req, res, 'assignments/list', { ...loaded, query, labelOf, now: context.clock() });
  });

  router.get('/assignments.xlsx', allow('assignments.view'), async (req, res) => {
    const { office, year, list } = await loadList(context.db, signedIn(req).user, readListQuery(req.query));
    if (list === undefined || year === undefined) throw notFound();
    const t = translator(localeOf(req));
    await sendSpreadsheet(res, {
      ...assignmentSheet(list, office.kind === 'district', t),
      fileName: `${t('assignments.title')} ${office.shortName} ${year.fiscalYear}`,
      plainName: `assignments-${office.id}-${year.fiscalYear}`,
    });
  });

  return router;
}

function personRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const path = '/users/:id/assignments';

  router.get(path, allow('assignments.edit'), async (req, res) => {
    const { user } = signedIn(req);
    const loaded = await loadPersonPage(
      context.db,
      user,
      readPersonId(req.params),
      readPersonQuery(req.query),
    );
    await showPerson(req, res, loaded);
  });

  router.post(path, allow('assignments.edit'), async (req, res) => {
    const { user } = signedIn(req);
    const personId = readPersonId(req.params);
    await requirePerson(context.db, user, personId);
    const form = readPersonForm(req.body);
    if (form.tick !== undefined) return showTicked(context, req, res, personId, { ...form, tick: form.tick });
    const year = chosenYear(await listFrameworkYears(context.db, user.systemId), form.year);
    if (year === undefined) throw notFound();
    const saved = await saveAssignments(context, user, personId, year, form);
    if (saved === undefined) {
      const { year: asked, node: ticked } = form;
      const loaded = await loadPersonPage(context.db, user, personId, { year: asked, ticked });
      return showPerson(req, res, loaded, 409);
    }
    const changed = saved.added + saved.removed > 0;
    setFlash(req, res, context.config.sessionSecret, {
      level: changed ? 'success' : 'info',
      key: changed ? 'assignments.saved' : 'assignments.unchanged',
      values: { ...saved },
    });
    res.redirect(303, `${req.baseUrl}/users/${personId}/assignments?year=${year.fiscalYear}`);
  });

  return router;
}

/** Without script: the form comes back with everything below a heading ticked, and nothing is saved yet. */
async function showTicked(
  { db }: AppContext,
  req: Request,
  res: Response,
  personId: string,
  form: { year?: number | undefined; node: string[]; tick: string },
): Promise<void> {
  const { user } = signedIn(req);
  const { page } = await loadPersonPage(db, user, personId, { year: form.year, ticked: form.node });
  const below = page === undefined ? undefined : belowHeading(page, form.tick);
  if (below === undefined) throw notFound();
  const ticked = [...form.node, ...below];
  await showPerson(req, res, await loadPersonPage(db, user, personId, { year: form.year, ticked }));
}

async function showPerson(req: Request, res: Response, loaded: LoadedPerson, status = 200): Promise<void> {
  const { user } = signedIn(req);
  await renderPage(
    req,
    res,
    'assignments/person',
    { ...loaded, isSelf: loaded.person.id === user.id },
    status,
  );
}

/** Last year's assignments of a whole office, carried into the newest framework after a look at them. */
function takeOverRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const path = '/assignments/takeover';

  router.get(path, allow('assignments.edit'), async (req, res) => {
    const { user } = signedIn(req);
    const officeId = readTakeOverQuery(req.query).office ?? user.officeId;
    const loaded = await loadTakeOver(context.db, user, officeId);
    if (loaded === undefined) throw notFound();
    await renderPage(req, res, 'assignments/takeover', { ...loaded, labelOf });
  });

  router.post(path, allow('assignments.edit'), async (req, res) => {
    const { user } = signedIn(req);
    const form = readTakeOverForm(req.body);
    const officeId = form.office ?? user.officeId;
    if (!mayAssignIn(user, officeId)) throw notFound();
    const years = await listFrameworkYears(context.db, user.systemId);
    const to = chosenYear(years, Number(form.to));
    if (to === undefined || to !== years[0]) throw notFound();
    const { fiscalYear } = to;
    const from = await findEarlierYear(context.db, { systemId: user.systemId, officeId, fiscalYear });
    if (from?.fiscalYear !== Number(form.from)) throw notFound();
    const n = await takeOverAssignments(context, user, officeId, { from, to, pairs: form.pair });
    if (n === 0) {
      const flash = { level: 'warning', key: 'assignments.takeOver.noneChosen' } as const;
      setFlash(req, res, context.config.sessionSecret, flash);
      return res.redirect(303, `${req.baseUrl}/assignments/takeover?office=${officeId}`);
    }
    setFlash(req, res, context.config.sessionSecret, {
      level: 'success',
      key: 'assignments.takeOver.done',
      values: { n, from: from.fiscalYear },
    });
    res.redirect(303, `${req.baseUrl}/assignments?office=${officeId}`);
  });

  return router;
}
