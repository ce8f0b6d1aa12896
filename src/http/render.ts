import type { Request, Response } from 'express';
import type { Locale } from '../i18n/dates.ts';
import { formatDate, formatDateTime, toLocalInput } from '../i18n/dates.ts';
import { type Translate, translator } from '../i18n/index.ts';
import { formatNumber } from '../lib/numbers.ts';
import { assetUrl } from './assets.ts';
import { type Flash, takeFlash } from './flash.ts';
import { LONGEST_TEXT } from './input.ts';
import { titleOfYear } from './system-title.ts';

/** What the frame around a page needs; app.ts knows where it comes from. */
export interface Frame {
  title: string;
  menu: MenuSection[];
  /** The path to come back to, e.g. after the language was changed; always one that answers GET. */
  here: string;
  /** The letter in place of a portrait. */
  initial: string;
  /** Whether the menu was folded away in this browser. */
  sidebarCollapsed: boolean;
  /** How many items are new, as the bell shows it; undefined: none, or nobody is signed in. */
  news?: string | undefined;
}

export interface MenuSection {
  headingKey: string;
  items: MenuItem[];
}

export interface MenuItem {
  label: string;
  icon: string;
  /** Missing where the item is only the heading of its children. */
  href?: string;
  active?: boolean;
  badge?: string | undefined;
  children?: MenuLink[];
}

export interface MenuLink {
  label: string;
  href: string;
  active: boolean;
  badge?: string | undefined;
}

export type LoadFrame = (req: Request) => Promise<Frame>;

/** Renders a whole page: the view inside the frame, in the reader's language. */
export async function renderPage(
  req: Request,
  res: Response,
  view: string,
  data: object,
  status = 200,
): Promise<void> {
  const { loadFrame, sessionSecret } = req.app.locals as { loadFrame: LoadFrame; sessionSecret: string };
  const flash: Flash | undefined = req.system === undefined ? undefined : takeFlash(req, res, sessionSecret);
  const frame = await loadFrame(req);
  keepPrivate(req, res);
  res.status(status).render(view, { ...viewHelpers(req), frame, flash, ...data });
}

/** Renders a piece of a page, for htmx to put in place. */
export function renderPart(req: Request, res: Response, view: string, data: object, status = 200): void {
  keepPrivate(req, res);
  res.status(status).render(view, { ...viewHelpers(req), ...data });
}

/** Office computers are shared: after signing out, the back button shows nothing of the person before. */
function keepPrivate(req: Request, res: Response): void {
  if (req.user !== undefined) res.set('Cache-Control', 'private, no-store');
}

/** Whether htmx asks, and so only the changed piece of the page is wanted. */
export function wantsPart(req: Request): boolean {
  return req.get('hx-request') === 'true' && req.get('hx-history-restore-request') !== 'true';
}

/** The reader's language: as saved with the account, before signing in as last chosen in this browser. */
export function localeOf(req: Request): Locale {
  if (req.user !== undefined) return req.user.locale;
  return /(?:^|;\s*)lang=en(?:;|$)/.test(req.headers.cookie ?? '') ? 'en' : 'th';
}

interface Sentence {
  key: string;
  /** Numbers are counts; a year comes as text. */
  values?: Record<string, string | number>;
}

/** A text of the catalogue whose counts have separators for reading. */
function say(t: Translate, { key, values = {} }: Sentence): string {
  const shown = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? formatNumber(String(value)) : value,
  ]);
  const look = t as unknown as (key: string, values: object) => string;
  return look(key, Object.fromEntries(shown));
}

function viewHelpers(req: Request) {
  const locale = localeOf(req);
  const t = translator(locale);
  return {
    locale,
    t,
    say: (sentence: Sentence) => say(t, sentence),
    system: req.system,
    user: req.user,
    path: req.originalUrl,
    base: req.system === undefined ? '' : `/${req.system.code}`,
    asset: assetUrl,
    number: formatNumber,
    longestText: LONGEST_TEXT,
    date: (moment: Date) => formatDate(moment, locale),
    dateTime: (moment: Date) => formatDateTime(moment, locale),
    localInput: toLocalInput,
    titleOf: (fiscalYear: number) =>
      req.system === undefined ? '' : titleOfYear(req.system, locale, fiscalYear),
  };
}
