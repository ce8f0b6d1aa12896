import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { idOf, parsed } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { translator } from '../../i18n/index.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import { refuseSealed } from '../../rounds/rules.ts';
import { countCarriable } from '../carry-over/load.ts';
import { startListTask } from '../lists/actions.ts';
import { findRunningTask, listObstacles } from '../lists/queries.ts';
import { CREATE_LISTS, DELETE_LISTS, obstacleLine } from '../lists/tasks.ts';
import { OBSTACLES } from '../lists/types.ts';
import { listWindowOffices } from '../windows/queries.ts';
import { possibleChanges } from '../windows/rules.ts';
import { createRound, renameRound } from './actions.ts';
import { nameForm, type RoundForm, readName, readRound, roundForm, roundQuery } from './forms.ts';
import { findManagedRound, listRoundEvents, listRoundYears, listYearRounds } from './queries.ts';
import { kindProblem, LONGEST_LABEL, proposedFields, ROUND_KINDS, roundState } from './rules.ts';
import type { ManagedRound, NewRoundKind, RoundFields, RoundProblems, RoundYear } from './types.ts';

const YEAR_DIGITS = 2;
const LIST_KINDS = [CREATE_LISTS, DELETE_LISTS];

/** รอบการรายงาน: the rounds of a fiscal year and what the KPI office does to each. */
export function roundRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const { db, clock, config } = context;
  const mayManage = allow('rounds.manage');

  router.get('/rounds', mayManage, async (req, res) => {
    const { system } = signedIn(req);
    const years = await listRoundYears(db, system.id);
    const wanted = roundQuery.parse({ year: req.query.year }).year;
    const year = years.find(({ fiscalYear }) => fiscalYear === wanted) ?? years[0];
    const rounds = year === undefined ? [] : await listYearRounds(db, { systemId: system.id, ...year });
    const now = clock();
    await renderPage(req, res, 'rounds/list', {
      years,
      year,
      rounds: rounds.map((round) => ({ ...round, state: roundState(round, now) })),
      kinds: year === undefined ? [] : kindsOf(year, rounds),
    });
  });

  router.get('/rounds/new', mayManage, async (req, res) => {
    const { system } = signedIn(req);
    const query = roundQuery.parse({ year: req.query.year, kind: req.query.kind });
    const years = await listRoundYears(db, system.id);
    const year = years.find(({ fiscalYear }) => fiscalYear === query.year) ?? years[0];
    if (year === undefined) throw notFound();
    const kinds = kindsOf(year, await listYearRounds(db, { systemId: system.id, ...year }));
    const kind = query.kind ?? kinds.find(({ problem }) => problem === undefined)?.kind ?? ROUND_KINDS[0];
    await showForm(context, req, res, { year, kind, fields: proposal(kind, year) });
  });

  router.post('/rounds', mayManage, async (req, res) => {
    const { user, system } = signedIn(req);
    const form = parsed(roundForm, req.body ?? {});
    const years = await listRoundYears(db, system.id);
    const year = years.find(({ fiscalYear }) => fiscalYear === form.year);
    if (year === undefined) throw notFound();
    const state = { year, kind: form.kind, fields: fieldsOf(form) };
    const read = readRound(form);
    if (read.problems !== undefined)
      return showForm(context, req, res, { ...state, problems: read.problems }, 422);
    const result = await createRound(context, user, { ...read.order, frameworkId: year.frameworkId });
    if (result.outcome === 'refused') {
      return showForm(context, req, res, { ...state, problems: result.problems }, 422);
    }
    setFlash(req, res, config.sessionSecret, { level: 'success', key: 'rounds.created' });
    res.redirect(303, `/${system.code}/rounds/${result.id}`);
  });

  router.get('/rounds/:id', mayManage, async (req, res) => {
    const round = await roundOf(context, req);
    const now = clock();
    const { user, system } = signedIn(req);
    const offices = round.offices === 0 ? [] : await listWindowOffices(db, round.id);
    await renderPage(req, res, 'rounds/round', {
      round: { ...round, state: roundState(round, now) },
      counts: {
        entries: offices.reduce((sum, { entries }) => sum + entries, 0),
        reported: offices.reduce((sum, { reported }) => sum + reported, 0),
      },
      ownTimes: offices.filter(({ ownTime }) => ownTime !== null),
      changes: possibleChanges(round, now),
      events: await listRoundEvents(db, round.id),
      task: await findRunningTask(db, { systemId: system.id, roundId: round.id, kinds: LIST_KINDS }),
      carriable: await countCarriable(context, user, round),
      isLate: round.offices === 0 && now >= round.entryOpensAt,
    });
  });

  router.get('/rounds/:id/name', mayManage, async (req, res) => {
    const round = await unsealedRoundOf(context, req);
    await showName(req, res, round, { label: round.label, dataAsOf: round.dataAsOf ?? '' });
  });

  router.post('/rounds/:id/name', mayManage, async (req, res) => {
    const { user, system } = signedIn(req);
    const round = await roundOf(context, req);
    const parsed = nameForm.safeParse({ ...req.body });
    if (!parsed.success) throw new AppError('badRequest');
    const read = readName(parsed.data);
    if (read.problems !== undefined)
      return showName(req, res, round, parsed.data, { problems: read.problems }, 422);
    const outcome = await renameRound(context, user, round.id, read.name);
    if (outcome === 'sealed') throw new AppError('sealed');
    if (outcome === 'changed') return showName(req, res, round, parsed.data, { changed: true }, 409);
    setFlash(req, res, config.sessionSecret, { level: 'success', key: 'rounds.name.done' });
    res.redirect(303, `/${system.code}/rounds/${round.id}`);
  });

  router.post('/rounds/:id/lists', mayManage, async (req, res) => {
    await startTask(context, req, res, CREATE_LISTS, await unsealedRoundOf(context, req));
  });

  router.post('/rounds/:id/lists/deletion', mayManage, async (req, res) => {
    const round = await unsealedRoundOf(context, req);
    const obstacles = await listObstacles(db, round.id, OBSTACLES);
    if (obstacles.length === 0 && req.body?.confirmed === '1') {
      return startTask(context, req, res, DELETE_LISTS, round);
    }
    const lines = obstacles.map((obstacle) => obstacleLine(obstacle, round.id));
    await renderPage(req, res, 'rounds/deletion', { round, lines }, lines.length > 0 ? 409 : 200);
  });

  return router;
}

/** The round of an address, of this system. Throws notFound. */
export async function roundOf({ db }: AppContext, req: Request): Promise<ManagedRound> {
  const { system } = signedIn(req);
  const round = await findManagedRound(db, { systemId: system.id, roundId: idOf(req) });
  if (round === undefined) throw notFound();
  return round;
}

/** The same, for what a sealed round refuses; throws `sealed`. Who does it asks again under the lock. */
async function unsealedRoundOf(context: AppContext, req: Request): Promise<ManagedRound> {
  const round = await roundOf(context, req);
  refuseSealed(round);
  return round;
}

async function startTask(
  context: AppContext,
  req: Request,
  res: Response,
  kind: string,
  round: ManagedRound,
): Promise<void> {
  const { user, system } = signedIn(req);
  const task = await startListTask(context, { kind, round, userId: user.id });
  res.redirect(303, `/${system.code}/tasks/${task}`);
}

async function showName(
  req: Request,
  res: Response,
  round: ManagedRound,
  fields: { label: string; dataAsOf: string },
  { problems = {}, changed = false }: { problems?: RoundProblems; changed?: boolean } = {},
  status = 200,
): Promise<void> {
  const data = { round, fields, problems, changed, longest: LONGEST_LABEL };
  await renderPage(req, res, 'rounds/name', data, status);
}

interface FormState {
  year: RoundYear;
  kind: NewRoundKind;
  fields: RoundFields;
  problems?: RoundProblems;
}

async function showForm(
  { db }: AppContext,
  req: Request,
  res: Response,
  { problems: found = {}, ...state }: FormState,
  status = 200,
): Promise<void> {
  const { system } = signedIn(req);
  const kinds = kindsOf(state.year, await listYearRounds(db, { systemId: system.id, ...state.year }));
  const problem = kinds.find(({ kind }) => kind === state.kind)?.problem;
  const problems = problem === undefined ? found : { ...found, kind: problem };
  // nobody fills in a form for nothing; what was typed stays to be seen
  const isOffered = problem === undefined || status !== 200;
  const data = { ...state, problems, kinds, isOffered, longest: LONGEST_LABEL };
  await renderPage(req, res, 'rounds/new', data, status);
}

/** The kinds of round in the order of the year, and why there can be none of them (`undefined`: there can). */
function kindsOf(year: RoundYear, rounds: readonly ManagedRound[]) {
  return ROUND_KINDS.map((kind) => ({ kind, problem: kindProblem(kind, year, rounds) }));
}

function proposal(kind: NewRoundKind, { fiscalYear }: RoundYear): RoundFields {
  const year = String(fiscalYear).slice(-YEAR_DIGITS);
  // the label is shown to everybody: it is written in Thai, whatever the reader's language
  const label = translator('th')(`rounds.proposed.${kind}`, { year });
  return proposedFields(kind, fiscalYear, label);
}

function fieldsOf({ label, dataAsOf, opens, closes, certification }: RoundForm): RoundFields {
  return { label, dataAsOf, opens, closes, certification };
}
