import { type Request, type Response, Router } from 'express';
import { listAssignees } from '../assignments/queries.ts';
import { together } from '../db/statement.ts';
import { loadFrameworkOf } from '../framework/queries.ts';
import type { AppContext } from '../http/context.ts';
import { type CurrentUser, signedIn } from '../http/current-user.ts';
import { setFlash } from '../http/flash.ts';
import { parsed } from '../http/input.ts';
import { localeOf, renderPage } from '../http/render.ts';
import { allow } from '../http/rights.ts';
import { translator } from '../i18n/index.ts';
import { notFound } from '../lib/errors.ts';
import { roundsFor } from '../rounds/queries.ts';
import { askedRound, entryWindow, previousRound, roundsOf } from '../rounds/rules.ts';
import type { Round } from '../rounds/types.ts';
import { loadOwnMarks } from '../threads/marks/queries.ts';
import { saveEntries } from './actions.ts';
import { entryForm, roundChoice } from './forms.ts';
import { type EntryPage, entryPage, type Retyped } from './page.ts';
import { type Preview, preview } from './preview.ts';
import { listEntries } from './queries.ts';
import { listLatestRequests } from './requests/queries.ts';
import { problemText, scoreNote, timeLeft } from './texts.ts';
import type { EntryForm, SaveOutcome } from './types.ts';

const texts = { scoreNote, problemText, timeLeft };

/** บันทึกข้อมูล: the reporting office's page. */
export function entryRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/entry', allow('entry.view'), async (req, res) => {
    const { round, rounds } = await chosenRound(context, req);
    if (round === undefined) return renderPage(req, res, 'entry/no-round', {});
    const page = await loadPage(context, signedIn(req).user, round, rounds);
    await renderPage(req, res, 'entry/page', { round, rounds, page, ...texts });
  });

  router.post('/entry', allow('entry.save'), async (req, res) => {
    const { user } = signedIn(req);
    const form = readForm(req);
    const roundId = readChoice(req).round ?? (await chosenRound(context, req)).round?.id;
    if (roundId === undefined) throw notFound();
    const outcome = await saveEntries(context, user, roundId, form);
    const { problems, refusals, setAside } = outcome;
    if (problems.size + refusals.size + setAside.size > 0) return showAgain(context, req, res, form, outcome);
    const key = outcome.resubmitted
      ? 'entry.resubmitted'
      : outcome.saved > 0
        ? 'entry.saved'
        : 'entry.unchanged';
    setFlash(req, res, context.config.sessionSecret, {
      level: 'success',
      key,
      values: { n: outcome.saved },
    });
    const anchor = form.resubmit === null ? '' : `#e${form.resubmit}`;
    res.redirect(303, `${req.baseUrl}/entry?round=${roundId}${anchor}`);
  });

  // Asked while typing: the scores that these values would give. Changes nothing.
  router.post('/entry/preview', allow('entry.view'), async (req, res) => {
    const { round, rounds } = await chosenRound(context, req);
    if (round === undefined) throw notFound();
    res.json(await previewScores(context, req, round, rounds));
  });

  return router;
}

async function chosenRound(
  { db, clock }: AppContext,
  req: Request,
): Promise<{ round: Round | undefined; rounds: Round[] }> {
  const { user } = signedIn(req);
  const asked = readChoice(req).round;
  const now = clock();
  const rounds = await roundsFor(db, user, now);
  return { round: askedRound(rounds, asked, now, roundsOf(user, rounds)), rounds };
}

/** The form comes back with everything that was typed, and what is to be said about it. */
async function showAgain(
  context: AppContext,
  req: Request,
  res: Response,
  form: EntryForm,
  outcome: SaveOutcome,
): Promise<void> {
  const { round, rounds } = await chosenRound(context, req);
  if (round === undefined) throw notFound();
  const retyped = { ...outcome, typed: form.typed };
  const page = await loadPage(context, signedIn(req).user, round, rounds, retyped);
  const status = outcome.problems.size > 0 ? 422 : 409;
  await renderPage(req, res, 'entry/page', { round, rounds, page, outcome, ...texts }, status);
}

async function loadPage(
  { db, clock }: AppContext,
  user: CurrentUser,
  round: Round,
  rounds: Round[],
  retyped?: Retyped,
): Promise<EntryPage> {
  const now = clock();
  const framework = await loadFrameworkOf(db, round);
  const office = { id: user.officeId, type: user.officeType };
  const { frameworkId } = round;
  const [entries, assignees, requests, marks] = await together(db, (one) =>
    Promise.all([
      listEntries(one, entryScope(user, round, rounds, now)),
      listAssignees(one, { frameworkId, officeId: office.id, systemId: user.systemId }),
      // asked for only when the window has closed: the page of everybody's last evening does without
      entryWindow(round, now) === 'closed'
        ? listLatestRequests(one, { roundId: round.id, officeId: office.id })
        : new Map(),
      loadOwnMarks(one, {
        systemId: user.systemId,
        roundId: round.id,
        officeId: office.id,
        variableIds: [...framework.variables.keys()],
      }),
    ]),
  );
  return entryPage({
    framework,
    round,
    office,
    user,
    requests,
    entries,
    assignees,
    now,
    marks,
    ...(retyped && { retyped }),
  });
}

/** The figures that these typed values would give, as the page's cells show them. */
async function previewScores(
  { db, clock }: AppContext,
  req: Request,
  round: Round,
  rounds: Round[],
): Promise<Preview> {
  const { user } = signedIn(req);
  const framework = await loadFrameworkOf(db, round);
  const entries = await listEntries(db, entryScope(user, round, rounds, clock()));
  const office = { id: user.officeId, type: user.officeType };
  return preview({ framework, round, office, entries }, readForm(req), translator(localeOf(req)));
}

function entryScope(user: CurrentUser, round: Round, rounds: Round[], now: Date) {
  const last = previousRound(round, rounds);
  return {
    roundId: round.id,
    officeId: user.officeId,
    lastRoundId: last?.id ?? null,
    sameFramework: last?.frameworkId === round.frameworkId,
    now,
  };
}

function readChoice(req: Request): { round?: string | undefined } {
  return parsed(roundChoice, req.query, 'notFound');
}

function readForm(req: Request): EntryForm {
  return parsed(entryForm, req.body ?? {});
}
