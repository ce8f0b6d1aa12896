import { type Request, type Response, Router } from 'express';
import { changesOf } from '../../framework/design/history/changes.ts';
import { readYear } from '../../framework/design/paths.ts';
import type { Difference } from '../../framework/drafts/differences.ts';
import { DraftGone } from '../../framework/drafts/gone.ts';
import { lintDraft } from '../../framework/drafts/lint.ts';
import { findDraft } from '../../framework/drafts/queries.ts';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { LONGEST_REASON, parsed } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { publishDraft, startPublishing } from './actions.ts';
import { publishForm } from './forms.ts';
import { loadPublication } from './load.ts';

type Problem = 'reasonMissing' | 'reasonLong' | 'notConfirmed';

/**
 * What publishing a draft would do, and doing it: at once, or as a task where rounds are scored anew. `forget` makes
 * pages read the system's title and its handbooks afresh.
 */
export function publicationRoutes(context: AppContext, { forget }: { forget(): void }): Router {
  const router = Router({ mergeParams: true });
  const mayEdit = allow('framework.edit');

  router.get('/framework/:year/publish', mayEdit, async (req, res) => {
    await showPlan(context, req, res, {});
  });

  router.post('/framework/:year/publish', mayEdit, async (req, res) => {
    const { user, system } = signedIn(req);
    const fiscalYear = readYear(req.params);
    const { version, reason, confirmed } = parsed(publishForm, req.body ?? {});
    const draft = await findDraft(context.db, system.id, fiscalYear);
    if (draft === undefined) throw new DraftGone(fiscalYear);
    if (draft.version !== version) return showPlan(context, req, res, { reason, changed: true }, 409);
    const { publication } = await loadPublication(context.db, draft, context.clock());
    const problem = problemOf(publication.kind, reason, confirmed);
    if (publication.obstacles.length > 0 || problem !== undefined) {
      return showPlan(context, req, res, { reason, ...(problem && { problem }) }, 422);
    }
    const order = { systemId: system.id, fiscalYear, userId: user.id, version, reason };
    if (publication.rounds.length > 0) {
      return res.redirect(303, `${req.baseUrl}/tasks/${await startPublishing(context, order)}`);
    }
    const outcome = await publishDraft(context, order);
    if (outcome.outcome !== 'published') return showPlan(context, req, res, { reason, changed: true }, 409);
    forget();
    setFlash(req, res, context.config.sessionSecret, {
      level: 'success',
      key: `publish.done.${outcome.kind}`,
      values: { year: fiscalYear, revision: outcome.revision },
    });
    res.redirect(303, `${req.baseUrl}/framework/${outcome.kind === 'nothing' ? '' : fiscalYear}`);
  });

  return router;
}

function problemOf(kind: string, reason: string, confirmed: boolean): Problem | undefined {
  if (kind === 'revision' && reason === '') return 'reasonMissing';
  if (reason.length > LONGEST_REASON) return 'reasonLong';
  return confirmed ? undefined : 'notConfirmed';
}

async function showPlan(
  { db, clock }: AppContext,
  req: Request,
  res: Response,
  state: { reason?: string; problem?: Problem; changed?: boolean },
  status = 200,
): Promise<void> {
  const { system } = signedIn(req);
  const fiscalYear = readYear(req.params);
  const draft = await findDraft(db, system.id, fiscalYear);
  if (draft === undefined) throw new DraftGone(fiscalYear);
  const { publication, published, known, steps } = await loadPublication(db, draft, clock());
  const inFields = (changes: readonly Difference[]) =>
    changes.map((change) => ({ ...change, fields: changesOf(change, known) }));
  const data = {
    fiscalYear,
    version: draft.version,
    publication,
    lint: lintDraft(draft.document, known),
    closedRounds: (published?.rounds ?? []).filter(({ follows }) => !follows),
    revision: (published?.revision ?? 0) + (publication.kind === 'texts' ? 0 : 1),
    changes: inFields(publication.changes),
    behind: steps
      .filter(({ from }) => from !== published?.revision)
      .map((step) => ({ ...step, changes: inFields(step.changes) })),
    longestReason: LONGEST_REASON,
    reason: state.reason ?? '',
    problem: state.problem,
    changed: state.changed === true,
  };
  await renderPage(req, res, 'framework/publish', data, status);
}
