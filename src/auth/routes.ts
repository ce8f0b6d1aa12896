import { type Request, type Response, Router } from 'express';
import type { Config } from '../config.ts';
import type { AppContext } from '../http/context.ts';
import { type CurrentUser, systemOf } from '../http/current-user.ts';
import { setFlash } from '../http/flash.ts';
import { localeOf, renderPage } from '../http/render.ts';
import type { Locale } from '../i18n/dates.ts';
import { translator } from '../i18n/index.ts';
import { AppError } from '../lib/errors.ts';
import { chooseLanguage } from '../users/actions.ts';
import { languageForm, loginForm } from './forms.ts';
import type { AppPassport, Refusal } from './passport.ts';
import { pathWithin, safeNext } from './rules.ts';

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** Signing in and out, and the language of the pages (R23–R32). */
export function authRoutes(context: AppContext, passport: AppPassport): Router {
  const { config, clock, db } = context;
  const router = Router({ mergeParams: true });

  router.get('/login', async (req, res) => {
    const next = safeNext(textOf(req.query.next), systemOf(req).code);
    if (req.user !== undefined) return res.redirect(303, next ?? homeOf(req));
    await showLogin(req, res, { next });
  });

  router.post('/login', async (req, res) => {
    const form = loginForm.safeParse(req.body ?? {});
    if (!form.success) throw new AppError('badRequest');
    const { username, password } = form.data;
    const next = safeNext(form.data.next, systemOf(req).code);
    const t = translator(localeOf(req));
    if (username === '' || password === '') {
      return showLogin(req, res, { next, username, problem: t('auth.incomplete') }, 422);
    }
    req.body = { username, password };
    const answer = await authenticate(passport, req, res);
    if (answer.refusal !== undefined) {
      const { message, waitSeconds: seconds } = answer.refusal;
      if (seconds > 0) res.set('Retry-After', String(seconds));
      if (message === 'slowed') {
        return showLogin(req, res, { next, username, problem: t('auth.slowed', { seconds }) }, 429);
      }
      const hint = seconds > 0 ? t('auth.waitHint', { seconds }) : undefined;
      return showLogin(req, res, { next, username, problem: t('auth.failed'), hint }, 422);
    }
    await openSession(req, answer.user, clock());
    setFlash(req, res, config.sessionSecret, { level: 'success', key: 'auth.welcome' });
    res.redirect(303, next ?? homeOf(req));
  });

  router.post('/logout', async (req, res) => {
    await new Promise<void>((resolve, reject) => {
      req.logout((error) => (error ? reject(error) : resolve()));
    });
    res.clearCookie('sid', {
      path: homeOf(req),
      httpOnly: true,
      sameSite: 'lax',
      secure: config.secureCookies,
    });
    setFlash(req, res, config.sessionSecret, { level: 'info', key: 'auth.goodbye' });
    res.redirect(303, `${homeOf(req)}/login`);
  });

  router.post('/language', async (req, res) => {
    const { locale, next } = parseLanguage(req);
    setLanguageCookie(res, locale, config);
    if (req.user !== undefined) await chooseLanguage(db, req.user.id, locale);
    const from = pathWithin(next ?? pathOf(req.get('referer')), systemOf(req).code);
    res.redirect(303, from ?? homeOf(req));
  });

  return router;
}

/** The language switch of the page that lists the systems. */
export function portalLanguage(config: Config): Router {
  const router = Router();
  router.post('/language', (req, res) => {
    setLanguageCookie(res, parseLanguage(req).locale, config);
    res.redirect(303, '/');
  });
  return router;
}

function parseLanguage(req: Request) {
  const form = languageForm.safeParse(req.body ?? {});
  if (!form.success) throw new AppError('badRequest');
  return form.data;
}

function setLanguageCookie(res: Response, locale: Locale, { secureCookies }: Config): void {
  res.cookie('lang', locale, { path: '/', sameSite: 'lax', secure: secureCookies, maxAge: YEAR_MS });
}

interface LoginPage {
  next: string | undefined;
  username?: string;
  problem?: string;
  hint?: string | undefined;
}

function showLogin(req: Request, res: Response, page: LoginPage, status = 200): Promise<void> {
  res.set('Cache-Control', 'no-store');
  const data = { username: '', problem: undefined, hint: undefined, ...page };
  return renderPage(req, res, 'auth/login', data, status);
}

type Answer = { user: CurrentUser; refusal?: undefined } | { refusal: Refusal };

function authenticate(passport: AppPassport, req: Request, res: Response): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const decide = (error: unknown, user: CurrentUser | false, refusal: Refusal) => {
      if (error) return reject(error);
      resolve(user === false ? { refusal } : { user });
    };
    passport.authenticate('local', decide)(req, res, reject);
  });
}

/** A new session id with every sign-in: `logIn` throws the old session away. */
async function openSession(req: Request, user: CurrentUser, now: Date): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    req.logIn(user, (error) => (error ? reject(error) : resolve()));
  });
  req.session.systemCode = systemOf(req).code;
  req.session.startedAt = now.getTime();
  req.session.seenAt = now.getTime();
  await new Promise<void>((resolve, reject) => {
    req.session.save((error) => (error ? reject(error) : resolve()));
  });
}

function homeOf(req: Request): string {
  return `/${systemOf(req).code}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function pathOf(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { pathname, search } = new URL(address);
  return pathname + search;
}
