import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { type CurrentUser, signedIn } from '../../http/current-user.ts';
import { type Flash, setFlash } from '../../http/flash.ts';
import { parsed } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { translator } from '../../i18n/index.ts';
import { roundsFor } from '../../rounds/queries.ts';
import { askedRound, certificationIsOpen } from '../../rounds/rules.ts';
import { actsInSteadOf } from '../../threads/rules.ts';
import { ofOneRound, reachOf } from '../rules.ts';
import { declineRequests, grantRequests } from './actions.ts';
import {
  type AnswerForm,
  type AnswerProblems,
  answerForm,
  checkAnswer,
  chosenRequests,
  requestsQuery,
  SHOWN,
} from './forms.ts';
import { countOpenRequests, listChosenRequests, listRequests } from './queries.ts';
import { answerable, grantRefusal } from './rules.ts';
import type { RequestOutcome } from './types.ts';

const LIMIT = 200;

/** The chosen requests, and the answer as it was typed. */
interface Form {
  ids: readonly string[];
  typed?: AnswerForm;
}

/** คำขอแก้ไขข้อมูล: what districts ask for, and the certifiers' answers. */
export function requestRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const mayAnswer = allow('editRequests.answer');

  router.get('/requests', mayAnswer, (req, res) => showList(context, req, res));

  router.get('/requests/answer', mayAnswer, (req, res) => {
    return showForm(context, req, res, { ids: parsed(chosenRequests, req.query).request });
  });

  router.post('/requests/grants', mayAnswer, async (req, res) => {
    const { user } = signedIn(req);
    const { request: ids } = parsed(chosenRequests, req.body ?? {});
    const typed = parsed(answerForm, req.body ?? {});
    const form = { ids, typed };
    const { until, problems } = checkAnswer(typed, true);
    if (ids.length === 0 || until === null || Object.keys(problems).length > 0)
      return showForm(context, req, res, form, { status: 422, problems });
    const asAsked = translator(user.locale)('requests.answer.asAsked');
    const outcome = await grantRequests(context, user, { ids, until, answer: typed.answer, asAsked });
    if (outcome.untilProblem !== null)
      return showForm(context, req, res, form, { status: 422, problems: { until: outcome.untilProblem } });
    await answer(context, req, res, form, { verb: 'granted', ...outcome });
  });

  router.post('/requests/declines', mayAnswer, async (req, res) => {
    const { request: ids } = parsed(chosenRequests, req.body ?? {});
    const typed = parsed(answerForm, req.body ?? {});
    const form = { ids, typed };
    const { problems } = checkAnswer(typed, false);
    if (ids.length === 0 || Object.keys(problems).length > 0)
      return showForm(context, req, res, form, { status: 422, problems });
    const outcome = await declineRequests(context, signedIn(req).user, { ids, answer: typed.answer });
    await answer(context, req, res, form, { verb: 'declined', ...outcome });
  });

  return router;
}

/** With anything done the list, with the exact count; otherwise the form again, which says of each why not. */
async function answer(
  context: AppContext,
  req: Request,
  res: Response,
  form: Form,
  { verb, done, left }: RequestOutcome & { verb: 'granted' | 'declined' },
): Promise<void> {
  const [first] = done;
  if (first === undefined) return showForm(context, req, res, form, { status: 409 });
  const said: Flash = {
    level: left.length > 0 ? 'warning' : 'success',
    key: left.length > 0 ? `requests.done.${verb}Partly` : `requests.done.${verb}`,
    values: { count: done.length, left: left.length },
  };
  setFlash(req, res, context.config.sessionSecret, said);
  res.redirect(303, `/${signedIn(req).system.code}/requests?round=${first.roundId}`);
}

async function showList({ db, clock }: AppContext, req: Request, res: Response): Promise<void> {
  const query = parsed(requestsQuery, req.query, 'notFound');
  const { user } = signedIn(req);
  const now = clock();
  const reach = reachFor(user);
  const begun = (await roundsFor(db, user, now)).filter(({ entryOpensAt }) => entryOpensAt <= now);
  const counts = await countOpenRequests(db, { ...reach, now });
  const waiting = begun.find(({ id }) => counts.has(id));
  const round = askedRound(begun, query.round ?? waiting?.id, now);
  const scope = { roundId: round?.id ?? '0', open: query.show === 'open', limit: LIMIT };
  const rows = round === undefined ? [] : await listRequests(db, reach, scope);
  const isRunning = round !== undefined && certificationIsOpen(round, now);
  const shown = { rows, show: query.show, filters: SHOWN, limit: LIMIT, isRunning, grantRefusal };
  await renderPage(req, res, 'requests/list', { rounds: begun, round, counts, ...shown });
}

async function showForm(
  { db, clock }: AppContext,
  req: Request,
  res: Response,
  { ids, typed = { answer: '', until: '' } }: Form,
  { status = 200, problems = {} }: { status?: number; problems?: AnswerProblems } = {},
): Promise<void> {
  const { user } = signedIn(req);
  const rows = ids.length === 0 ? [] : ofOneRound(await listChosenRequests(db, reachFor(user), ids), ids);
  const [first] = rows;
  const { done, left } = answerable(rows, clock());
  const grantable = done.filter((row) => grantRefusal(row) === null).length;
  const inStead = done.some(({ bureauId }) => actsInSteadOf(user, bureauId) !== null);
  const data = { rows: done, left, grantable, inStead, first: first ?? null, grantRefusal };
  await renderPage(req, res, 'requests/answer', { ...data, typed, problems }, status);
}

function reachFor(user: CurrentUser) {
  return { systemId: user.systemId, bureauId: reachOf(user) };
}
