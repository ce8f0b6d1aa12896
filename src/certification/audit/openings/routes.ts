import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../http/context.ts';
import { signedIn } from '../../../http/current-user.ts';
import { type Flash, setFlash } from '../../../http/flash.ts';
import { idOf, parsed } from '../../../http/input.ts';
import { renderPage } from '../../../http/render.ts';
import { allow } from '../../../http/rights.ts';
import { AppError, forbidden, notFound } from '../../../lib/errors.ts';
import { chooseOffices } from '../../../offices/choice.ts';
import { answerRequest, askForAudit, closeOpenings, openAudit, withdrawRequest } from './actions.ts';
import {
  type AudienceForm,
  type AudienceProblems,
  answerForm,
  audienceForm,
  auditQuery,
  blankAudience,
  checkAnswer,
  checkAudience,
  closingForm,
} from './forms.ts';
import { type AuditNode, loadAuditList, loadAuditNode, loadRequest } from './load.ts';

/** What a form that could not be done as typed shows again. */
interface NodeForm {
  typed: AudienceForm;
  problems: AudienceProblems;
  /** Nothing was chosen to be closed. */
  nothingChosen?: boolean;
}

/** AUDIT: what bureaus ask for, what the KPI office opens, and all that happened (manual KRS 2559, R140–R146). */
export function auditRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const ask = allow('audit.request');
  const open = allow('audit.open');
  const secret = context.config.sessionSecret;
  const say = (req: Request, res: Response, level: Flash['level'], key: string, n = 0) =>
    setFlash(req, res, secret, { level, key, values: { count: n } });

  router.get('/audit', ask, async (req, res) => {
    const { round } = parsed(auditQuery, req.query);
    await renderPage(req, res, 'audit/list', {
      page: await loadAuditList(context, signedIn(req).user, round),
    });
  });

  router.get('/audit/nodes/:id', ask, async (req, res) => {
    const { node, chosen } = await nodeOf(context, req);
    const office = node.offices.some(({ id }) => id === chosen) && chosen !== undefined ? [chosen] : [];
    await showNode(req, res, node, { typed: blankAudience(office), problems: {} });
  });

  // A bureau asks; the KPI office opens.
  for (const [path, right, asking] of [
    ['requests', ask, 'ask'],
    ['openings', open, 'open'],
  ] as const) {
    router.post(`/audit/nodes/:id/${path}`, right, async (req, res) => {
      const { user } = signedIn(req);
      const typed = parsed(audienceForm, req.body ?? {});
      const { node } = await nodeOf(context, req);
      const { audience, problems } = checkAudience(typed);
      if (node.asking !== asking) {
        if (node.asking === 'open' || node.asking === 'notGiver') throw forbidden();
        return showNode(req, res, node, { typed, problems: {} }, 409);
      }
      if (typed.filter !== undefined) return showNode(req, res, node, { typed, problems: {} });
      if (audience.officeIds?.some((id) => !node.offices.some((office) => office.id === id)))
        throw notFound();
      if (Object.keys(problems).length > 0) return showNode(req, res, node, { typed, problems }, 422);
      if (asking === 'ask') {
        const asked = await askForAudit(context, user, node, audience);
        say(req, res, asked ? 'success' : 'info', asked ? 'audit.said.asked' : 'audit.said.askedBefore');
      } else {
        const count = await openAudit(context, user, node, audience);
        const key = count === 0 ? 'alreadyOpen' : audience.officeIds === null ? 'openedAll' : 'opened';
        say(req, res, count === 0 ? 'info' : 'success', `audit.said.${key}`, count);
      }
      res.redirect(303, nodeAddress(req, node));
    });
  }

  router.post('/audit/nodes/:id/openings/closing', open, async (req, res) => {
    const { opening, confirmed } = parsed(closingForm, req.body ?? {});
    const { node } = await nodeOf(context, req);
    if (opening.length === 0) {
      return showNode(req, res, node, { typed: blankAudience(), problems: {}, nothingChosen: true }, 422);
    }
    if (node.asking === 'sealed') throw new AppError('sealed');
    if (confirmed !== '1') {
      const fields = opening.map((id) => ['opening', id]);
      const back = nodeAddress(req, node);
      const action = `${req.baseUrl}/audit/nodes/${node.sub.id}/openings/closing?round=${node.round.id}`;
      return renderPage(req, res, 'audit/closing', { node, count: opening.length, action, fields, back });
    }
    const count = await closeOpenings(context, signedIn(req).user, node, opening);
    say(
      req,
      res,
      count === 0 ? 'info' : 'success',
      `audit.said.${count === 0 ? 'notOpen' : 'closed'}`,
      count,
    );
    res.redirect(303, nodeAddress(req, node));
  });

  router.get('/audit/requests/:id', ask, async (req, res) => {
    const { request, node } = await loadRequest(context, signedIn(req).user, idOf(req));
    await renderPage(req, res, 'audit/request', { request, node, answer: '', problem: null });
  });

  router.post('/audit/requests/:id/answer', open, async (req, res) => {
    const { user } = signedIn(req);
    const typed = parsed(answerForm, req.body ?? {});
    const { request, node } = await loadRequest(context, user, idOf(req));
    const problem = checkAnswer(typed);
    if (node.asking === 'sealed') throw new AppError('sealed');
    if (problem !== null) {
      return renderPage(req, res, 'audit/request', { request, node, answer: typed.answer, problem }, 422);
    }
    const done = await answerRequest(context, user, node, request, typed);
    const key = !done ? 'answeredBefore' : typed.act === 'grant' ? 'granted' : 'declined';
    say(req, res, done ? 'success' : 'warning', `audit.said.${key}`);
    res.redirect(303, `${req.baseUrl}/audit${done ? '' : `/requests/${request.id}`}`);
  });

  router.post('/audit/requests/:id/withdrawal', ask, async (req, res) => {
    const { user } = signedIn(req);
    const { request } = await loadRequest(context, user, idOf(req));
    if (request.bureauId !== user.officeId) throw forbidden();
    const outcome = await withdrawRequest(context, user, request);
    const key = { withdrawn: 'requestWithdrawn', answered: 'answeredBefore', ended: 'ended' }[outcome];
    say(req, res, outcome === 'withdrawn' ? 'success' : 'warning', `audit.said.${key}`);
    res.redirect(303, `${req.baseUrl}/audit`);
  });

  return router;
}

async function nodeOf(
  context: AppContext,
  req: Request,
): Promise<{ node: AuditNode; chosen: string | undefined }> {
  const { round, office } = parsed(auditQuery, req.query);
  return { node: await loadAuditNode(context, signedIn(req).user, idOf(req), round), chosen: office };
}

async function showNode(
  req: Request,
  res: Response,
  node: AuditNode,
  form: NodeForm,
  status = 200,
): Promise<void> {
  const choice = chooseOffices(node.offices, form.typed);
  await renderPage(req, res, 'audit/node', { node, form, choice }, status);
}

function nodeAddress(req: Request, { sub, round }: AuditNode): string {
  return `${req.baseUrl}/audit/nodes/${sub.id}?round=${round.id}`;
}
