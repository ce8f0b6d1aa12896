import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { queryText, readYear } from '../../framework/design/paths.ts';
import { findDraft, findPublished } from '../../framework/drafts/queries.ts';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { id, parsed } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { notFound } from '../../lib/errors.ts';
import { roundsFor } from '../../rounds/queries.ts';
import { findTask } from '../../tasks/queries.ts';
import { isOver } from '../../tasks/rules.ts';
import { startSimulation } from './actions.ts';
import { rise } from './compute.ts';
import { hasRound, loadTried } from './load.ts';
import { listReportedRounds } from './queries.ts';
import { proposedRound, SIMULATE, signed, simulationPayload, summaryOf } from './rules.ts';
import { type Against, MEASURES, type Measure, type SimulationOutcome } from './types.ts';

const mayEdit = allow('framework.edit');
const form = z.object({
  round: z.string().max(20).default(''),
  against: z.string().max(20).default(''),
  leave_out: z.literal('1').optional(),
});

/** จำลองผลคะแนน: a round's real values scored with a changed framework. */
export function simulationRoutes(context: AppContext): Router {
  const { db, clock } = context;
  const router = Router({ mergeParams: true });
  const path = '/framework/:year/simulation';

  router.get(path, mayEdit, async (req, res) => {
    const asked = queryText(req.query, 'task');
    if (asked !== '') return showResult(context, req, res, asked);
    await showForm(context, req, res, {});
  });

  router.post(path, mayEdit, async (req, res) => {
    const { user, system } = signedIn(req);
    const fiscalYear = readYear(req.params);
    const read = form.safeParse(req.body ?? {});
    const { round: roundId = '', against: typed, leave_out } = read.data ?? {};
    const against: Against = typed === 'published' ? 'published' : 'draft';
    const rounds = await roundsFor(db, user, clock());
    const round = rounds.find(({ id }) => id === roundId);
    const chosen = { roundId, against, leaveOut: leave_out !== undefined };
    if (round === undefined) return showForm(context, req, res, { ...chosen, problem: 'round' }, 422);
    const tried = await loadTried(db, { systemId: system.id, fiscalYear, against });
    if (tried === undefined) throw notFound();
    if (!hasRound(tried, round.kind)) {
      return showForm(context, req, res, { ...chosen, problem: 'kind', kind: round.kind }, 422);
    }
    const payload = { roundLabel: round.label, roundYear: round.fiscalYear, fiscalYear, ...chosen };
    const id = await startSimulation(context, user, payload);
    res.redirect(303, `${req.baseUrl}/tasks/${id}`);
  });

  return router;
}

interface FormState {
  roundId?: string;
  against?: Against;
  leaveOut?: boolean;
  problem?: 'round' | 'kind';
  kind?: string;
}

async function showForm(
  { db, clock }: AppContext,
  req: Request,
  res: Response,
  state: FormState,
  status = 200,
): Promise<void> {
  const { user, system } = signedIn(req);
  const fiscalYear = readYear(req.params);
  const draft = await findDraft(db, system.id, fiscalYear);
  const published = await findPublished(db, system.id, fiscalYear);
  if (draft === undefined && published === undefined) throw notFound();
  const now = clock();
  const rounds = (await roundsFor(db, user, now)).filter(({ entryOpensAt }) => entryOpensAt <= now);
  const reported = await listReportedRounds(
    db,
    rounds.map(({ id }) => id),
  );
  const against: Against[] = [];
  if (draft !== undefined) against.push('draft');
  if (published !== undefined) against.push('published');
  await renderPage(
    req,
    res,
    'simulation/form',
    {
      ...{ fiscalYear, rounds, against },
      roundId: state.roundId ?? proposedRound(rounds, fiscalYear, reported)?.id ?? '',
      chosen: state.against ?? against[0],
      leaveOut: state.leaveOut ?? false,
      problem: state.problem ?? null,
      kind: state.kind ?? '',
    },
    status,
  );
}

async function showResult({ db }: AppContext, req: Request, res: Response, asked: string): Promise<void> {
  const { system } = signedIn(req);
  const fiscalYear = readYear(req.params);
  const task = await findTask(db, { systemId: system.id, id: parsed(id, asked, 'notFound') });
  const payload = simulationPayload.safeParse(task?.payload);
  if (task?.kind !== SIMULATE || !payload.success || payload.data.fiscalYear !== fiscalYear) throw notFound();
  const result = task.result as SimulationOutcome | null;
  if (!isOver(task) || task.state === 'failed' || result?.outcome !== 'done') {
    return res.redirect(303, `${req.baseUrl}/tasks/${task.id}`);
  }
  const measure: Measure = MEASURES.find((one) => one === queryText(req.query, 'measure')) ?? 'certified';
  await renderPage(req, res, 'simulation/result', {
    ...{ fiscalYear, task, payload: payload.data, result, measure, measures: MEASURES },
    summary: summaryOf(result.offices, measure),
    offices: result.offices.map((office) => {
      const by = rise(office[measure]);
      return { name: office.name, change: office[measure], by: by === null ? null : signed(by) };
    }),
  });
}
