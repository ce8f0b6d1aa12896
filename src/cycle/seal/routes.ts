import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { idOf, LONGEST_REASON, parsed } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { notFound } from '../../lib/errors.ts';
import { sealRound } from './actions.ts';
import { inGroups } from './canonical.ts';
import { sealForm } from './forms.ts';
import { findSeal, findSealableRound, findSnapshot } from './queries.ts';
import { sealRefusal } from './rules.ts';
import type { SealableRound, SealRefusal } from './types.ts';

type Problem = 'notConfirmed' | 'reasonLong';

/** Sealing a round, and its seal. */
export function sealRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const mayManage = allow('rounds.manage');

  router.get('/rounds/:id/seal', mayManage, async (req, res) => {
    await showSeal(context, req, res, {});
  });

  router.post('/rounds/:id/seal', mayManage, async (req, res) => {
    const { user } = signedIn(req);
    const round = await findRound(context, req);
    const { reason, confirmed } = parsed(sealForm, req.body ?? {});
    if (sealRefusal(round, context.clock()) !== null) return showSeal(context, req, res, { reason }, 409);
    const problem = reason.length > LONGEST_REASON ? 'reasonLong' : confirmed ? undefined : 'notConfirmed';
    if (problem !== undefined) return showSeal(context, req, res, { reason, problem }, 422);
    const outcome = await sealRound(context, user, { roundId: round.id, reason });
    if ('refused' in outcome) return showSeal(context, req, res, { reason, refused: outcome.refused }, 409);
    setFlash(req, res, context.config.sessionSecret, {
      level: 'success',
      key: 'seal.done',
      values: { round: round.label },
    });
    res.redirect(303, `${req.baseUrl}/rounds/${round.id}/seal`);
  });

  router.get('/rounds/:id/seal.json', mayManage, async (req, res) => {
    const round = await findRound(context, req);
    const snapshot = await findSnapshot(context.db, round.id);
    if (snapshot === undefined) throw notFound();
    res.attachment(`seal-${round.systemCode}-${round.fiscalYear}-${round.id}.json`);
    res.type('application/json').send(snapshot);
  });

  return router;
}

async function findRound({ db, clock }: AppContext, req: Request): Promise<SealableRound> {
  const { system } = signedIn(req);
  const round = await findSealableRound(db, { systemId: system.id, roundId: idOf(req) }, clock());
  if (round === undefined) throw notFound();
  return round;
}

async function showSeal(
  context: AppContext,
  req: Request,
  res: Response,
  state: { reason?: string; problem?: Problem; refused?: SealRefusal },
  status = 200,
): Promise<void> {
  const round = await findRound(context, req);
  const seal = await findSeal(context.db, round.id);
  const data = {
    round,
    seal: seal && { ...seal, groups: inGroups(seal.sha256) },
    refused: state.refused ?? sealRefusal(round, context.clock()),
    longestReason: LONGEST_REASON,
    reason: state.reason ?? '',
    problem: state.problem,
  };
  await renderPage(req, res, 'rounds/seal', data, status);
}
