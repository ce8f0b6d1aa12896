import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../http/context.ts';
import { signedIn } from '../../../http/current-user.ts';
import { keptForm, setFlash } from '../../../http/flash.ts';
import { renderPage } from '../../../http/render.ts';
import { allow } from '../../../http/rights.ts';
import { AppError } from '../../../lib/errors.ts';
import { changeDraft } from '../../drafts/actions.ts';
import { listYearRounds } from '../../drafts/queries.ts';
import { type Problems, readTyped, type Typed, typedText } from '../fields.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { loadDraft } from '../load.ts';
import { readYear } from '../paths.ts';
import { findLatestEvent } from '../queries.ts';
import { changeHeader, headerOf, readHeaderForm, typedHeader } from './header.ts';

/** Titles and planned rounds of a year. */
export function headerRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const mayEdit = allow('framework.edit');
  const path = '/framework/:year/header';

  router.get(path, mayEdit, async (req, res) => {
    await showHeader(context, req, res, {});
  });

  router.post(path, mayEdit, async (req, res) => {
    const { user } = signedIn(req);
    const fiscalYear = readYear(req.params);
    const typed = readTyped(req.body);
    const seen = typedText(typed, 'seen');
    const fixed = await fixedKinds(context, req);
    const { header, problems } = readHeaderForm(typed, fixed);
    if (Object.keys(problems).length > 0)
      return showHeader(context, req, res, { typed, seen, problems }, 422);
    try {
      await changeDraft(context, user, { fiscalYear, event: 'edit' }, (draft) => {
        const changed = changeHeader(draft, header, fixed);
        const isStale = fingerprintOf(headerOf(draft)) !== seen;
        if (isStale && fingerprintOf(headerOf(draft)) !== fingerprintOf(headerOf(changed)))
          throw new StaleHeader();
        return changed;
      });
    } catch (error) {
      if (!(error instanceof StaleHeader)) throw error;
      return showHeader(context, req, res, { typed, isStale: true }, 409);
    }
    setFlash(req, res, context.config.sessionSecret, {
      level: 'success',
      key: 'design.saved',
      forget: keptForm(req.body),
    });
    const next = typedText(typed, 'next') === '' ? '' : '/header';
    res.redirect(303, `${req.baseUrl}/framework/${fiscalYear}${next}`);
  });

  return router;
}

/** The rounds of a published year are changed on their own page. */
async function fixedKinds({ db }: AppContext, req: Request): Promise<Set<string>> {
  const rounds = await listYearRounds(db, signedIn(req).system.id, readYear(req.params));
  return new Set(rounds.map(({ kind }) => kind));
}

class StaleHeader extends AppError {
  constructor() {
    super('conflict');
    this.name = 'StaleHeader';
  }
}

interface HeaderState {
  typed?: Typed;
  seen?: string;
  problems?: Problems;
  isStale?: boolean;
}

async function showHeader(
  { db }: AppContext,
  req: Request,
  res: Response,
  { typed, seen, problems = {}, isStale = false }: HeaderState,
  status = 200,
): Promise<void> {
  const { system } = signedIn(req);
  const fiscalYear = readYear(req.params);
  const { document, draft } = await loadDraft(db, system.id, fiscalYear);
  const stored = headerOf(document);
  const planned = new Map(document.rounds.map(({ kind, sequence }) => [kind, sequence]));
  const there = (draft.frameworkId === null ? [] : await listYearRounds(db, system.id, fiscalYear)).map(
    (round) => ({ ...round, sequence: planned.get(round.kind) ?? round.sequence }),
  );
  const fixed = new Set(there.map(({ kind }) => kind));
  const of = { systemId: system.id, fiscalYear, place: '' };
  const data = {
    fiscalYear,
    there,
    typed: typed ?? typedHeader(stored, fixed),
    seen: seen ?? fingerprintOf(stored),
    problems,
    current: isStale ? typedHeader(stored, fixed) : null,
    latest: isStale ? await findLatestEvent(db, of) : undefined,
  };
  await renderPage(req, res, 'framework/header', data, status);
}
