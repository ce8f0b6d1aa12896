import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn, systemOf } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { idOf } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { sendStream } from '../../http/send-stream.ts';
import { type FileProblem, receiveFiles, type StoredUpload } from '../../http/upload-files.ts';
import { notFound } from '../../lib/errors.ts';
import { StorageError } from '../../storage/types.ts';
import { discardFiles, orDiscard } from '../../threads/files/actions.ts';
import { downloadType } from '../../threads/files/rules.ts';
import { addManual, changeManual, takeManualAway } from './actions.ts';
import { readManual, type TypedManual } from './forms.ts';
import { findManual, findManualFile, listManualEvents, listManuals } from './queries.ts';
import { LONGEST_TITLE, type Manual, type ManualProblems } from './types.ts';

/** How much of the history is shown. */
const LISTED_EVENTS = 50;
const NOTHING_ALLOWED = "sandbox; default-src 'none'; frame-ancestors 'none'";

/** The manuals that everybody may download, and nothing else of the storage (R24). */
export function publicManualRoutes({ db, storage }: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/manuals/:id/file', async (req, res) => {
    const file = await findManualFile(db, systemOf(req).id, idOf(req));
    if (file === undefined) throw notFound();
    const bytes = await storage.open(file.key).catch((error: unknown) => {
      throw error instanceof StorageError ? notFound() : error;
    });
    await sendStream(res, bytes, () => {
      res.attachment(file.name).set({
        'Content-Type': downloadType(file.mediaType),
        'Content-Length': String(file.size),
        'Content-Security-Policy': NOTHING_ALLOWED,
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'public, max-age=60, no-transform',
      });
    });
  });

  return router;
}

/** คู่มือการใช้งาน: the KPI office adds, replaces and removes them; `forget` makes pages read them afresh. */
export function manualRoutes(context: AppContext, { forget }: { forget(): void }): Router {
  const router = Router({ mergeParams: true });
  const mayEdit = allow('framework.edit');

  router.get('/manuals', mayEdit, (req, res) => showList(context, req, res));

  router.post('/manuals', mayEdit, async (req, res) => {
    const { user } = signedIn(req);
    const { fields, files, problems } = await receiveFiles(req, res, context);
    await orDiscard(context, files, async () => {
      const read = readManual(fields);
      const [file] = files;
      const found = { ...read.problems, ...fileProblem(files, problems) };
      if (file === undefined && found.file === undefined) found.file = 'file';
      if (file === undefined || Object.keys(found).length > 0) {
        await discardFiles(context, files);
        return showList(context, req, res, { typed: read.typed, problems: found, refused: problems[0] });
      }
      const { typed, fiscalYear } = read;
      await addManual(context, user, { title: typed.title, fiscalYear }, file);
      finish(req, res, 'handbook.saved', typed.title);
    });
  });

  router.get('/manuals/:id', mayEdit, async (req, res) => {
    await showOne(req, res, await loadManual(context, req));
  });

  router.post('/manuals/:id', mayEdit, async (req, res) => {
    const manual = await loadManual(context, req);
    const { fields, files, problems } = await receiveFiles(req, res, context);
    await orDiscard(context, files, async () => {
      const { typed, fiscalYear, problems: own } = readManual(fields);
      const found = { ...own, ...fileProblem(files, problems) };
      if (Object.keys(found).length > 0) {
        await discardFiles(context, files);
        return showOne(req, res, manual, { typed, problems: found, refused: problems[0] });
      }
      const [file] = files;
      await changeManual(context, signedIn(req).user, manual.id, { title: typed.title, fiscalYear, file });
      finish(req, res, 'handbook.saved', typed.title);
    });
  });

  router.post('/manuals/:id/removal', mayEdit, async (req, res) => {
    const manual = await loadManual(context, req);
    if (req.body?.confirmed !== '1') return renderPage(req, res, 'manuals/remove', { manual });
    await takeManualAway(context, signedIn(req).user, manual.id);
    finish(req, res, 'handbook.removed', manual.title);
  });

  function finish(req: Request, res: Response, key: string, title: string): void {
    forget();
    setFlash(req, res, context.config.sessionSecret, { level: 'success', key, values: { title } });
    res.redirect(303, `${req.baseUrl}/manuals`);
  }

  return router;
}

async function loadManual({ db }: AppContext, req: Request): Promise<Manual> {
  const manual = await findManual(db, signedIn(req).system.id, idOf(req));
  if (manual === undefined) throw notFound();
  return manual;
}

/** Of what was not taken the reason stands with the upload (`refused`). */
function fileProblem(files: readonly StoredUpload[], refused: readonly FileProblem[]): ManualProblems {
  return files.length > 1 || refused.length > 0 ? { file: 'oneFile' } : {};
}

interface FormState {
  typed: TypedManual;
  problems: ManualProblems;
  refused: FileProblem | undefined;
}

const UNTOUCHED: FormState = { typed: { title: '', year: '' }, problems: {}, refused: undefined };

async function showList(
  { db }: AppContext,
  req: Request,
  res: Response,
  state: FormState = UNTOUCHED,
): Promise<void> {
  const { system } = signedIn(req);
  const manuals = await listManuals(db, system.id);
  const events = await listManualEvents(db, system.id, LISTED_EVENTS);
  await renderPage(req, res, 'manuals/list', { manuals, events, ...pageOf(req, state) }, statusOf(state));
}

async function showOne(req: Request, res: Response, manual: Manual, state?: FormState): Promise<void> {
  const { title, fiscalYear } = manual;
  const shown = state ?? {
    ...UNTOUCHED,
    typed: { title, year: fiscalYear === null ? '' : String(fiscalYear) },
  };
  await renderPage(req, res, 'manuals/edit', { manual, ...pageOf(req, shown) }, statusOf(shown));
}

function pageOf(req: Request, state: FormState) {
  const { maxFileMegabytes } = systemOf(req).settings;
  return { ...state, limits: { title: LONGEST_TITLE, megabytes: maxFileMegabytes } };
}

function statusOf({ problems }: FormState): number {
  return Object.keys(problems).length > 0 ? 422 : 200;
}
