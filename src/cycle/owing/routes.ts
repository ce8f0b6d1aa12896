import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { type CurrentUser, signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { localeOf, renderPage } from '../../http/render.ts';
import { allow, may } from '../../http/rights.ts';
import { sendWorkbook, tableOf } from '../../http/spreadsheet.ts';
import { formatDateTime } from '../../i18n/dates.ts';
import { translator } from '../../i18n/index.ts';
import { notFound } from '../../lib/errors.ts';
import { listFilterChoices } from '../../rounds/filters/queries.ts';
import { roundsFor } from '../../rounds/queries.ts';
import { askedRound } from '../../rounds/rules.ts';
import type { Round } from '../../rounds/types.ts';
import { remindNow } from '../reminders/actions.ts';
import { listOwingPeople } from '../reminders/queries.ts';
import { countPeople } from '../reminders/rules.ts';
import { type OwingFilters, readOwingQuery, readReminder } from './forms.ts';
import { loadOwingBureaus, loadOwingOffices } from './load.ts';
import { findLastReminder, listOwingBureaus, listOwingOffices, listResponsible } from './queries.ts';
import { bureausSheet, officesSheet } from './sheets.ts';
import type { OwingScope } from './types.ts';

const OFFICES_PER_PAGE = 50;

/** รายการค้างรายงานและค้างรับรอง: who still owes values, who still owes decisions, and reminding them (R110, R174). */
export function owingRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const { db, clock, config } = context;

  router.get('/owing', allow('owing.view'), (req, res) => showOwing(context, req, res));

  router.get('/owing.xlsx', allow('owing.view'), async (req, res) => {
    const { user } = signedIn(req);
    const filters = readOwingQuery(req.query);
    const rounds = await roundsFor(db, user, clock());
    const round = askedRound(rounds, filters.round, clock());
    if (round === undefined) throw notFound();
    const scope = scopeOf(user, round, filters);
    const locale = localeOf(req);
    const t = translator(locale);
    const now = formatDateTime(clock(), locale);
    const notes = [t('owing.note', { round: round.label, now }), t('owing.what')];
    const offices = (await loadOwingOffices(db, round, scope, { limit: null, offset: 0 })).sides;
    const bureaus = (await loadOwingBureaus(db, round, scope)).sides;
    const people = {
      offices: await listResponsible(db, 'offices', scope, idsOf(offices)),
      bureaus: await listResponsible(db, 'bureaus', scope, idsOf(bureaus)),
    };
    await sendWorkbook(res, {
      fileName: `${t('owing.title')} ${round.label}`,
      plainName: `owing-${round.id}`,
      tables: [
        tableOf(officesSheet(offices, people.offices, t, notes)),
        tableOf(bureausSheet(bureaus, people.bureaus, t, notes)),
      ],
    });
  });

  router.post('/owing/reminder', allow('rounds.manage'), async (req, res) => {
    const { user, system } = signedIn(req);
    const { side, all, confirmed, ...filters } = readReminder({ ...req.body });
    const now = clock();
    const rounds = await roundsFor(db, user, now);
    const round = askedRound(rounds, filters.round, now);
    if (round === undefined) throw notFound();
    if (side.length === 0 && all === undefined) return showOwing(context, req, res, 'nobodyChosen', filters);
    const view = filters.view ?? 'offices';
    const kind = view === 'offices' ? ('entry' as const) : ('certification' as const);
    const sideIds = all === undefined ? side : await allSides(context, user, round, filters);
    const chosen = { roundId: round.id, kind, sideIds };
    const isOpen = now >= round.entryOpensAt && round.sealedAt === null;
    const people = isOpen ? await listOwingPeople(db, chosen, now) : [];
    if (people.length === 0) return showOwing(context, req, res, 'nobodyOwes', filters);
    const back = `/${system.code}/owing?${new URLSearchParams({ round: round.id, view })}`;
    if (confirmed !== '1') {
      const fields = fieldsOf({ ...filters, round: round.id, view, all }, side);
      const data = { round, view, sides: sideIds.length, people: countPeople(people), fields, back };
      return renderPage(req, res, 'owing/reminder', data);
    }
    const n = await remindNow(context, user, chosen);
    setFlash(req, res, config.sessionSecret, { level: 'success', key: 'owing.remind.done', values: { n } });
    res.redirect(303, back);
  });

  return router;
}

/** The list; after a reminder that is none (`problem`) with what is wrong. */
async function showOwing(
  context: AppContext,
  req: Request,
  res: Response,
  problem?: 'nobodyChosen' | 'nobodyOwes',
  sent?: OwingFilters,
): Promise<void> {
  const { user } = signedIn(req);
  const { db, clock } = context;
  const { page = 1, whole, ...filters } = sent ?? readOwingQuery(req.query);
  const now = clock();
  const rounds = await roundsFor(db, user, now);
  const round = askedRound(rounds, filters.round, now);
  if (round === undefined) return renderPage(req, res, 'owing/list', { rounds, round: null });
  const scope = scopeOf(user, round, filters);
  const view = filters.view ?? 'offices';
  const window =
    whole === undefined
      ? { limit: OFFICES_PER_PAGE, offset: (page - 1) * OFFICES_PER_PAGE }
      : { limit: null, offset: 0 };
  const list =
    view === 'offices'
      ? await loadOwingOffices(db, round, scope, window)
      : await loadOwingBureaus(db, round, scope);
  const isOpen = now >= round.entryOpensAt && now < round.certificationClosesAt && round.sealedAt === null;
  const data = {
    ...{ rounds, round, view, filters, list, now, problem, page, whole: whole !== undefined },
    people: await listResponsible(db, view, scope, idsOf(list.sides)),
    choices: await listFilterChoices(db, round.id),
    lastReminder: await findLastReminder(db, round.id),
    canRemind: may(user, 'rounds.manage') && isOpen,
    pageCount: whole === undefined ? Math.max(1, Math.ceil(list.count / OFFICES_PER_PAGE)) : 1,
    addressWith: addressOf(req, { ...filters, round: round.id }),
  };
  await renderPage(req, res, 'owing/list', data, problem === undefined ? 200 : 422);
}

/** A bureau sees its own variables only. */
function scopeOf(user: CurrentUser, round: Round, filters: OwingFilters): OwingScope {
  return {
    systemId: user.systemId,
    roundId: round.id,
    bureauId: user.role === 'kpi_office' ? (filters.bureau ?? null) : user.officeId,
    region: filters.region ?? null,
    type: filters.type ?? null,
    search: filters.q ?? null,
    only: filters.only ?? null,
  };
}

async function allSides(
  { db }: AppContext,
  user: CurrentUser,
  round: Round,
  filters: OwingFilters,
): Promise<string[]> {
  const scope = scopeOf(user, round, filters);
  const list =
    filters.view === 'bureaus'
      ? await listOwingBureaus(db, scope)
      : await listOwingOffices(db, scope, { limit: null, offset: 0 });
  return idsOf(list.sides);
}

function fieldsOf(values: Record<string, string | undefined>, sides: readonly string[]) {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return [...given, ...sides.map((side) => ['side', side])];
}

/** The address of a page with some of its filters changed; undefined removes one. */
function addressOf(req: Request, filters: Record<string, string | undefined>) {
  return (changes: Record<string, string | undefined>, page = '/owing'): string => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...filters, ...changes })) {
      if (value !== undefined) query.set(name, value);
    }
    return `${req.baseUrl}${page}?${query}`;
  };
}

function idsOf(sides: readonly { id: string }[]): string[] {
  return sides.map(({ id }) => id);
}
