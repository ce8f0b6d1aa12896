import { type Request, type RequestHandler, type Response, Router } from 'express';
import { inGroups } from '../../cycle/seal/canonical.ts';
import { findSeal } from '../../cycle/seal/queries.ts';
import { together } from '../../db/statement.ts';
import { loadFrameworkOf } from '../../framework/queries.ts';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { localeOf, renderPage, renderPart, wantsPart } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { sendSpreadsheet } from '../../http/spreadsheet.ts';
import { formatDateTime } from '../../i18n/dates.ts';
import { translator } from '../../i18n/index.ts';
import { notFound } from '../../lib/errors.ts';
import { roundsFor } from '../../rounds/queries.ts';
import type { Round } from '../../rounds/types.ts';
import { readExplanationQuery, readOfficeReportQuery } from '../forms.ts';
import { chooseRound, latestRound } from '../round-choice.ts';
import { sightOf, sightOfSubIndicator } from '../rules.ts';
import { explainNode } from './explain.ts';
import { reportSheet } from './export.ts';
import { listOfficeChoices, loadStoredReport } from './queries.ts';
import { buildOfficeReport } from './report.ts';
import type { OfficeReport, ReportingOffice, StoredReport } from './types.ts';

/** รายงานคะแนนแยกหน่วยงาน, and how each of its scores came about (R153–R160). */
export function officeReportRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  router.get('/reports/office', allow('report.view'), showReport(context));
  router.get('/reports/office.xlsx', allow('report.view'), downloadReport(context));
  router.get('/reports/office/explanation', allow('report.view'), showExplanation(context));
  return router;
}

function showReport(context: AppContext): RequestHandler {
  return async (req, res) => {
    const rounds = await roundsFor(context.db, signedIn(req).user, context.clock());
    const chosen = await choose(req, context, rounds);
    if (chosen === undefined) return renderPage(req, res, 'reports/office', { rounds, round: null });
    const { offices, ...shown } = chosen;
    const groups = groupByType(choices(offices, shown.office));
    await renderPage(req, res, 'reports/office', { rounds, ...shown, groups });
  };
}

/** The same figures to the same people; nothing chosen, or nothing there: the page says so. */
function downloadReport(context: AppContext): RequestHandler {
  return async (req, res) => {
    const rounds = await roundsFor(context.db, signedIn(req).user, context.clock());
    const { round, office, report, now, seal } = (await choose(req, context, rounds)) ?? {};
    if (!round || !office || !report || !now || report.total.certified === null) {
      const { search } = new URL(req.originalUrl, 'http://host.invalid');
      return res.redirect(303, `${req.baseUrl}/reports/office${search}`);
    }
    const locale = localeOf(req);
    const t = translator(locale);
    const closes = formatDateTime(round.certificationClosesAt, locale);
    const notes = [
      t('report.office.asOf', { moment: formatDateTime(now, locale) }),
      t(`report.office.about.${now < round.certificationClosesAt ? 'running' : 'final'}`, { closes }),
      ...(round.newestRevision > 1 ? [t('seal.revision', { revision: round.revision })] : []),
      ...(seal === undefined
        ? []
        : [
            t('seal.by', { when: formatDateTime(seal.sealedAt, locale), name: seal.by }),
            `${t('seal.hash')} ${seal.groups}`,
          ]),
    ];
    await sendSpreadsheet(res, reportSheet({ report, office, round, notes }, t));
  };
}

/** The report that was asked for; undefined where there is no round yet, `office` null where none is chosen. */
async function choose(req: Request, context: AppContext, rounds: readonly Round[]) {
  const { user, system } = signedIn(req);
  const query = readOfficeReportQuery(req.query);
  const now = context.clock();
  const isDistrict = user.officeKind === 'district';
  const latest = isDistrict ? undefined : latestRound(rounds, now)?.id;
  const round = chooseRound(user, rounds, query.round ?? latest, now);
  if (round === undefined) return undefined;
  // A bureau has no score of its own: it chooses first (R158)
  const officeId = query.office ?? (isDistrict ? user.officeId : undefined);
  const roundId = round.id;
  const [{ offices, chosen: office }, stored] = await together(context.db, (one) =>
    Promise.all([
      listOfficeChoices(one, { systemId: system.id, roundId, officeId: officeId ?? null }),
      officeId === undefined ? undefined : loadStoredReport(one, { roundId, officeId }),
    ]),
  );
  if (officeId !== undefined && office === null) throw notFound();
  const report = office && stored ? await reportOf(req, context, round, office, stored) : null;
  const seal = round.sealedAt === null ? undefined : await findSeal(context.db, round.id);
  return { round, offices, office, report, now, seal: seal && { ...seal, groups: inGroups(seal.sha256) } };
}

async function reportOf(
  req: Request,
  { db }: AppContext,
  round: Round,
  office: ReportingOffice,
  stored: StoredReport,
): Promise<OfficeReport> {
  const { user } = signedIn(req);
  const sight = sightOf(user, office.id);
  const framework = await loadFrameworkOf(db, round);
  return buildOfficeReport(framework, stored, (sub) => sightOfSubIndicator(user, sight, sub, round.kind));
}

function showExplanation(context: AppContext): RequestHandler {
  return async (req, res) => {
    const { user, system } = signedIn(req);
    const query = readExplanationQuery(req.query);
    // Of another office one sees scores only: for whom there is nothing to see, there is no page
    if (sightOf(user, query.office) === 'scores') throw notFound();
    const rounds = await roundsFor(context.db, user, context.clock());
    const round = chooseRound(user, rounds, query.round, context.clock());
    if (round === undefined) throw notFound();
    const scope = { systemId: system.id, roundId: round.id, officeId: query.office };
    const { chosen: office } = await listOfficeChoices(context.db, scope);
    if (office === null) throw notFound();
    const explained = await explainNode(context.db, { user, round, office, nodeId: query.node ?? null });
    await renderExplanation(req, res, { round, office, ...explained });
  };
}

async function renderExplanation(req: Request, res: Response, data: object): Promise<void> {
  res.vary('HX-Request');
  if (wantsPart(req)) renderPart(req, res, 'reports/explanation-part', data);
  else await renderPage(req, res, 'reports/explanation', data);
}

/** The offices of the round; all of them before it has any. */
function choices(offices: readonly ReportingOffice[], chosen: ReportingOffice | null): ReportingOffice[] {
  const shown = offices.filter((one) => one.takesPart || one.id === chosen?.id);
  return offices.some((one) => one.takesPart) ? shown : [...offices];
}

/** The choices of the box, by type of office and in the order of the list. */
function groupByType(offices: readonly ReportingOffice[]): [string, ReportingOffice[]][] {
  const groups = new Map<string, ReportingOffice[]>();
  for (const office of offices) {
    const group = groups.get(office.type ?? '');
    if (group === undefined) groups.set(office.type ?? '', [office]);
    else group.push(office);
  }
  return [...groups];
}
