import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../http/context.ts';
import { signedIn } from '../../../http/current-user.ts';
import { keptForm, setFlash } from '../../../http/flash.ts';
import { renderPage } from '../../../http/render.ts';
import { allow } from '../../../http/rights.ts';
import { AppError, notFound } from '../../../lib/errors.ts';
import { changeDraft } from '../../drafts/actions.ts';
import { isPublished, type Part, type PartKind, spaceOf } from '../../drafts/parts.ts';
import { mayHang, removePart } from '../edits.ts';
import { readTyped, type Typed, typedText } from '../fields.ts';
import { readPart, typedOf } from '../forms.ts';
import { type LoadedDraft, loadDraft } from '../load.ts';
import { queryText, readPartRef, readYear } from '../paths.ts';
import { keptWith, parseRef, partAt, partsBelow, refOf } from '../refs.ts';
import { addOnce, duplicateOnce, sinceOf } from './add.ts';
import { differingNames, formOf, newForm, type PartForm } from './form.ts';
import { pageOfPart } from './page.ts';
import { saveParts } from './save.ts';

const mayEdit = allow('framework.edit');
const KINDS: readonly PartKind[] = ['dimension', 'indicator', 'sub_indicator', 'variable'];

/** The page of each part of a draft: มิติ, ตัวชี้วัดหลัก, ตัวชี้วัดย่อย, ตัวแปร (R163–R169). */
export function partRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  router.use(newPartRoutes(context));
  const path = '/framework/:year/parts/:part';

  router.get(path, mayEdit, async (req, res) => {
    const { loaded, part } = await loadPart(context, req);
    await showForm(context, req, res, loaded, part, formOf(part, loaded.scope));
  });

  router.post(path, mayEdit, async (req, res) => {
    await savePart(context, req, res);
  });

  router.post(`${path}/copy`, mayEdit, async (req, res) => {
    const { user } = signedIn(req);
    const fiscalYear = readYear(req.params);
    const ref = readPartRef(req.params);
    const since = sinceOf(readTyped(req.body));
    const { key, isNew } = await duplicateOnce(context, user, fiscalYear, { ref, since });
    if (isNew) say(context, req, res, 'design.duplicated');
    else say(context, req, res, 'design.duplicatedBefore', 'info');
    res.redirect(303, `${req.baseUrl}/framework/${fiscalYear}/parts/${ref.space}-${key}`);
  });

  router.post(`${path}/delete`, mayEdit, async (req, res) => {
    const { user } = signedIn(req);
    const { fiscalYear, document } = await loadDraft(context.db, user.systemId, readYear(req.params));
    const ref = readPartRef(req.params);
    const part = partAt(document, ref);
    if (part === undefined) {
      say(context, req, res, 'design.removedBefore', 'info');
      return res.redirect(303, `${req.baseUrl}/framework/${fiscalYear}`);
    }
    if (typedText(readTyped(req.body), 'confirmed') === '') {
      const below = partsBelow(document, part);
      return renderPage(req, res, 'framework/delete', { fiscalYear, part, below, refOf, isPublished });
    }
    await changeDraft(context, user, { fiscalYear, event: 'retire' }, (draft) =>
      partAt(draft, ref) === undefined ? draft : removePart(draft, ref),
    );
    say(context, req, res, isPublished(part.key) ? 'design.retired' : 'design.deleted');
    const parent = part.parents.at(-1);
    const at = parent === undefined ? '' : `?open=${refOf(parent)}#${refOf(parent)}`;
    res.redirect(303, `${req.baseUrl}/framework/${fiscalYear}${at}`);
  });

  return router;
}

function newPartRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/framework/:year/parts/new', mayEdit, async (req, res) => {
    const loaded = await loadDraft(context.db, signedIn(req).system.id, readYear(req.params));
    const kind = readKind(queryText(req.query, 'kind'));
    const parent = partAt(loaded.document, parseRef(queryText(req.query, 'parent')));
    if (!mayHang(kind, parent)) throw notFound();
    await showForm(
      context,
      req,
      res,
      loaded,
      undefined,
      newForm(loaded.document, kind, parent, loaded.scope),
    );
  });

  router.post('/framework/:year/parts', mayEdit, async (req, res) => {
    const { user, system } = signedIn(req);
    const loaded = await loadDraft(context.db, system.id, readYear(req.params));
    const typed = readTyped(req.body);
    const kind = readKind(typedText(typed, 'kind'));
    const parentText = typedText(typed, 'parent');
    const parent = parseRef(parentText);
    const form: PartForm = { ...blank(kind, typed), parent: parentText };
    if (wantsMore(typed)) return showForm(context, req, res, loaded, undefined, withMore(form));
    const { fields, problems } = readPart(kind, typed, loaded.scope);
    const hangs = mayHang(kind, partAt(loaded.document, parent));
    if (Object.keys(problems).length > 0 || !hangs) {
      const told = hangs ? problems : { ...problems, parent: 'choice' as const };
      return showForm(context, req, res, loaded, undefined, { ...form, problems: told }, 422);
    }
    const withSub = kind === 'indicator' && typedText(typed, 'with_sub') !== '';
    const adding = { kind, parent, fields, withSub, since: sinceOf(typed) };
    const { key, isNew } = await addOnce(context, user, loaded, adding);
    if (isNew) say(context, req, res, 'design.added');
    else say(context, req, res, 'design.addedBefore', 'info');
    const ref = `${spaceOf(kind)}-${key}`;
    res.redirect(
      303,
      `${req.baseUrl}/framework/${loaded.fiscalYear}${afterAdding(kind, ref, parentText, typed)}`,
    );
  });

  return router;
}

/** A sub-indicator is worked on where its variables are; variables are often added one after another. */
function afterAdding(kind: PartKind, ref: string, parent: string, typed: Typed): string {
  if (typedText(typed, 'next') !== '') return `/parts/new?kind=${kind}&parent=${parent}`;
  if (kind === 'sub_indicator') return `/parts/${ref}`;
  return kind === 'variable' ? `/parts/${parent}` : `?open=${ref}#${ref}`;
}

async function savePart(context: AppContext, req: Request, res: Response): Promise<void> {
  const { user, system } = signedIn(req);
  const loaded = await loadDraft(context.db, system.id, readYear(req.params));
  const ref = readPartRef(req.params);
  const typed = readTyped(req.body);
  const part = partAt(loaded.document, ref);
  if (part === undefined) return showGone(context, req, res, loaded, typed);
  const seen = typedText(typed, 'seen');
  const form = formOf(part, loaded.scope, { typed, seen });
  if (wantsMore(typed)) return showForm(context, req, res, loaded, part, withMore(form));
  const { fields, problems } = readPart(part.kind, typed, loaded.scope);
  if (Object.keys(problems).length > 0) {
    return showForm(context, req, res, loaded, part, { ...form, problems }, 422);
  }
  const outcome = await saveParts(context, user, loaded.fiscalYear, [{ ref, seen, fields }]);
  if (outcome.saved) {
    say(context, req, res, 'design.saved');
    return res.redirect(303, `${req.baseUrl}/framework/${loaded.fiscalYear}/parts/${refOf(part)}`);
  }
  const now = await loadDraft(context.db, system.id, loaded.fiscalYear);
  const partNow = partAt(now.document, ref);
  if (partNow === undefined) return showGone(context, req, res, now, typed);
  const stored = formOf(partNow, now.scope);
  const differs = differingNames(typedOf(part.kind, fields, now.scope), stored.typed);
  await showForm(context, req, res, now, partNow, { ...stored, typed, current: stored.typed, differs }, 409);
}

/** The part was taken away meanwhile: what was typed can be added anew. */
async function showGone(
  context: AppContext,
  req: Request,
  res: Response,
  loaded: LoadedDraft,
  typed: Typed,
): Promise<void> {
  const kind = KINDS.find((one) => one === typedText(typed, 'kind'));
  if (kind === undefined) throw notFound();
  const form = { ...blank(kind, typed), parent: typedText(typed, 'parent'), gone: true };
  await showForm(context, req, res, loaded, undefined, form, 409);
}

async function showForm(
  context: AppContext,
  req: Request,
  res: Response,
  loaded: LoadedDraft,
  part: Part | undefined,
  form: PartForm,
  status = 200,
): Promise<void> {
  const page = await pageOfPart(context.db, loaded, part, form);
  await renderPage(
    req,
    res,
    'framework/part',
    { ...page, keptWith, isAnswer: req.method === 'POST' },
    status,
  );
}

async function loadPart(context: AppContext, req: Request) {
  const loaded = await loadDraft(context.db, signedIn(req).system.id, readYear(req.params));
  const part = partAt(loaded.document, readPartRef(req.params));
  if (part === undefined) throw notFound();
  return { loaded, part };
}

function readKind(text: string): PartKind {
  const kind = KINDS.find((one) => one === text);
  if (kind === undefined) throw new AppError('badRequest');
  return kind;
}

function blank(kind: PartKind, typed: Typed): PartForm {
  return {
    kind,
    ref: null,
    parent: '',
    typed,
    seen: '',
    problems: {},
    current: null,
    differs: [],
    gone: false,
  };
}

/** Without script: the form comes back with one more row, and nothing is saved yet. */
function wantsMore(typed: Typed): boolean {
  return typedText(typed, 'more') !== '';
}

function withMore(form: PartForm): PartForm {
  const rows = Number(typedText(form.typed, 'exceptions')) || 0;
  return { ...form, typed: { ...form.typed, exceptions: [String(Math.min(rows + 1, 400))] } };
}

function say(
  { config }: AppContext,
  req: Request,
  res: Response,
  key: string,
  level: 'success' | 'info' = 'success',
): void {
  setFlash(req, res, config.sessionSecret, { level, key, forget: keptForm(req.body) });
}
