import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { AppError } from '../../lib/errors.ts';
import { withArabicDigits } from '../../lib/numbers.ts';
import { changeDraft, createDraft, discardDraft } from '../drafts/actions.ts';
import { lintDraft } from '../drafts/lint.ts';
import { isPublished } from '../drafts/parts.ts';
import { listRevisions } from '../revisions/queries.ts';
import { otherRounds } from '../revisions/rules.ts';
import { movePart, restorePart, stepPart } from './edits.ts';
import { type FieldProblem, readTyped, typedText } from './fields.ts';
import { gridRoutes } from './grid/routes.ts';
import { designHistoryRoutes } from './history/routes.ts';
import { lintRoutes } from './lint/routes.ts';
import { loadRevision, loadYear } from './load.ts';
import { partRoutes } from './parts/routes.ts';
import { queryText, readYear, typedYear } from './paths.ts';
import { listDesignYears } from './queries.ts';
import { parseRef } from './refs.ts';
import { retiredParts, treeOf } from './tree.ts';
import { headerRoutes } from './year/routes.ts';

const mayEdit = allow('framework.edit');

/** กำหนดผังรายการตัวชี้วัด / ผู้รายงานผล / ผู้รับรองข้อมูล: the years, and the tree of each (R161–R171). */
export function designRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  router.use(yearRoutes(context));
  router.use(headerRoutes(context));
  router.use(partRoutes(context));
  router.use(gridRoutes(context));
  router.use(designHistoryRoutes(context));
  router.use(lintRoutes(context));

  router.get('/framework/:year', mayEdit, async (req, res) => {
    if (queryText(req.query, 'revision') !== '') return showRevision(context, req, res);
    const loaded = await loadYear(context.db, signedIn(req).system, readYear(req.params));
    const filter = queryText(req.query, 'q');
    const { document, published, draft, known } = loaded;
    const before = draft === undefined ? undefined : published?.document;
    await renderPage(req, res, 'framework/tree', {
      ...loaded,
      tree: treeOf(document, { published: before, known, filter }),
      retired: retiredParts(document, before),
      outdated: draft !== undefined && published !== undefined && draft.baseVersion !== published.version,
      filter,
      opened: queryText(req.query, 'open'),
      isPublished,
      lint: lintDraft(document, known),
      looksBack: null,
      revisions: published === undefined ? [] : await listRevisions(context.db, published.frameworkId),
    });
  });

  router.post('/framework/:year/order', mayEdit, async (req, res) => {
    const { user } = signedIn(req);
    const fiscalYear = readYear(req.params);
    const { ref, change } = readMove(req.body);
    await changeDraft(context, user, { fiscalYear, event: 'move' }, change);
    res.redirect(303, `${req.baseUrl}/framework/${fiscalYear}?open=${ref}#${ref}`);
  });

  router.post('/framework/:year/restore', mayEdit, async (req, res) => {
    const { user, system } = signedIn(req);
    const fiscalYear = readYear(req.params);
    const ref = parseRef(typedText(readTyped(req.body), 'part'));
    if (ref === undefined) throw new AppError('badRequest');
    const { published } = await loadYear(context.db, system, fiscalYear);
    if (published === undefined) throw new AppError('conflict');
    const { document } = published;
    await changeDraft(context, user, { fiscalYear, event: 'add' }, (draft) =>
      restorePart(draft, document, ref),
    );
    const at = `${ref.space}-${ref.key}`;
    res.redirect(303, `${req.baseUrl}/framework/${fiscalYear}?open=${at}#${at}`);
  });

  return router;
}

/** What is or was published, by the tree of the designer: only to be looked at. */
async function showRevision({ db }: AppContext, req: Request, res: Response): Promise<void> {
  const wanted = queryText(req.query, 'revision');
  const loaded = await loadRevision(db, signedIn(req).system, readYear(req.params), wanted);
  const { document, known, shown, revisions } = loaded;
  const filter = queryText(req.query, 'q');
  await renderPage(req, res, 'framework/tree', {
    ...loaded,
    draft: undefined,
    tree: treeOf(document, { published: undefined, known, filter }),
    retired: [],
    outdated: false,
    filter,
    opened: queryText(req.query, 'open'),
    isPublished,
    lint: [],
    looksBack: { ...shown, others: otherRounds(revisions, shown) },
  });
}

function yearRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/framework', mayEdit, async (req, res) => {
    await showYears(context, req, res, {});
  });

  router.post('/framework', mayEdit, async (req, res) => {
    const { user, system } = signedIn(req);
    const typed = typedText(readTyped(req.body), 'year');
    const fiscalYear = typedYear(withArabicDigits(typed));
    if (fiscalYear === undefined) return showYears(context, req, res, { typed, problem: 'whole' });
    const years = await listDesignYears(context.db, system.id);
    if (years.some((year) => year.fiscalYear === fiscalYear)) {
      return showYears(context, req, res, { typed, problem: 'exists' });
    }
    await createDraft(context, user, { system: system.code, fiscalYear });
    res.redirect(303, `${req.baseUrl}/framework/${fiscalYear}/header`);
  });

  router.post('/framework/:year/draft', mayEdit, async (req, res) => {
    const { user, system } = signedIn(req);
    const fiscalYear = readYear(req.params);
    await loadYear(context.db, system, fiscalYear);
    await createDraft(context, user, { system: system.code, fiscalYear });
    res.redirect(303, `${req.baseUrl}/framework/${fiscalYear}`);
  });

  router.post('/framework/:year/draft/delete', mayEdit, async (req, res) => {
    const { user, system } = signedIn(req);
    const fiscalYear = readYear(req.params);
    const typed = readTyped(req.body);
    const version = typedText(typed, 'version');
    if (!/^\d{1,9}$/.test(version)) throw new AppError('badRequest');
    const { published } = await loadYear(context.db, system, fiscalYear);
    if (typedText(typed, 'confirmed') === '') {
      const fields = [['version', version]];
      return renderPage(req, res, 'framework/discard', { fiscalYear, fields, published });
    }
    await discardDraft(context, user, { fiscalYear, version: Number(version) });
    setFlash(req, res, context.config.sessionSecret, {
      level: 'success',
      key: 'design.discarded',
      values: { year: fiscalYear },
    });
    res.redirect(
      303,
      published === undefined ? `${req.baseUrl}/framework` : `${req.baseUrl}/framework/${fiscalYear}`,
    );
  });

  return router;
}

async function showYears(
  { db }: AppContext,
  req: Request,
  res: Response,
  state: { typed?: string; problem?: FieldProblem | 'exists' },
): Promise<void> {
  const years = await listDesignYears(db, signedIn(req).system.id);
  const latest = years[0]?.fiscalYear;
  await renderPage(
    req,
    res,
    'framework/years',
    {
      years,
      typed: state.typed ?? (latest === undefined ? '' : String(latest + 1)),
      problem: state.problem ?? null,
    },
    state.problem === undefined ? 200 : 422,
  );
}

/** One step (`move=up:node-12`), or a place below a parent (`part`, `parent`, `before`). */
function readMove(body: unknown) {
  const typed = readTyped(body);
  const [, direction, stepped = ''] = /^(up|down):(.+)$/.exec(typedText(typed, 'move')) ?? [];
  const step = parseRef(stepped);
  if (step !== undefined) {
    return {
      ref: stepped,
      change: changeOf((document) => stepPart(document, step, direction === 'up' ? 'up' : 'down')),
    };
  }
  const part = typedText(typed, 'part');
  const ref = parseRef(part);
  if (ref === undefined) throw new AppError('badRequest');
  const to = { parent: parseRef(typedText(typed, 'parent')), before: parseRef(typedText(typed, 'before')) };
  return { ref: part, change: changeOf((document) => movePart(document, ref, to)) };
}

type Change = Parameters<typeof changeDraft>[3];

function changeOf(change: Change): Change {
  return change;
}
