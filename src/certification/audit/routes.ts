import { type Request, type Response, Router } from 'express';
import { loadFrameworkOf } from '../../framework/queries.ts';
import type { FrameworkNode } from '../../framework/types.ts';
import type { AppContext } from '../../http/context.ts';
import { signedIn, systemOf } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { parsed } from '../../http/input.ts';
import { renderPage, renderPart, wantsPart } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { AppError } from '../../lib/errors.ts';
import type { Said } from '../answers.ts';
import { optionOf } from '../choice.ts';
import { type ListQuery, placeForm } from '../forms.ts';
import { loadOfficePage } from '../load.ts';
import { saveAuditScores } from './actions.ts';
import { scoreForm } from './forms.ts';
import type { ScoreForm, ScoreOutcome } from './types.ts';

/** The list of one office, as its form says where it stands. */
type Place = ListQuery & { round: string; office: string };

/** บันทึกข้อมูล in the list of one office: AUDIT scores are given and withdrawn (manual KRS 2559, R137, R143). */
export function auditScoreRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.post('/certify/audit', allow('audit.score'), async (req, res) => {
    const { user } = signedIn(req);
    const place = readPlace(req);
    const form = scoreForm.safeParse(req.body ?? {});
    if (!form.success) throw new AppError('badRequest');
    const where = { roundId: place.round, officeId: place.office };
    const outcome = await saveAuditScores(context, user, where, form.data);
    if (outcome.asks.length > 0) return askFirst(context, req, res, place, outcome);
    if (wantsPart(req)) return answerInPlace(context, req, res, place, form.data, outcome);
    const said = say(outcome);
    if (statusOf(outcome) !== 200) {
      const marks = { retypedScores: { ...outcome, typed: form.data.typed } };
      const page = await loadOfficePage(context, user, place, marks);
      return renderPage(req, res, 'certification/offices', { page, query: place, said }, statusOf(outcome));
    }
    const { level, key, values } = said;
    setFlash(req, res, context.config.sessionSecret, { level, key, values: values ?? {} });
    const [first] = [...outcome.given, ...outcome.withdrawn];
    res.redirect(303, `${addressOf(req, place)}${first === undefined ? '' : `#a${first}`}`);
  });

  return router;
}

/** Withdrawing is asked about first: in a dialog, without script on a page of its own. */
async function askFirst(
  context: AppContext,
  req: Request,
  res: Response,
  place: Place,
  { round, asks }: ScoreOutcome,
): Promise<void> {
  const framework = await loadFrameworkOf(context.db, round);
  const names = asks.map((id) => framework.nodes.get(id)).filter((node) => node !== undefined);
  const fields = Object.entries(req.body as Record<string, unknown>).filter(
    ([name, value]) =>
      typeof value === 'string' &&
      /^(audit|auditSeen)_|^(withdraw|view|round|office|status|bureau)$/.test(name),
  );
  const data = { names, fields, back: addressOf(req, place) };
  if (!wantsPart(req)) return renderPage(req, res, 'certification/audit/withdrawal', data);
  res.set({ 'HX-Retarget': '#decision', 'HX-Reswap': 'innerHTML' });
  renderPart(req, res, 'certification/audit/withdrawal-form', { ...data, inDialog: true });
}

/** For htmx: the boxes, the rows and scores that changed, the counts and the message, each by its id. */
async function answerInPlace(
  context: AppContext,
  req: Request,
  res: Response,
  place: Place,
  form: ScoreForm,
  outcome: ScoreOutcome,
): Promise<void> {
  const { user } = signedIn(req);
  const marks = { retypedScores: { ...outcome, typed: form.typed } };
  const page = await loadOfficePage(context, user, { ...place, status: undefined }, marks);
  const { round } = outcome;
  const framework = await loadFrameworkOf(context.db, round);
  const changed = new Set([...outcome.given, ...outcome.withdrawn]);
  const above = withAncestors(changed, framework.nodes);
  const rows = page.blocks.flatMap((block) => (changed.has(block.node.id) ? block.rows : []));
  const scores = new Map(
    page.blocks.filter(({ node }) => above.has(node.id)).map(({ node, score }) => [node.id, score]),
  );
  if (changed.size > 0) scores.set('', page.total);
  const boxes = [...form.typed.keys()].map((id) => page.audits.get(id)).filter((box) => box !== undefined);
  const option = page.list && optionOf(page.list);
  const data = { list: page.list, option, query: place, rows, scores, boxes, said: say(outcome) };
  renderPart(req, res, 'certification/audit/saved', data, statusOf(outcome));
}

function withAncestors(ids: ReadonlySet<string>, nodes: ReadonlyMap<string, FrameworkNode>): Set<string> {
  const all = new Set(ids);
  for (const id of all) {
    const parent = nodes.get(id)?.parentId ?? null;
    if (parent !== null) all.add(parent);
  }
  return all;
}

function say({ given, withdrawn, problems, refusals, setAside }: ScoreOutcome): Said {
  const values = {
    given: given.length,
    withdrawn: withdrawn.length,
    count: problems.size + refusals.size,
    left: setAside.length,
  };
  const left = setAside.map(({ label, typed }) => {
    return { name: typed === '' ? label : `${label}: ${typed}`, why: 'setAside' as const };
  });
  const said = (level: Said['level'], key: string): Said => ({ level, key, values, left, undo: null });
  if (problems.size > 0) return said('danger', 'audit.said.problems');
  const done = given.length + withdrawn.length;
  if (refusals.size > 0)
    return done > 0 ? said('warning', 'audit.said.partly') : said('danger', 'audit.said.refused');
  if (left.length > 0 && done === 0) return said('danger', 'audit.said.setAside');
  const level = left.length > 0 ? 'warning' : 'success';
  if (given.length > 0) return said(level, withdrawn.length > 0 ? 'audit.said.both' : 'audit.said.given');
  return withdrawn.length > 0 ? said(level, 'audit.said.withdrawn') : said('info', 'audit.said.unchanged');
}

function statusOf({ problems, refusals, setAside }: ScoreOutcome): 200 | 409 | 422 {
  if (problems.size > 0) return 422;
  return refusals.size + setAside.length > 0 ? 409 : 200;
}

function readPlace(req: Request): Place {
  const { round, office, status, bureau } = parsed(placeForm, req.body ?? {});
  if (round === undefined || office === undefined) throw new AppError('badRequest');
  return { view: 'offices', round, office, status, bureau, variable: undefined, select: undefined };
}

function addressOf(req: Request, { view, ...place }: Place): string {
  const pairs = Object.entries(place).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `/${systemOf(req).code}/certify/${view}?${new URLSearchParams(Object.fromEntries(pairs))}`;
}
