import { Router } from 'express';
import type { AppContext } from '../../../http/context.ts';
import { signedIn } from '../../../http/current-user.ts';
import { renderPage } from '../../../http/render.ts';
import { allow } from '../../../http/rights.ts';
import { lintDraft } from '../../drafts/lint.ts';
import { loadYear } from '../load.ts';
import { readYear } from '../paths.ts';

/** ผลการตรวจผังตัวชี้วัด: all problems of a year's framework, with the way to the part that they are about. */
export function lintRoutes({ db }: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/framework/:year/lint', allow('framework.edit'), async (req, res) => {
    const { fiscalYear, document, known, draft } = await loadYear(
      db,
      signedIn(req).system,
      readYear(req.params),
    );
    const problems = lintDraft(document, known);
    const only = (severity: string) => problems.filter((problem) => problem.severity === severity);
    await renderPage(req, res, 'framework/lint', {
      fiscalYear,
      isDraft: draft !== undefined,
      errors: only('error'),
      warnings: only('warning'),
    });
  });

  return router;
}
