import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../http/context.ts';
import { signedIn } from '../../../http/current-user.ts';
import { keptForm, setFlash } from '../../../http/flash.ts';
import { renderPage } from '../../../http/render.ts';
import { allow } from '../../../http/rights.ts';
import { notFound } from '../../../lib/errors.ts';
import type { SubIndicatorPart } from '../../drafts/parts.ts';
import { madeBefore } from '../again.ts';
import { addPart } from '../edits.ts';
import { type Problems, readTyped, type Typed } from '../fields.ts';
import { SOURCES, typedOf, VARIABLE_KINDS } from '../forms.ts';
import { type LoadedDraft, loadDraft } from '../load.ts';
import { sinceOf } from '../parts/add.ts';
import { saveParts } from '../parts/save.ts';
import { readPartRef, readYear } from '../paths.ts';
import { keptWith, type PartRef, partAt, refOf } from '../refs.ts';
import { NEW_ROWS, prefixOf, readGrid, seenOf, typedGrid } from './grid.ts';

/** All variables of a sub-indicator on one page, as the grid of the manual shows them (R166). */
export function gridRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const mayEdit = allow('framework.edit');
  const path = '/framework/:year/parts/:part/variables';

  router.get(path, mayEdit, async (req, res) => {
    const { loaded, sub } = await loadSubIndicator(context, req);
    await showGrid(req, res, loaded, sub, { typed: typedGrid(sub, loaded.scope) });
  });

  router.post(path, mayEdit, async (req, res) => {
    const { user } = signedIn(req);
    const { loaded, sub, ref } = await loadSubIndicator(context, req);
    const typed = readTyped(req.body);
    const since = sinceOf(typed);
    const { changes, added, problems } = readGrid(sub, typed, loaded.scope);
    if (Object.keys(problems).length > 0) return showGrid(req, res, loaded, sub, { typed, problems }, 422);
    const outcome = await saveParts(context, user, loaded.fiscalYear, changes, (draft) =>
      added.reduce((document, fields) => {
        const isThere = madeBefore(draft, { kind: 'variable', parent: ref, fields }, since) !== undefined;
        return isThere ? document : addPart(document, 'variable', ref, fields).document;
      }, draft),
    );
    if (!outcome.saved) {
      const now = await loadSubIndicator(context, req);
      return showGrid(req, res, now.loaded, now.sub, { typed, stale: outcome.stale }, 409);
    }
    setFlash(req, res, context.config.sessionSecret, {
      level: 'success',
      key: 'design.saved',
      forget: keptForm(req.body),
    });
    res.redirect(303, `${req.baseUrl}/framework/${loaded.fiscalYear}/parts/${refOf(sub)}`);
  });

  return router;
}

async function loadSubIndicator(context: AppContext, req: Request) {
  const loaded = await loadDraft(context.db, signedIn(req).system.id, readYear(req.params));
  const ref = readPartRef(req.params);
  const sub = partAt(loaded.document, ref);
  if (sub?.kind !== 'sub_indicator') throw notFound();
  return { loaded, sub, ref };
}

interface GridState {
  typed: Typed;
  problems?: Problems;
  /** Variables that somebody else changed meanwhile. */
  stale?: PartRef[];
}

async function showGrid(
  req: Request,
  res: Response,
  { fiscalYear, draft, known, document, scope }: LoadedDraft,
  sub: SubIndicatorPart,
  { typed, problems = {}, stale = [] }: GridState,
  status = 200,
): Promise<void> {
  const rows = sub.part.variables.map((variable) => {
    const isStale = stale.some(({ key }) => key === variable.key);
    return {
      prefix: prefixOf(variable),
      variable,
      isStale,
      current: isStale ? typedOf('variable', variable, scope) : null,
      // what was typed over somebody else's change is saved when it is sent once more
      seen: isStale ? seenOf(variable) : (typed[`${prefixOf(variable)}seen`]?.[0] ?? seenOf(variable)),
    };
  });
  const data = { fiscalYear, draft, keptWith, known, kinds: document.rounds, sub, rows, typed, problems };
  const choices = { kinds: VARIABLE_KINDS, sources: SOURCES };
  const forms = {
    choices,
    newRows: NEW_ROWS,
    nextKey: document.next_key,
    isAnswer: req.method === 'POST',
    refOf,
  };
  await renderPage(req, res, 'framework/variables', { ...data, ...forms }, status);
}
