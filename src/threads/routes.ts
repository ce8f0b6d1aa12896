import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../http/context.ts';
import { signedIn, systemOf } from '../http/current-user.ts';
import { type Flash, setFlash } from '../http/flash.ts';
import { renderPage, renderPart, wantsPart } from '../http/render.ts';
import { allow, may } from '../http/rights.ts';
import { type FileProblem, MAX_FILES, receiveFiles, type StoredUpload } from '../http/upload-files.ts';
import { forbidden, notFound } from '../lib/errors.ts';
import { attachDocuments, broadcast, type KeepFiles, postComment, register } from './actions.ts';
import { discardFiles, keepFiles, orDiscard } from './files/actions.ts';
import {
  MAX_COMMENT,
  MAX_DESCRIPTION,
  type MessageProblems,
  type ReadMessage,
  readItemPath,
  readMessage,
  readReceiptForm,
  readThreadPath,
  readThreadQuery,
  readWithdrawForm,
  type TypedMessage,
} from './forms.ts';
import { countNew } from './inbox/queries.ts';
import { badgeOf } from './inbox/rules.ts';
import { withdraw } from './items/actions.ts';
import { findItem } from './items/queries.ts';
import { loadThread } from './load.ts';
import { findThread, type ThreadRef } from './queries.ts';
import { mayWrite, reachOf, withdrawRefusal } from './rules.ts';

type FormName = 'comment' | 'document';

/** What is said above the thread, and what a form that was not sent shows again. */
interface ThreadState {
  said?: Pick<Flash, 'level' | 'key' | 'values'>;
  form?: FormName;
  typed?: TypedMessage;
  problems?: MessageProblems & { files?: FileProblem[]; file?: 'fileMissing' | 'chooseAgain' };
}

/**
 * The window of one office and variable (manual KRS 2562, R89–R103): documents, comments and receipts, as a page
 * and, for htmx, as the panel beside another page.
 */
export function threadRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const path = '/threads/:office/:variable';

  router.get(path, allow('threads.view'), async (req, res) => {
    await show(context, req, res, readThreadPath(req.params), readThreadQuery(req.query).round);
  });

  router.post(`${path}/comments`, allow('threads.write'), async (req, res) => {
    const ref = readThreadPath(req.params);
    await sendMessage(context, req, res, ref, readMessage(req.body, MAX_COMMENT, context.clock()), null);
  });

  router.post(`${path}/documents`, allow('threads.write'), async (req, res) => {
    const ref = readThreadPath(req.params);
    const { user } = signedIn(req);
    // whoever may not send at all does not fill the disk first
    const person = { ...reachOf(user), userId: user.id };
    if (!mayWrite(user, await findThread(context.db, person, ref, context.clock()))) throw forbidden();
    const { fields, files, problems } = await receiveFiles(req, res, context);
    await orDiscard(context, files, async () => {
      const read = readMessage(fields, MAX_DESCRIPTION, context.clock());
      await sendMessage(context, req, res, ref, read, { files, problems });
    });
  });

  router.post(`${path}/receipts`, allow('threads.write'), async (req, res) => {
    const ref = readThreadPath(req.params);
    const { round, ids } = readReceiptForm(req.body);
    const count = await register(context, signedIn(req).user, ref, ids);
    const said: ThreadState['said'] =
      count > 0
        ? { level: 'success', key: 'threads.done.registered', values: { count } }
        : { level: 'info', key: 'threads.done.registeredBefore' };
    await answer(context, req, res, ref, round, said);
  });

  router.post(`${path}/items/:id/withdrawal`, allow('threads.write'), async (req, res) => {
    const ref = readThreadPath(req.params);
    const { user } = signedIn(req);
    const { round, fromOverview, isConfirmed } = readWithdrawForm(req.body);
    const item = await findItem(context.db, reachOf(user), readItemPath(req.params));
    if (item === undefined || item.variableId !== ref.variableId) throw notFound();
    // htmx has asked already
    if (!isConfirmed && !wantsPart(req) && withdrawRefusal(user, item) === null) {
      const back = fromOverview ? overviewAddress(req, item.id) : threadAddress(req, ref, round);
      const question = { item, round, fromOverview, back, action: req.originalUrl };
      return renderPage(req, res, 'threads/withdrawal', question);
    }
    const refused = await withdraw(context, user, item.id);
    const said: ThreadState['said'] =
      refused === null
        ? { level: 'success', key: 'threads.done.withdrawn' }
        : { level: 'warning', key: `threads.refused.${refused}` };
    if (refused !== null) {
      return show(context, req, res, ref, round, { said }, refused === 'notSender' ? 403 : 409);
    }
    if (!fromOverview) return answer(context, req, res, ref, round, said);
    setFlash(req, res, context.config.sessionSecret, said);
    res.redirect(303, overviewAddress(req, item.id));
  });

  return router;
}

interface Sent {
  files: StoredUpload[];
  problems: FileProblem[];
}

/** A comment (without `sent`) or documents: sent, or shown again with what is wrong. */
async function sendMessage(
  context: AppContext,
  req: Request,
  res: Response,
  ref: ThreadRef,
  { typed, message, problems: found, isConfirmed }: ReadMessage,
  sent: Sent | null,
): Promise<void> {
  const { user } = signedIn(req);
  const form: FormName = sent === null ? 'comment' : 'document';
  const problems: NonNullable<ThreadState['problems']> = { ...found };
  if (sent !== null && sent.problems.length > 0) problems.files = sent.problems;
  else if (sent !== null && sent.files.length === 0) problems.file = 'fileMissing';
  if (typed.everybody && !may(user, 'threads.broadcast')) throw forbidden();
  if (typed.everybody && !isConfirmed && !wantsPart(req)) problems.broadcast ??= 'notConfirmed';

  const again = async (more: typeof problems, status: number) => {
    if (sent !== null && sent.files.length > 0) {
      await discardFiles(context, sent.files);
      more.file ??= 'chooseAgain';
    }
    await show(context, req, res, ref, message.round, { form, typed, problems: more }, status);
  };
  if (Object.keys(problems).length > 0) return again(problems, 422);

  const keep: KeepFiles | null = sent && ((trx) => keepFiles(trx, sent.files, context.config));
  if (message.broadcast) {
    const count = await broadcast(context, user, ref, { ...message, broadcast: message.broadcast }, keep);
    if (count === 'countChanged') return again({ broadcast: count }, 409);
    if (typeof count === 'string') return again({}, 409);
    const said = { level: 'success' as const, key: `threads.done.${form}Many`, values: { count } };
    return answer(context, req, res, ref, message.round, said);
  }
  const refused =
    keep === null
      ? await postComment(context, user, ref, message)
      : await attachDocuments(context, user, ref, message, keep);
  if (refused !== null) return again({}, 409);
  await answer(context, req, res, ref, message.round, { level: 'success', key: `threads.done.${form}` });
}

/** After something was done: the thread as it is now, with what is said about it. */
async function answer(
  context: AppContext,
  req: Request,
  res: Response,
  ref: ThreadRef,
  round: string | undefined,
  said: NonNullable<ThreadState['said']>,
): Promise<void> {
  if (wantsPart(req)) return show(context, req, res, ref, round, { said });
  setFlash(req, res, context.config.sessionSecret, said);
  res.redirect(303, threadAddress(req, ref, round));
}

function threadAddress(req: Request, { officeId, variableId }: ThreadRef, round: string | undefined): string {
  const question = round === undefined ? '' : `?round=${round}`;
  return `${req.baseUrl}/threads/${officeId}/${variableId}${question}`;
}

/** Who has registered an item and who has not. */
function overviewAddress(req: Request, itemId: string): string {
  return `${req.baseUrl}/threads/items/${itemId}/receipts`;
}

async function show(
  context: AppContext,
  req: Request,
  res: Response,
  ref: ThreadRef,
  round: string | undefined,
  state: ThreadState = {},
  status = 200,
): Promise<void> {
  const { maxFileMegabytes } = systemOf(req).settings;
  const page = await loadThread(context, signedIn(req).user, maxFileMegabytes, ref, round);
  const limits = { comment: MAX_COMMENT, description: MAX_DESCRIPTION, files: MAX_FILES };
  const data = { page, limits, ...state };
  if (wantsPart(req)) {
    // the bell stands on the page behind
    const news = badgeOf(await countNew(context.db, signedIn(req).user)) ?? '';
    return renderPart(req, res, 'threads/thread', { ...data, news }, status);
  }
  await renderPage(req, res, 'threads/page', data, status);
}
