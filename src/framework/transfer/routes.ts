import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { safeFileName } from '../../http/file-name.ts';
import { setFlash } from '../../http/flash.ts';
import { idOf, parsed } from '../../http/input.ts';
import { localeOf, renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { receiveFile } from '../../http/upload.ts';
import { translator } from '../../i18n/index.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import { withArabicDigits } from '../../lib/numbers.ts';
import { loadRevision, loadYear } from '../design/load.ts';
import { queryText, readYear, typedYear } from '../design/paths.ts';
import { listDesignYears } from '../design/queries.ts';
import { plainDocument } from '../drafts/document.ts';
import type { DraftDocument } from '../drafts/types.ts';
import { applyFile, type CheckResult, checkUpload, copyYear, loadFile } from './actions.ts';
import { confirmation, copyForm, uploadForm } from './forms.ts';
import { shownChanges, shownIssues } from './page.ts';
import { MAX_FILE_BYTES, refusal } from './read-file.ts';
import { writeWorkbook } from './write-workbook.ts';

const EXCEL_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const mayEdit = allow('framework.edit');

/** Frameworks out of the designer and into it: files, and a year copied into another one (R161–R171). */
export function transferRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  router.use(exportRoutes(context));
  router.use(importRoutes(context));

  router.post('/framework/copy', mayEdit, async (req, res) => {
    const form = copyForm.safeParse(req.body ?? {});
    if (!form.success) throw new AppError('badRequest');
    const from = typedYear(form.data.from);
    const to = typedYear(withArabicDigits(form.data.to));
    if (from === undefined) throw notFound();
    const result = to === undefined ? 'whole' : await copyYear(context, signedIn(req), { from, to });
    if (result === 'unpublished') throw notFound();
    if (result !== 'copied') return showYears(context, req, res, { ...form.data, problem: result });
    setFlash(req, res, context.config.sessionSecret, {
      level: 'success',
      key: 'transfer.copied',
      values: { from, to: Number(to) },
    });
    res.redirect(303, `${req.baseUrl}/framework/${to}/header`);
  });

  return router;
}

function exportRoutes({ db }: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/framework/:year/export.json', mayEdit, async (req, res) => {
    const { document, name } = await loadExport(req);
    sendFile(res, `${name}.json`, 'application/json; charset=utf-8');
    res.send(`${JSON.stringify(plainDocument(document), null, 2)}\n`);
  });

  router.get('/framework/:year/export.xlsx', mayEdit, async (req, res) => {
    const { document, name } = await loadExport(req);
    const file = await writeWorkbook(document);
    sendFile(res, `${name}.xlsx`, EXCEL_TYPE);
    res.send(file);
  });

  /**
   * A revision by its number; the draft, where there is one and nothing else was asked for; otherwise what is
   * published.
   */
  async function loadExport(req: Request): Promise<{ document: DraftDocument; name: string }> {
    const { system } = signedIn(req);
    const fiscalYear = readYear(req.params);
    const revision = queryText(req.query, 'revision');
    if (revision !== '') {
      const { document } = await loadRevision(db, system, fiscalYear, revision);
      return { document, name: `${system.code}-${fiscalYear}-revision-${revision}` };
    }
    const { draft, published } = await loadYear(db, system, fiscalYear);
    const wanted = queryText(req.query, 'of');
    const ofDraft = wanted === 'draft' || (wanted === '' && draft !== undefined);
    const document = ofDraft ? draft?.document : published?.document;
    if (document === undefined) throw notFound();
    return { document, name: `${system.code}-${fiscalYear}${ofDraft ? '-draft' : ''}` };
  }

  return router;
}

function sendFile(res: Response, name: string, type: string): void {
  res.set({
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${name}"`,
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
  });
}

function importRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const { db, config } = context;

  router.get('/framework/transfer', mayEdit, (req, res) =>
    showTransfer(context, req, res, { year: queryText(req.query, 'year') }),
  );

  router.post('/framework/transfer', mayEdit, receiveFile('file', MAX_FILE_BYTES), async (req, res) => {
    const form = uploadForm.safeParse({ ...req.body });
    if (!form.success) throw new AppError('badRequest');
    const result = await checkSent(context, req);
    if (result.outcome === 'checked') {
      return res.redirect(303, `${req.baseUrl}/framework/transfer/${result.id}`);
    }
    await showTransfer(context, req, res, { year: form.data.year ?? '', result }, 422);
  });

  router.get('/framework/transfer/:id', mayEdit, async (req, res) => {
    const { stored } = await loadFile(db, signedIn(req), idOf(req));
    if (stored.appliedAt !== null) return finish(req, res, 'info', 'transfer.already', stored.fiscalYear);
    await showChecked(req, res, false);
  });

  router.post('/framework/transfer/:id/draft', mayEdit, async (req, res) => {
    const { seen } = parsed(confirmation, req.body ?? {});
    const { outcome, fiscalYear } = await applyFile(context, signedIn(req), { id: idOf(req), seen });
    if (outcome === 'changed') return showChecked(req, res, true);
    if (outcome === 'already') return finish(req, res, 'info', 'transfer.already', fiscalYear);
    finish(req, res, 'success', 'transfer.imported', fiscalYear);
  });

  async function showChecked(req: Request, res: Response, isChanged: boolean): Promise<void> {
    const { stored, differences, seen, target } = await loadFile(db, signedIn(req), idOf(req));
    const t = translator(localeOf(req));
    const data = {
      file: stored,
      seen,
      isChanged,
      state: target.draft !== undefined ? 'draft' : target.published !== undefined ? 'published' : 'new',
      issues: shownIssues(stored.issues, t),
      changes: shownChanges(differences, target.known),
    };
    await renderPage(req, res, 'framework/transfer-checked', data, isChanged ? 409 : 200);
  }

  function finish(
    req: Request,
    res: Response,
    level: 'success' | 'info',
    key: string,
    fiscalYear: number,
  ): void {
    setFlash(req, res, config.sessionSecret, { level, key, values: { year: fiscalYear } });
    res.redirect(303, `${req.baseUrl}/framework/${fiscalYear}`);
  }

  return router;
}

async function checkSent(context: AppContext, req: Request): Promise<CheckResult> {
  if (req.fileProblem !== undefined) {
    const values = { megabytes: MAX_FILE_BYTES / 1_000_000 };
    return { outcome: 'file', problem: refusal('tooLarge', values) };
  }
  if (req.file === undefined) return { outcome: 'file', problem: refusal('missing') };
  const { originalname, buffer: bytes } = req.file;
  // browsers send UTF-8 where the form reader takes it for Latin-1
  const name = safeFileName(Buffer.from(originalname, 'latin1').toString());
  return checkUpload(context, signedIn(req), { name, bytes });
}

interface TransferState {
  /** The year from which the person came. */
  year: string;
  result?: Exclude<CheckResult, { outcome: 'checked' }>;
}

async function showTransfer(
  { db }: AppContext,
  req: Request,
  res: Response,
  { year, result }: TransferState,
  status = 200,
): Promise<void> {
  const t = translator(localeOf(req));
  const years = await listDesignYears(db, signedIn(req).system.id);
  const data = {
    years,
    from: years.find(({ fiscalYear }) => String(fiscalYear) === year)?.fiscalYear ?? null,
    maxMegabytes: MAX_FILE_BYTES / 1_000_000,
    fileProblem: result?.outcome === 'file' ? result.problem : null,
    refused:
      result?.outcome === 'refused'
        ? {
            fiscalYear: result.fiscalYear,
            issues: shownIssues(result.issues, t),
            changes: shownChanges(result.differences, result.known),
          }
        : null,
  };
  await renderPage(req, res, 'framework/transfer', data, status);
}

async function showYears(
  { db }: AppContext,
  req: Request,
  res: Response,
  copy: { from: string; to: string; problem: 'whole' | 'exists' },
): Promise<void> {
  const years = await listDesignYears(db, signedIn(req).system.id);
  await renderPage(req, res, 'framework/years', { years, typed: '', problem: null, copy }, 422);
}
