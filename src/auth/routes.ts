import { type Request, type Response, Router } from 'express';
import type { SessionData } from 'express-session';
import type { Config } from '../config.ts';
import type { AppContext } from '../http/context.ts';
import { type CurrentUser, systemOf } from '../http/current-user.ts';
import { setFlash } from '../http/flash.ts';
import { closeSession, openSession } from '../http/open-session.ts';
import { cameFrom } from '../http/referer.ts';
import { localeOf, renderPage } from '../http/render.ts';
import type { Locale } from '../i18n/dates.ts';
import { translator } from '../i18n/index.ts';
import { AppError } from '../lib/errors.ts';
import { chooseLanguage } from '../users/actions.ts';
import { stampOf } from '../users/password.ts';
import { findPasswordHash } from '../users/second-factor/queries.ts';
import { recordSignIn } from './actions.ts';
import { languageForm, loginForm } from './forms.ts';
import { type AppPassport, originOf, type Proof, type Refusal } from './passport.ts';
import { pathWithin, safeNext } from './rules.ts';

const LONGEST_USER_AGENT = 300;
const YEAR_MS = 365 * 24 * 3600 * 1000;

/** Signing in and out, and the language of the pages (R23–R32). */
export function authRoutes(context: AppContext, passport: AppPassport): Router {
  const { config, clock, db } = context;
  const router = Router({ mergeParams: true });

  router.get('/login', async (req, res) => {
    const next = safeNext(textOf(req.query.next), systemOf(req).code);
    if (req.user !== undefined) return res.redirect(303, next ?? homeOf(req));
    await showLogin(req, res, { next, unsaved: req.query.unsaved === '1' });
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
    const { user, stamp } = answer;
    if (user.hasSecondFactor) {
      await openSession(req, { ...sessionOf(req, clock()), halfway: { userId: user.id, stamp, next } });
      return res.redirect(303, `${homeOf(req)}/login/second-factor`);
    }
    if (!(await enter(context, req, user, stamp))) {
      return showLogin(req, res, { next, username, problem: t('auth.failed') }, 422);
    }
    // who has to set up a second factor first is not ready yet
    if (!systemOf(req).settings.secondFactorRoles.includes(user.role)) {
      setFlash(req, res, config.sessionSecret, { level: 'success', key: 'auth.welcome' });
    }
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
    const from = pathWithin(next ?? cameFrom(req), systemOf(req).code);
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
  /** A form came after the session had ended. */
  unsaved?: boolean;
}

function showLogin(req: Request, res: Response, page: LoginPage, status = 200): Promise<void> {
  res.set('Cache-Control', 'no-store');
  const data = { username: '', problem: undefined, hint: undefined, unsaved: false, ...page };
  return renderPage(req, res, 'auth/login', data, status);
}

type Answer = (Proof & { user: CurrentUser; refusal?: undefined }) | { refusal: Refusal };

function authenticate(passport: AppPassport, req: Request, res: Response): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const decide = (error: unknown, user: CurrentUser | false, said: Refusal & Proof) => {
      if (error) return reject(error);
      resolve(user === false ? { refusal: said } : { user, stamp: said.stamp });
    };
    passport.authenticate('local', decide)(req, res, reject);
  });
}

/**
 * Opens the session of somebody who has proved everything, under a new id. False: the password that was right
 * has been replaced meanwhile, so nothing is open.
 */
export async function enter(
  context: AppContext,
  req: Request,
  user: CurrentUser,
  stamp: string,
): Promise<boolean> {
  await openSession(req, { ...sessionOf(req, context.clock()), passport: { user: user.id } });
  // a new password has ended all sessions that were there: after this one was stored, we look once more
  if (stampOf(await findPasswordHash(context.db, user.id)) !== stamp) {
    await closeSession(req);
    return false;
  }
  await recordSignIn(context, originOf(req, user.username), 'success', user.id);
  return true;
}

function sessionOf(req: Request, now: Date): Partial<SessionData> {
  const { address, userAgent } = originOf(req, '');
  const [systemCode, moment] = [systemOf(req).code, now.getTime()];
  return {
    systemCode,
    startedAt: moment,
    seenAt: moment,
    address,
    userAgent: userAgent.slice(0, LONGEST_USER_AGENT),
  };
}

/** The path of the system. */
export function homeOf(req: Request): string {
  return `/${systemOf(req).code}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
