import { Readable } from 'node:stream';
import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { idOf, LONGEST_REASON, parsed } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { sendStream } from '../../http/send-stream.ts';
import { notFound } from '../../lib/errors.ts';
import { startSealing } from './actions.ts';
import { inGroups } from './canonical.ts';
import { sealForm } from './forms.ts';
import { findSeal, findSealableRound, readSnapshot } from './queries.ts';
import { sealRefusal } from './rules.ts';
import type { SealableRound } from './types.ts';

type Problem = 'notConfirmed' | 'reasonLong';

/** Characters of a snapshot that are sent at a time. */
const SLICE = 4_000_000;

/** Sealing a round, as a task, and its seal. */
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
    const { id: roundId, systemId, label } = round;
    const task = await startSealing(context, { systemId, userId: user.id, roundId, label, reason });
    res.redirect(303, `${req.baseUrl}/tasks/${task}`);
  });

  router.get('/rounds/:id/seal.json', mayManage, async (req, res) => {
    const round = await findRound(context, req);
    if (!round.sealed) throw notFound();
    await sendStream(res, Readable.from(snapshotOf(context, round.id)), () => {
      res.attachment(`seal-${round.systemCode}-${round.fiscalYear}-${round.id}.json`);
      res.type('application/json');
    });
  });

  return router;
}

/** A part at a time: a snapshot may be larger than the memory. */
async function* snapshotOf({ db }: AppContext, roundId: string): AsyncGenerator<string> {
  for (let from = 0; ; from += SLICE) {
    const text = await readSnapshot(db, roundId, { from, length: SLICE });
    if (text === '') return;
    yield text;
  }
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
  state: { reason?: string; problem?: Problem },
  status = 200,
): Promise<void> {
  const round = await findRound(context, req);
  const seal = await findSeal(context.db, round.id);
  const data = {
    round,
    seal: seal && { ...seal, groups: inGroups(seal.sha256) },
    refused: sealRefusal(round, context.clock()),
    longestReason: LONGEST_REASON,
    reason: state.reason ?? '',
    problem: state.problem,
  };
  await renderPage(req, res, 'rounds/seal', data, status);
}
