import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { systemOf } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { localeOf, renderPage } from '../../http/render.ts';
import { translator } from '../../i18n/index.ts';
import { AppError } from '../../lib/errors.ts';
import { findLink, useLink } from '../../users/links/actions.ts';
import { queueForgotten } from '../../users/links/queries.ts';
import type { LinkState } from '../../users/links/types.ts';
import { hashPassword } from '../../users/password.ts';
import { type NewPasswordProblems, newPasswordProblems } from '../../users/rules.ts';
import { originOf } from '../passport.ts';
import { homeOf } from '../routes.ts';
import { floodGate } from './flood.ts';
import { forgotForm, passwordForm } from './forms.ts';

const GONE = 410;

/** A forgotten password, and the page that a mailed link opens. */
export function linkRoutes(context: AppContext): Router {
  const { db, config, clock } = context;
  const flood = floodGate(db, { cleanUp: !config.test });
  const router = Router({ mergeParams: true });

  router.get('/forgot', (req, res) => showForgot(req, res, {}));

  /**
   * What is typed goes into the queue as it is, and a job looks for the account: the answer is the same, and made
   * by the same statements, whether there is one or not.
   */
  router.post('/forgot', async (req, res) => {
    const t = translator(localeOf(req));
    const form = forgotForm.safeParse(req.body ?? {});
    if (!form.success) return showForgot(req, res, { problem: t('auth.forgot.missing') }, 422);
    const { account } = form.data;
    const { systemId, address } = originOf(req, account);
    const seconds = await flood({ systemId, account, address });
    if (seconds > 0) {
      const minutes = Math.ceil(seconds / 60);
      res.set('Retry-After', String(seconds));
      return showForgot(req, res, { account, problem: t('auth.forgot.slowed', { minutes }) }, 429);
    }
    await queueForgotten(db, systemId, account);
    setFlash(req, res, config.sessionSecret, { level: 'info', key: 'auth.forgot.sent' });
    res.redirect(303, `${homeOf(req)}/login`);
  });

  router.use('/password', (_req, res, next) => {
    // the address of the page is the key to the account
    res.set({ 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' });
    next();
  });

  router.get('/password/:token', async (req, res) => {
    const link = await findLink(db, String(req.params.token), systemOf(req).id, clock());
    if (link.state !== 'valid') return showDeadLink(req, res, link.state);
    await showPassword(req, res, { username: link.username });
  });

  router.post('/password/:token', async (req, res) => {
    const { id: systemId, settings } = systemOf(req);
    const token = String(req.params.token);
    const link = await findLink(db, token, systemId, clock());
    if (link.state !== 'valid') return showDeadLink(req, res, link.state);
    const form = passwordForm.safeParse(req.body ?? {});
    if (!form.success) throw new AppError('badRequest');
    const { password } = form.data;
    const problems = newPasswordProblems(form.data, link.username, settings.passwordMinBytes);
    if (Object.keys(problems).length > 0)
      return showPassword(req, res, { username: link.username, problems }, 422);
    const passwordHash = await hashPassword(password, config.bcryptCost);
    const { state } = await useLink(db, { token, systemId, passwordHash, now: clock() });
    if (state !== 'valid') return showDeadLink(req, res, state);
    setFlash(req, res, config.sessionSecret, { level: 'success', key: 'auth.setPassword.done' });
    res.redirect(303, `${homeOf(req)}/login`);
  });

  return router;
}

interface ForgotPage {
  account?: string;
  problem?: string;
}

function showForgot(req: Request, res: Response, page: ForgotPage, status = 200): Promise<void> {
  res.set('Cache-Control', 'no-store');
  return renderPage(req, res, 'auth/forgot', { account: '', problem: undefined, ...page }, status);
}

interface PasswordPage {
  username: string;
  problems?: NewPasswordProblems;
}

function showPassword(req: Request, res: Response, page: PasswordPage, status = 200): Promise<void> {
  const { passwordMinBytes: min } = systemOf(req).settings;
  return renderPage(req, res, 'auth/password', { problems: {}, min, ...page }, status);
}

function showDeadLink(req: Request, res: Response, state: Exclude<LinkState, 'valid'>): Promise<void> {
  const status = state === 'unknown' || state === 'foreign' ? 404 : GONE;
  return renderPage(req, res, 'auth/dead-link', { state }, status);
}
