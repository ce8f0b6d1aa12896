import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { idOf } from '../../http/input.ts';
import { localeOf, renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { receiveFile } from '../../http/upload.ts';
import { translator } from '../../i18n/index.ts';
import { AppError } from '../../lib/errors.ts';
import { LONGEST } from '../forms.ts';
import { applyImport, type CheckResult, checkFile, loadImport } from './actions.ts';
import { fileNameOf, uploadForm } from './forms.ts';
import { type ImportOwner, listImportOffices } from './queries.ts';
import { MAX_FILE_BYTES, MAX_ROWS } from './read.ts';
import { templateFile } from './template.ts';
import { IMPORT_FIELDS, type RowProblem } from './types.ts';

const EXCEL_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Creating many accounts from a file, for the KPI office: upload, look at what would be created, create. */
export function importRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const { db, config, clock } = context;
  const mayImport = allow('users.import');

  router.get('/users/import', mayImport, (req, res) => showUpload(req, res, {}));

  router.get('/users/import/template', mayImport, async (req, res) => {
    const offices = await listImportOffices(db, signedIn(req).system.id);
    res.set({
      'Content-Type': EXCEL_TYPE,
      'Content-Disposition': 'attachment; filename="new-users.xlsx"',
      'Cache-Control': 'private, no-store',
    });
    res.send(await templateFile(translator(localeOf(req)), offices));
  });

  router.post('/users/import', mayImport, receiveFile('file', MAX_FILE_BYTES), async (req, res) => {
    const form = uploadForm.safeParse({ ...req.body });
    if (!form.success) throw new AppError('badRequest');
    const { notify } = form.data;
    const result = await checkUpload(context, req, notify);
    if (result.outcome === 'checked') {
      return res.redirect(303, `/${signedIn(req).system.code}/users/import/${result.id}`);
    }
    await showUpload(req, res, { notify, result }, 422);
  });

  router.get('/users/import/:id', mayImport, async (req, res) => {
    const { stored } = await loadImport(db, ownerOf(req), idOf(req));
    if (stored.appliedAt !== null) return goToUsers(req, res, 'info', 'userImport.already', {});
    await showChecked(context, req, res);
  });

  router.post('/users/import/:id/accounts', mayImport, async (req, res) => {
    const result = await applyImport(db, ownerOf(req), idOf(req), clock());
    if (result.outcome === 'refused') return showChecked(context, req, res, result.problems, 409);
    if (result.outcome === 'already') return goToUsers(req, res, 'info', 'userImport.already', {});
    const { created, mailed } = result;
    goToUsers(req, res, 'success', mailed > 0 ? 'userImport.doneAndMailed' : 'userImport.done', {
      created,
      mailed,
    });
  });

  function goToUsers(
    req: Request,
    res: Response,
    level: 'success' | 'info',
    key: string,
    values: Record<string, number>,
  ): void {
    setFlash(req, res, config.sessionSecret, { level, key, values });
    res.redirect(303, `/${signedIn(req).system.code}/users`);
  }

  return router;
}

async function checkUpload(
  { db, clock }: AppContext,
  req: Request,
  sendsLinks: boolean,
): Promise<CheckResult> {
  if (req.fileProblem !== undefined) return { outcome: 'file', problem: { kind: req.fileProblem } };
  if (req.file === undefined) return { outcome: 'file', problem: { kind: 'missing' } };
  if (req.file.size === 0) return { outcome: 'file', problem: { kind: 'noBytes' } };
  const file = { name: fileNameOf(req.file.originalname), bytes: req.file.buffer, sendsLinks };
  return checkFile(db, ownerOf(req), file, clock());
}

interface UploadState {
  notify?: boolean;
  result?: Exclude<CheckResult, { outcome: 'checked' }>;
}

function showUpload(req: Request, res: Response, state: UploadState, status = 200): Promise<void> {
  const data = {
    fields: IMPORT_FIELDS,
    maxRows: MAX_ROWS,
    maxMegabytes: MAX_FILE_BYTES / 1_000_000,
    notify: state.notify ?? true,
    longest: LONGEST,
    result: state.result ?? null,
  };
  return renderPage(req, res, 'users/import/upload', data, status);
}

async function showChecked(
  { db }: AppContext,
  req: Request,
  res: Response,
  told?: RowProblem[],
  status = 200,
): Promise<void> {
  const { stored, offices, problems } = await loadImport(db, ownerOf(req), idOf(req));
  const data = { file: stored, offices, problems: told ?? problems, longest: LONGEST };
  await renderPage(req, res, 'users/import/checked', data, status);
}

function ownerOf(req: Request): ImportOwner {
  const { user, system } = signedIn(req);
  return { systemId: system.id, userId: user.id };
}
