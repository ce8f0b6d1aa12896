import type { ErrorRequestHandler, Request, Response } from 'express';
import type { AppContext } from '../../../http/context.ts';
import { signedIn } from '../../../http/current-user.ts';
import { setFlash } from '../../../http/flash.ts';
import { localeOf, renderPage, wantsPart } from '../../../http/render.ts';
import { translator } from '../../../i18n/index.ts';
import { DraftGone } from '../../drafts/gone.ts';
import { findPublished, knownThings } from '../../drafts/queries.ts';
import type { KnownThings } from '../../known.ts';
import { readTyped } from '../fields.ts';
import { type DraftEnd, findDraftEnd } from '../queries.ts';
import { shownTexts } from './typed-texts.ts';

/**
 * Pages and forms of a draft that is not there any more, from the back button or another tab: who looks is led to the
 * year, who sent something sees that it was not saved, and what it was. A year that never was stays unknown.
 */
export function draftGone(context: AppContext): ErrorRequestHandler {
  return async (error, req, res, next) => {
    if (!(error instanceof DraftGone) || wantsPart(req)) return next(error);
    const of = { systemId: signedIn(req).system.id, fiscalYear: error.fiscalYear };
    const isPublished = (await findPublished(context.db, of.systemId, of.fiscalYear)) !== undefined;
    const end = await findDraftEnd(context.db, of);
    if (!isPublished && end === undefined) return next(error);
    const { bureaus } = await knownThings(context.db, of.systemId, of.fiscalYear);
    await tell(context, req, res, { fiscalYear: of.fiscalYear, isPublished, end, bureaus });
  };
}

interface Ended {
  fiscalYear: number;
  isPublished: boolean;
  end: DraftEnd | undefined;
  bureaus: KnownThings['bureaus'];
}

async function tell(
  { config }: AppContext,
  req: Request,
  res: Response,
  { bureaus, ...year }: Ended,
): Promise<void> {
  const ended = year.end === undefined ? 'none' : year.end.kind === 'discard' ? 'discarded' : 'published';
  if (req.method === 'POST') {
    const typed = shownTexts(readTyped(req.body), translator(localeOf(req)), bureaus);
    return renderPage(req, res, 'framework/gone', { ...year, ended, typed }, 409);
  }
  const values = { year: String(year.fiscalYear) };
  setFlash(req, res, config.sessionSecret, { level: 'info', key: `design.gone.${ended}`, values });
  res.redirect(303, `${req.baseUrl}/framework${year.isPublished ? `/${year.fiscalYear}` : ''}`);
}
