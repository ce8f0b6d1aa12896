import { type Request, type Response, Router } from 'express';
import { loadFrameworkOf } from '../../framework/queries.ts';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { parsed } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { notFound } from '../../lib/errors.ts';
import { roundsFor } from '../../rounds/queries.ts';
import { listEntriesForSave } from '../queries.ts';
import { askToEdit, withdrawRequest } from './actions.ts';
import {
  type AskForm,
  type AskProblems,
  type AskQuery,
  askForm,
  askQuery,
  checkAsk,
  requestId,
} from './forms.ts';
import { listLatestRequests } from './queries.ts';
import { askRefusal } from './rules.ts';
import type { AskOutcome } from './types.ts';

interface Answer {
  typed: AskForm;
  problems: AskProblems;
  outcome?: AskOutcome;
}

/** ขอแก้ไขข้อมูล: a district asks to edit entries after its window has closed. */
export function editRequestRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const maySend = allow('editRequests.send');

  router.get('/entry/requests/new', maySend, (req, res) => showForm(context, req, res));

  router.post('/entry/requests', maySend, async (req, res) => {
    const query = parsed(askQuery, req.query, 'notFound');
    const typed = parsed(askForm, req.body ?? {});
    const problems = checkAsk(typed);
    if (Object.keys(problems).length > 0) return showForm(context, req, res, { typed, problems }, 422);
    const outcome = await askToEdit(context, signedIn(req).user, {
      roundId: query.round,
      entryIds: typed.entry,
      reason: typed.reason,
    });
    const { asked, already, left } = outcome;
    if (asked + already === 0) return showForm(context, req, res, { typed, problems, outcome }, 409);
    const key = asked === 0 ? 'requests.already' : left.length > 0 ? 'requests.partlySent' : 'requests.sent';
    setFlash(req, res, context.config.sessionSecret, {
      level: asked === 0 ? 'info' : left.length > 0 ? 'warning' : 'success',
      key,
      values: { count: asked, left: left.length },
    });
    res.redirect(303, entryPage(req, query.round, query.node));
  });

  router.post('/entry/requests/:id/withdrawal', maySend, async (req, res) => {
    const { id } = parsed(requestId, req.params, 'notFound');
    const { request, outcome } = await withdrawRequest(context, signedIn(req).user, id);
    setFlash(req, res, context.config.sessionSecret, {
      level: outcome === 'withdrawn' ? 'success' : 'warning',
      key: { withdrawn: 'requests.withdrawn', answered: 'requests.answeredBefore', ended: 'requests.ended' }[
        outcome
      ],
    });
    res.redirect(303, entryPage(req, request.roundId, request.nodeId));
  });

  return router;
}

async function showForm(
  { db, clock }: AppContext,
  req: Request,
  res: Response,
  answer?: Answer,
  status = 200,
): Promise<void> {
  const query: AskQuery = parsed(askQuery, req.query, 'notFound');
  const { user } = signedIn(req);
  const now = clock();
  const round = (await roundsFor(db, user, now)).find(({ id }) => id === query.round);
  if (round === undefined) throw notFound();
  const framework = await loadFrameworkOf(db, round);
  const sub = framework.subIndicators.find(({ id }) => id === query.node);
  const scope = { roundId: round.id, officeId: user.officeId };
  const entries = await listEntriesForSave(db, { ...scope, userId: user.id, now });
  const latest = await listLatestRequests(db, scope);
  const rows = (sub?.variables ?? []).flatMap((variable) => {
    const entry = entries.find(({ variableId }) => variableId === variable.id);
    if (entry === undefined) return [];
    const asked = latest.get(variable.id)?.state === 'open';
    const why = askRefusal({ ...entry, asked }, user, round, now);
    const ticked =
      answer?.typed.entry.includes(entry.id) ?? [undefined, variable.id].includes(query.variable);
    return [{ variable, entry, why, ticked: why === null && ticked }];
  });
  if (sub === undefined || rows.length === 0) throw notFound();
  const form = { reason: answer?.typed.reason ?? '', problems: answer?.problems ?? {} };
  const data = { round, sub, rows, query, ...form, outcome: answer?.outcome ?? null };
  await renderPage(req, res, 'entry/request', data, status);
}

function entryPage(req: Request, round: string, node: string): string {
  return `/${signedIn(req).system.code}/entry?round=${round}#i${node}`;
}
