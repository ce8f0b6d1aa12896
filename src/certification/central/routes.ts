import { type Request, type Response, Router } from 'express';
import { problemText } from '../../entries/texts.ts';
import type { TypedValue } from '../../entries/types.ts';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { parsed } from '../../http/input.ts';
import { localeOf, renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { sendSpreadsheet } from '../../http/spreadsheet.ts';
import { receiveFile } from '../../http/upload.ts';
import { translator } from '../../i18n/index.ts';
import { notFound } from '../../lib/errors.ts';
import { MAX_FILE_BYTES } from '../../users/import/read.ts';
import { loadCentral } from './actions.ts';
import { type CentralQuery, centralQuery, SHOWN, tableForm, valuesForm } from './forms.ts';
import { type CentralPage, type ChosenCentral, centralRows, loadCentralPage } from './page.ts';
import { listCentralEvents } from './queries.ts';
import { checkTable, type TableResult } from './tables.ts';
import { centralTemplate } from './template.ts';
import type { LoadOutcome, RowChange } from './types.ts';

const EVENTS_SHOWN = 300;

interface Answer {
  typed: ReadonlyMap<string, TypedValue>;
  outcome: LoadOutcome;
}

/** A table that was not even checked, as it was pasted. */
interface Unchecked {
  pasted: string;
}

/** บันทึกข้อมูลส่วนกลาง: one central variable of all offices, typed, pasted or from a file (R172). */
export function centralRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const mayLoad = allow('central.load');

  router.get('/central', mayLoad, (req, res) => showPage(context, req, res));

  router.post('/central', mayLoad, async (req, res) => {
    const { round, variable } = chosenIn(req);
    const { typed, whole } = parsed(valuesForm, req.body ?? {});
    const outcome = await loadCentral(context, signedIn(req).user, {
      roundId: round,
      variableId: variable,
      typed,
      whole,
    });
    if (outcome.problems.size > 0) return showPage(context, req, res, { typed, outcome }, 422);
    if (outcome.closed !== null) return showPage(context, req, res, { typed, outcome }, 409);
    if (outcome.refusals.size + outcome.setAside.length > 0) {
      const answer = { typed, outcome };
      return whole ? showAgain(context, req, res, answer) : showPage(context, req, res, answer, 409);
    }
    const { sessionSecret } = context.config;
    const { saved } = outcome;
    setFlash(req, res, sessionSecret, {
      level: saved > 0 ? 'success' : 'info',
      key: saved > 0 ? 'central.saved' : 'central.unchanged',
      values: { count: saved },
    });
    res.redirect(303, addressOf(req, round, variable));
  });

  router.post('/central/check', mayLoad, receiveFile('file', MAX_FILE_BYTES), async (req, res) => {
    const { round, variable } = chosenIn(req);
    const { text } = parsed(tableForm, req.body ?? {});
    const page = await loadCentralPage(context, signedIn(req).user, { round, variable });
    if (page.chosen === undefined) throw notFound();
    // nobody is told that a table is good where it cannot be stored
    if (page.chosen.window === 'closed' || page.chosen.window === 'sealed') {
      return showPage(context, req, res, { pasted: text }, 409);
    }
    const file = { text, file: req.file, tooLarge: req.fileProblem !== undefined };
    const result = await checkTable(context.db, signedIn(req).system.id, page.chosen, file);
    const hasProblems = result.outcome !== 'run' || result.run.problems.length > 0;
    await showCheck(req, res, page.chosen, { result, text }, hasProblems ? 422 : 200);
  });

  router.get('/central/template.xlsx', mayLoad, async (req, res) => {
    const { chosen } = await loadCentralPage(context, signedIn(req).user, chosenIn(req));
    if (chosen === undefined) throw notFound();
    await sendSpreadsheet(res, centralTemplate(translator(localeOf(req)), chosen));
  });

  router.get('/central/history', mayLoad, async (req, res) => {
    const page = await loadCentralPage(context, signedIn(req).user, chosenIn(req));
    const { chosen } = page;
    if (chosen === undefined) throw notFound();
    const scope = { roundId: chosen.round.id, variableId: chosen.variable.id, limit: EVENTS_SHOWN };
    const events = await listCentralEvents(context.db, scope);
    await renderPage(req, res, 'central/history', { chosen, events, limit: EVENTS_SHOWN });
  });

  return router;
}

async function showPage(
  context: AppContext,
  req: Request,
  res: Response,
  said?: Answer | Unchecked,
  status = 200,
): Promise<void> {
  const answer = said !== undefined && 'typed' in said ? said : undefined;
  const pasted = said !== undefined && 'pasted' in said ? said.pasted : null;
  const query = queryOf(req);
  const mayBeGone = answer !== undefined && answer.outcome.setAside.length > 0;
  const page: CentralPage = await loadCentralPage(context, signedIn(req).user, query, { mayBeGone });
  const { chosen } = page;
  const rows = chosen === undefined ? [] : centralRows(chosen.entries, query.show, answer);
  const data = { page, chosen, rows, show: query.show, shown: SHOWN, problemText };
  await renderPage(req, res, 'central/page', { ...data, outcome: answer?.outcome ?? null, pasted }, status);
}

/** A confirmed table met what changed meanwhile: nothing was stored, what it would do now is shown. */
async function showAgain(context: AppContext, req: Request, res: Response, answer: Answer): Promise<void> {
  const { typed, outcome } = answer;
  const mayBeGone = outcome.setAside.length > 0;
  const { chosen } = await loadCentralPage(context, signedIn(req).user, chosenIn(req), { mayBeGone });
  if (chosen === undefined) return showPage(context, req, res, answer, 409);
  const changes = chosen.entries.flatMap((entry): RowChange[] => {
    const text = typed.get(entry.id)?.text;
    return text === undefined || text === entry.value ? [] : [{ line: null, entry, after: text }];
  });
  const run = { problems: [], changes, unchanged: 0, blank: [], missing: [] };
  await showCheck(req, res, chosen, { result: { outcome: 'run', run }, text: '', outcome }, 409);
}

interface Checked {
  result: TableResult;
  text: string;
  outcome?: LoadOutcome;
}

function showCheck(
  req: Request,
  res: Response,
  chosen: ChosenCentral,
  { result, text, outcome }: Checked,
  status: number,
): Promise<void> {
  const changed = outcome?.refusals ?? new Map();
  const data = { chosen, result, text, changed, outcome: outcome ?? null, problemText };
  return renderPage(req, res, 'central/check', data, status);
}

function queryOf(req: Request): CentralQuery {
  return parsed(centralQuery, req.query, 'notFound');
}

function chosenIn(req: Request): { round: string; variable: string } {
  const { round, variable } = queryOf(req);
  if (round === undefined || variable === undefined) throw notFound();
  return { round, variable };
}

function addressOf(req: Request, round: string, variable: string): string {
  const { show } = queryOf(req);
  const query = new URLSearchParams({ round, variable, ...(show !== 'all' && { show }) });
  return `/${signedIn(req).system.code}/central?${query}`;
}
