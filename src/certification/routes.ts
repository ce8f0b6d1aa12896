import { type Request, type Response, Router } from 'express';
import { loadFrameworkOf } from '../framework/queries.ts';
import type { AppContext } from '../http/context.ts';
import { signedIn, systemOf } from '../http/current-user.ts';
import { setFlash } from '../http/flash.ts';
import { idOf, parsed } from '../http/input.ts';
import { renderPage, renderPart, wantsPart } from '../http/render.ts';
import { allow } from '../http/rights.ts';
import { translator } from '../i18n/index.ts';
import { notFound } from '../lib/errors.ts';
import { chooseCertifyKeys } from '../users/actions.ts';
import { decide } from './actions.ts';
import { changedScores, leftMarks, type Said, say, statusOf } from './answers.ts';
import { optionOf } from './choice.ts';
import { decisionForm, type FormState } from './decision-form.ts';
import {
  checkReason,
  keysForm,
  type ListQuery,
  listQuery,
  manyForm,
  type PlaceForm,
  placeForm,
  reasonForm,
  singleForm,
} from './forms.ts';
import { loadListOf, loadOfficePage, loadVariablePage, type Marks, placeOf, queryOf } from './load.ts';
import type { CertifierEvent } from './transitions.ts';
import type { Decision, Outcome } from './types.ts';

type Asked = Pick<Decision, 'event' | 'seen'> & { form: PlaceForm };

/** รับรองข้อมูล: the certifier's two lists and the decisions ✓ ✗ ▲ 🕓, one by one and many at once (R117–R139). */
export function certificationRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const view = allow('certify.view');
  const mayDecide = allow('certify.decide');

  for (const list of ['variables', 'offices'] as const) {
    router.get(`/certify/${list}`, view, async (req, res) => {
      const query = parsed(listQuery, req.query);
      await showList(context, req, res, { ...query, view: list });
    });
  }

  // The reason is typed on a page of its own, or in a dialog over the list.
  for (const [path, event] of [
    ['rejection', 'reject'],
    ['permit', 'permit'],
  ] as const) {
    router.get(`/certify/entries/:id/${path}`, mayDecide, async (req, res) => {
      const seen = new Map([[idOf(req), -1]]);
      await showForm(
        context,
        req,
        res,
        { event, seen, form: parsed(placeForm, req.query) },
        { latest: true },
      );
    });
    router.post(`/certify/entries/:id/${path}`, mayDecide, async (req, res) => {
      await decideWithReason(context, req, res, oneOf(req, event));
    });
  }
  router.post('/certify/entries/:id/certification', mayDecide, async (req, res) => {
    await decideNow(context, req, res, oneOf(req, 'certify'));
  });
  router.post('/certify/entries/:id/certification/delete', mayDecide, async (req, res) => {
    await decideNow(context, req, res, oneOf(req, 'cancel'));
  });

  // Many at once: first the question with the exact number, then the deed.
  for (const [path, event] of [
    ['certifications', 'certify'],
    ['rejections', 'reject'],
  ] as const) {
    router.post(`/certify/${path}/confirmation`, mayDecide, async (req, res) => {
      await showForm(context, req, res, manyOf(req, event));
    });
  }
  router.post('/certify/certifications', mayDecide, async (req, res) => {
    await decideNow(context, req, res, manyOf(req, 'certify'));
  });
  router.post('/certify/certifications/delete', mayDecide, async (req, res) => {
    await decideNow(context, req, res, manyOf(req, 'cancel'));
  });
  router.post('/certify/rejections', mayDecide, async (req, res) => {
    await decideWithReason(context, req, res, manyOf(req, 'reject'));
  });

  router.post('/certify/keys', view, async (req, res) => {
    const { on, ...query } = parsed(keysForm, req.body ?? {});
    await chooseCertifyKeys(context.db, signedIn(req).user.id, on === '1');
    const key = on === '1' ? 'certify.keys.on' : 'certify.keys.off';
    setFlash(req, res, context.config.sessionSecret, { level: 'success', key });
    res.redirect(303, listAddress(req, query));
  });

  return router;
}

async function showList(
  context: AppContext,
  req: Request,
  res: Response,
  query: ListQuery,
  marks: Marks & { said?: Said; status?: number } = {},
): Promise<void> {
  const { user } = signedIn(req);
  const { said, status } = marks;
  const load = query.view === 'variables' ? loadVariablePage : loadOfficePage;
  const page = await load(context, user, query, marks);
  await renderPage(req, res, `certification/${query.view}`, { page, query, said }, status);
}

/** ✓ and ▲, one or many: done at once, with a way back. */
async function decideNow(context: AppContext, req: Request, res: Response, asked: Asked): Promise<void> {
  const { event, seen } = asked;
  if (seen.size === 0) return showForm(context, req, res, asked, {}, 422);
  const outcome = await decide(context, signedIn(req).user, { event, seen, reason: null, until: null });
  await answer(context, req, res, asked, outcome);
}

/** ✗ and 🕓: the typed reason and time are checked, and shown again where they do not do. */
async function decideWithReason(
  context: AppContext,
  req: Request,
  res: Response,
  asked: Asked,
): Promise<void> {
  const { event, seen } = asked;
  const { user } = signedIn(req);
  const typed = parsed(reasonForm, req.body ?? {});
  const templateText =
    typed.template === undefined ? '' : translator(user.locale)(`certify.template.${typed.template}`);
  const { reason, until, problems } = checkReason(typed, templateText, event === 'permit');
  const invalid = Object.keys(problems).length > 0;
  if (invalid || seen.size === 0) return showForm(context, req, res, asked, { typed, problems, until }, 422);
  const outcome = await decide(context, user, { event, seen, reason, until });
  if (outcome.untilProblem !== null) {
    return showForm(context, req, res, asked, { typed, problems: { until: outcome.untilProblem } }, 422);
  }
  const [left] = outcome.left;
  if (seen.size === 1 && left?.why === 'changed') {
    return showForm(context, req, res, asked, { typed, latest: true, changed: true }, 409);
  }
  await answer(context, req, res, asked, outcome);
}

/** After a decision: the list again at the same place, for htmx only what changed in it. */
async function answer(
  context: AppContext,
  req: Request,
  res: Response,
  asked: Asked,
  outcome: Outcome,
): Promise<void> {
  const { user } = signedIn(req);
  const { round, done, already, left } = outcome;
  const targets = [...done, ...already, ...left.map(({ target }) => target)];
  // where everything was set aside, its list may be gone
  const first = targets.find(({ setAside }) => !setAside) ?? targets[0];
  if (first === undefined) throw notFound();
  const place = placeOf(first, asked.form);
  const framework = await loadFrameworkOf(context.db, round);
  const said = say(outcome, asked.event, place, framework, user.locale);
  const status = statusOf(outcome);
  const marks = { left: leftMarks(outcome) };
  if (wantsPart(req)) {
    const list = await loadListOf(context, user, round, place, marks);
    const ids = new Set(targets.map(({ id }) => id));
    const rows = list.rows.filter(({ row }) => ids.has(row.id));
    const scores = place.view === 'offices' ? changedScores(outcome, framework) : new Map();
    return renderPart(
      req,
      res,
      'certification/decided',
      { list, rows, option: optionOf(list), said, scores, query: queryOf(place) },
      status,
    );
  }
  if (!first.setAside && (status !== 200 || left.length > 0)) {
    return showList(context, req, res, queryOf(place), { ...marks, said, status });
  }
  const { level, key, values } = said;
  setFlash(req, res, context.config.sessionSecret, { level, key, values });
  const { view, round: roundId } = queryOf(place);
  if (first.setAside) return res.redirect(303, listAddress(req, { view, round: roundId }));
  res.redirect(303, `${listAddress(req, queryOf(place))}#e${first.id}`);
}

async function showForm(
  context: AppContext,
  req: Request,
  res: Response,
  asked: Asked,
  state: FormState = {},
  status = 200,
): Promise<void> {
  const form = await decisionForm(context, signedIn(req).user, asked, state);
  const query = form.place === null ? asked.form : queryOf(form.place);
  const data = { form, query, backHref: listAddress(req, query) };
  if (!wantsPart(req)) return renderPage(req, res, 'certification/decision', data, status);
  res.set({ 'HX-Retarget': '#decision', 'HX-Reswap': 'innerHTML' });
  renderPart(req, res, 'certification/decision-form', data, status);
}

function oneOf(req: Request, event: CertifierEvent): Asked {
  const { version, ...form } = parsed(singleForm, req.body ?? {});
  return { event, seen: new Map([[idOf(req), version]]), form };
}

function manyOf(req: Request, event: CertifierEvent): Asked {
  const { seen, ...form } = parsed(manyForm, req.body ?? {});
  return { event, seen, form };
}

/** The address of a list at this place. */
function listAddress(req: Request, { view, ...rest }: Partial<ListQuery>): string {
  const pairs = Object.entries(rest).filter(([, value]) => value !== undefined);
  return `/${systemOf(req).code}/certify/${view ?? 'variables'}?${new URLSearchParams(Object.fromEntries(pairs))}`;
}
