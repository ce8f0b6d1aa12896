import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { LONGEST_REASON, parsed } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import { formatNumber } from '../../lib/numbers.ts';
import { chooseOffices } from '../../offices/choice.ts';
import { findManagedRound, listRoundEvents } from '../rounds/queries.ts';
import { roundState } from '../rounds/rules.ts';
import type { ManagedRound } from '../rounds/types.ts';
import { changeWindows } from './actions.ts';
import { fieldsOf, readChange, type WindowForm, windowForm, windowPath } from './forms.ts';
import { listWindowOffices } from './queries.ts';
import { possibleChanges } from './rules.ts';
import type { WindowChange, WindowProblems } from './types.ts';

/** Opening, extending, closing and reopening a round, each with its reason. */
export function windowRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const { config } = context;
  const mayManage = allow('rounds.manage');

  router.get('/rounds/:id/windows/:change', mayManage, async (req, res) => {
    const { round, change } = await load(context, req);
    await showForm(context, req, res, { round, change, form: blank(round) });
  });

  router.post('/rounds/:id/windows/:change', mayManage, async (req, res) => {
    const { user, system } = signedIn(req);
    const { round, change } = await load(context, req);
    const form = parsed(windowForm, req.body ?? {});
    const state = { round, change, form };
    if (round.sealedAt !== null) throw new AppError('sealed');
    if (form.filter !== undefined) return showForm(context, req, res, state);
    const read = readChange(change, form, round);
    if (read.problems !== undefined) {
      return showForm(context, req, res, { ...state, problems: read.problems }, 422);
    }
    const { seen } = form;
    const result = await changeWindows(context, user, { roundId: round.id, seen, order: read.order });
    if (result.outcome === 'refused') {
      return showForm(context, req, res, { ...state, problems: result.problems }, 422);
    }
    if (result.outcome === 'sealed') throw new AppError('sealed');
    if (result.outcome === 'changed') {
      const now = await load(context, req);
      return showForm(context, req, res, { ...state, ...now, changed: true }, 409);
    }
    setFlash(req, res, config.sessionSecret, {
      level: 'success',
      key: result.told > 0 ? 'rounds.windows.doneAndMailed' : 'rounds.windows.done',
      values: { n: formatNumber(String(result.told)) },
    });
    res.redirect(303, `/${system.code}/rounds/${round.id}`);
  });

  return router;
}

async function load(
  { db }: AppContext,
  req: Request,
): Promise<{ round: ManagedRound; change: WindowChange }> {
  const { system } = signedIn(req);
  const path = windowPath.safeParse(req.params);
  if (!path.success) throw notFound();
  const { id: roundId, change } = path.data;
  const round = await findManagedRound(db, { systemId: system.id, roundId });
  if (round === undefined) throw notFound();
  return { round, change };
}

function blank(round: ManagedRound): WindowForm {
  const empty = { drop: false, office: [], until: 'at', moment: '', reason: '', q: '', type: '' } as const;
  return { ...empty, office: [], ...fieldsOf(round), seen: round.version };
}

interface FormState {
  round: ManagedRound;
  change: WindowChange;
  form: WindowForm;
  problems?: WindowProblems;
  /** Somebody else changed the windows meanwhile: they are shown anew beside what was typed. */
  changed?: boolean;
}

async function showForm(
  { db, clock }: AppContext,
  req: Request,
  res: Response,
  { round, change, form, problems = {}, changed = false }: FormState,
  status = 200,
): Promise<void> {
  const now = clock();
  const all = change === 'offices' ? await listWindowOffices(db, round.id) : [];
  await renderPage(
    req,
    res,
    'rounds/windows',
    {
      round: { ...round, state: roundState(round, now) },
      change,
      form,
      // over a change that the page does not tell of, nothing is done
      seen: changed ? round.version : form.seen,
      problems,
      changed: changed ? (await listRoundEvents(db, round.id))[0] : undefined,
      possible: possibleChanges(round, now).includes(change),
      hasOpened: now >= round.entryOpensAt,
      offices: chooseOffices(all, form),
      longest: LONGEST_REASON,
    },
    status,
  );
}
