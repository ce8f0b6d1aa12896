import type { Request } from 'express';
import type { Db } from './db/database.ts';
import { sideBySide } from './db/statement.ts';
import type { AppContext } from './http/context.ts';
import type { CurrentUser } from './http/current-user.ts';
import { cameFrom } from './http/referer.ts';
import type { LoadFrame, MenuItem, MenuLink, MenuSection } from './http/render.ts';
import { localeOf } from './http/render.ts';
import { may } from './http/rights.ts';
import { currentTitle } from './http/system-title.ts';
import { type Translate, translator } from './i18n/index.ts';
import { initialOf } from './lib/initial.ts';
import { keepRounds, listRounds, roundsFor } from './rounds/queries.ts';
import { certificationIsOpen, entryWindow } from './rounds/rules.ts';
import type { Round } from './rounds/types.ts';
import { badgeOf } from './threads/inbox/rules.ts';
import { findSessionWithUser } from './users/queries.ts';

/** What stands around every page: the system's title and the menu of the person's role (R7, R33–R35). */
export function loadFrame({ db, clock }: AppContext): LoadFrame {
  return async (req: Request) => {
    const { user, system } = req;
    const locale = localeOf(req);
    const t = translator(locale);
    const frame = {
      title: system === undefined ? t('portal.title') : currentTitle(system, locale, clock()),
      here: here(req),
      initial: initialOf(user?.name ?? ''),
      sidebarCollapsed: /(?:^|;\s*)menu=folded(?:;|$)/.test(req.headers.cookie ?? ''),
    };
    if (user === undefined || system === undefined) return { ...frame, menu: [] };
    const now = clock();
    const rounds = await roundsFor(db, user, now);
    const news = may(user, 'threads.view') ? badgeOf(user.newItems) : undefined;
    const base = `/${system.code}`;
    return { ...frame, news, menu: menuFor({ user, rounds, now, t, address: addressOf(req), base, news }) };
  };
}

/** A session with its user, and in the same packet what the frame of the page needs. */
export function readSessionForPage(db: Db, sid: string, systemId: string, now: Date) {
  return sideBySide(db, async (one) => {
    const [found, rounds] = await Promise.all([
      findSessionWithUser(one, sid, systemId),
      listRounds(one, systemId, { sid }, now),
    ]);
    if (found?.user !== undefined) keepRounds(found.user, rounds);
    return found;
  });
}

interface MenuRequest {
  user: Pick<CurrentUser, 'role'>;
  rounds: readonly Round[];
  now: Date;
  t: Translate;
  /** The page being shown. */
  address: { path: string; round: string | null };
  base: string;
  /** How many items are new. */
  news?: string | undefined;
}

/** The menu of a role: what it may do now, in the rounds that are open, and past rounds to read. */
export function menuFor(request: MenuRequest): MenuSection[] {
  const { user, t, address, base, news } = request;
  const hasRounds = request.rounds.length > 0;
  const page = (path: string, label: string, icon: string): MenuItem => ({
    label,
    icon,
    href: base + path,
    // pages below it are its own; everything is below the home page
    active: address.path === base + path || (path !== '' && address.path.startsWith(`${base}${path}/`)),
  });
  const newsItem = {
    ...page('/news', t('news.menu'), 'inbox'),
    active: [`${base}/news`, `${base}/news/sent`].includes(address.path),
    badge: news,
  };
  return [
    {
      headingKey: 'common.mainMenu',
      items: [
        page('', t('common.home'), 'house'),
        ...(may(user, 'threads.view') ? [newsItem] : []),
        ...(may(user, 'entry.view') ? entryItems(request) : []),
        ...(may(user, 'certify.view') ? certifyItems(request) : []),
        ...(hasRounds && may(user, 'audit.request')
          ? [page('/audit', t('audit.menu'), 'clipboard-check')]
          : []),
        ...(hasRounds && may(user, 'central.load') ? [page('/central', t('central.menu'), 'database')] : []),
        ...(hasRounds && may(user, 'editRequests.answer')
          ? [page('/requests', t('requests.menu'), 'unlock')]
          : []),
        ...(may(user, 'report.view') ? [page('/reports/office', t('menu.officeReport'), 'bar-chart')] : []),
        ...(may(user, 'status.view') ? [page('/status', t('menu.status'), 'grid-3x3')] : []),
        ...(hasRounds && may(user, 'owing.view') ? [page('/owing', t('owing.menu'), 'hourglass-split')] : []),
      ],
    },
    {
      headingKey: 'common.manage',
      items: [
        page('/profile', t('profile.title'), 'person-gear'),
        ...(may(user, 'users.manage') ? [page('/users', t('users.title'), 'people')] : []),
        ...(may(user, 'assignments.view')
          ? [page('/assignments', t('assignments.title'), 'list-check')]
          : []),
        ...(may(user, 'rounds.manage') ? [page('/rounds', t('rounds.title'), 'calendar-event')] : []),
        ...(may(user, 'framework.edit') ? [page('/framework', t('design.menu'), 'diagram-3')] : []),
        ...(may(user, 'framework.edit')
          ? [page('/manuals', t('handbook.manuals'), 'file-earmark-text')]
          : []),
        ...(may(user, 'logins.view') ? [page('/logins', t('logins.title'), 'shield-check')] : []),
        ...(may(user, 'mail.view') ? [page('/mail', t('mail.title'), 'envelope')] : []),
        ...(may(user, 'settings.edit') ? [page('/settings', t('settings.title'), 'gear')] : []),
      ],
    },
  ];
}

/** One item per round in which the office may type, and one that leads to those of its rounds that are over. */
function entryItems({ rounds, now, t, address, base }: MenuRequest): MenuItem[] {
  const isOpen = (round: Round) => entryWindow(round, now) === 'open' || round.hasPermit;
  const onPage = address.path === `${base}/entry`;
  const own = rounds.filter(({ takesPart }) => takesPart);
  const past = own.filter((round) => entryWindow(round, now) === 'closed' && !round.hasPermit);
  const open = own.filter(isOpen).map((round, index) => ({
    label: t('menu.entry', { round: round.label }),
    icon: 'pencil-square',
    href: `${base}/entry?round=${round.id}`,
    active: onPage && (address.round === round.id || (address.round === null && index === 0)),
  }));
  const [latest] = past;
  if (latest === undefined) return open;
  const active =
    onPage &&
    (past.some((round) => round.id === address.round) || (address.round === null && open.length === 0));
  return [
    ...open,
    { label: t('menu.pastRounds'), icon: 'clock-history', href: `${base}/entry?round=${latest.id}`, active },
  ];
}

/** Certifying, by variable and by office, for each round that is being certified; otherwise the latest, to read. */
function certifyItems({ rounds, now, t, address, base }: MenuRequest): MenuItem[] {
  const begun = rounds.filter((round) => round.entryOpensAt <= now);
  const open = begun.filter((round) => certificationIsOpen(round, now));
  const shown = open.length > 0 ? open : begun.slice(0, 1);
  if (shown.length === 0) return [];
  const child = (page: 'variables' | 'offices', label: string, round: Round): MenuLink => ({
    label,
    href: `${base}/certify/${page}?round=${round.id}`,
    active: address.path === `${base}/certify/${page}` && (address.round ?? shown[0]?.id) === round.id,
  });
  const children = shown.flatMap((round) => [
    child('variables', t('menu.certifyVariables', { round: round.label }), round),
    child('offices', t('menu.certifyOffices', { round: round.label }), round),
  ]);
  return [{ label: t('menu.certify'), icon: 'patch-check', children }];
}

function addressOf(req: Request): MenuRequest['address'] {
  const { round } = req.query;
  return { path: req.originalUrl.split('?')[0] ?? '', round: typeof round === 'string' ? round : null };
}

function here(req: Request): string {
  if (req.method === 'GET') return req.originalUrl;
  return cameFrom(req) ?? (req.system === undefined ? '/' : `/${req.system.code}`);
}
