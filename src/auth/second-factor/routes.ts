import { type Request, type Response, Router } from 'express';
import type { SessionData } from 'express-session';
import type { AppContext } from '../../http/context.ts';
import { type CurrentUser, systemOf } from '../../http/current-user.ts';
import { type Flash, setFlash } from '../../http/flash.ts';
import { localeOf, renderPage } from '../../http/render.ts';
import { translator } from '../../i18n/index.ts';
import { findCurrentUser } from '../../users/queries.ts';
import { findFactor } from '../../users/second-factor/queries.ts';
import { FEW_CODES, looksLikeRecoveryCode } from '../../users/second-factor/rules.ts';
import { recordSignIn } from '../actions.ts';
import { originOf } from '../passport.ts';
import { enter, homeOf } from '../routes.ts';
import type { SlowDown } from '../slow-down.ts';
import { checkProof } from './actions.ts';
import { codeForm } from './forms.ts';

const HALFWAY_MS = 10 * 60_000;

/** The second half of signing in: the code of the app, or a recovery code, within ten minutes of the password. */
export function secondFactorRoutes(context: AppContext, slowDown: SlowDown): Router {
  const { db, config } = context;
  const router = Router({ mergeParams: true });

  router.get('/login/second-factor', async (req, res) => {
    if (req.user !== undefined) return res.redirect(303, homeOf(req));
    if ((await halfwayUser(context, req)) === undefined) return startAgain(context, req, res);
    await showCode(req, res, {});
  });

  router.post('/login/second-factor', async (req, res) => {
    const user = await halfwayUser(context, req);
    const { halfway } = req.session;
    if (user === undefined || halfway === undefined) return startAgain(context, req, res);
    const t = translator(localeOf(req));
    const form = codeForm.safeParse(req.body ?? {});
    const code = form.success ? form.data.code : '';
    if (code === '') return showCode(req, res, { problem: t('auth.secondFactor.codeMissing') }, 422);
    const result = await checkProof(context, slowDown, { userId: user.id, code });
    if (result.outcome !== 'right') {
      const { outcome, waitSeconds: seconds } = result;
      const noted = outcome === 'slowed' ? 'slowed' : 'wrong_code';
      await recordSignIn(context, originOf(req, user.username), noted, user.id);
      if (seconds > 0) res.set('Retry-After', String(seconds));
      if (outcome === 'slowed') return showCode(req, res, { problem: t('auth.slowed', { seconds }) }, 429);
      const hint = seconds > 0 ? t('auth.waitHint', { seconds }) : undefined;
      const problem = t(
        looksLikeRecoveryCode(code) ? 'auth.secondFactor.recoveryCodeWrong' : 'auth.secondFactor.codeWrong',
      );
      return showCode(req, res, { problem, hint }, 422);
    }
    if (!(await enter(context, req, user, halfway.stamp))) return startAgain(context, req, res);
    const codesLeft = result.kind === 'recovery' ? (await findFactor(db, user.id))?.codesLeft : undefined;
    setFlash(req, res, config.sessionSecret, welcome(codesLeft));
    res.redirect(303, halfway.next ?? homeOf(req));
  });

  return router;
}

/** Whose password was right, while that still counts. */
async function halfwayUser({ db, clock }: AppContext, req: Request): Promise<CurrentUser | undefined> {
  const { halfway, startedAt = 0 } = req.session;
  if (halfway === undefined || clock().getTime() - startedAt > HALFWAY_MS) return undefined;
  const user = await findCurrentUser(db, halfway.userId, systemOf(req).id);
  return user?.hasSecondFactor ? user : undefined;
}

/** It took too long, or something changed: the password is asked for again. */
function startAgain({ config }: AppContext, req: Request, res: Response): void {
  // there is no session any more where the password changed in between
  const session: Partial<SessionData> | undefined = req.session;
  if (session === undefined || session.halfway !== undefined) {
    setFlash(req, res, config.sessionSecret, { level: 'info', key: 'auth.secondFactor.again' });
  }
  res.redirect(303, `${homeOf(req)}/login`);
}

function welcome(codesLeft: number | undefined): Flash {
  if (codesLeft === undefined) return { level: 'success', key: 'auth.welcome' };
  const level = codesLeft < FEW_CODES ? 'warning' : 'info';
  return { level, key: 'auth.secondFactor.welcomeWithCode', values: { count: codesLeft } };
}

interface CodePage {
  problem?: string;
  hint?: string | undefined;
}

function showCode(req: Request, res: Response, page: CodePage, status = 200): Promise<void> {
  res.set('Cache-Control', 'no-store');
  const data = { problem: undefined, hint: undefined, recovery: 'recovery' in req.query, ...page };
  return renderPage(req, res, 'auth/second-factor', data, status);
}
