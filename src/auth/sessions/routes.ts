import { createHash } from 'node:crypto';
import { Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { notFound } from '../../lib/errors.ts';
import { endOtherSessions, endSession } from '../../users/sessions/actions.ts';
import { listSessions } from '../../users/sessions/queries.ts';
import { livingSessions } from '../../users/sessions/rules.ts';
import { describeBrowser } from '../browser.ts';
import { homeOf } from '../routes.ts';

const PAGE = '/profile/sessions';

/** Where one is signed in, and the end of it anywhere else. */
export function sessionRoutes({ db, config, clock }: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get(PAGE, allow('profile.edit'), async (req, res) => {
    const { user, system } = signedIn(req);
    const stored = await listSessions(db, user.id);
    const own = handleOf(req.sessionID);
    const sessions = livingSessions(stored, system.settings, clock()).map(({ userAgent, ...session }) => ({
      ...session,
      ...describeBrowser(userAgent),
      isThis: session.handle === own,
    }));
    await renderPage(req, res, 'auth/sessions', { sessions });
  });

  router.post(`${PAGE}/delete`, allow('profile.edit'), async (req, res) => {
    const { user } = signedIn(req);
    const count = await endOtherSessions(db, user.id, req.sessionID);
    const flash = { level: 'success', key: 'auth.sessions.endedOthers', values: { count } } as const;
    setFlash(req, res, config.sessionSecret, flash);
    res.redirect(303, homeOf(req) + PAGE);
  });

  router.post(`${PAGE}/:handle/delete`, allow('profile.edit'), async (req, res) => {
    const { user } = signedIn(req);
    const handle = String(req.params.handle);
    if (!(await endSession(db, user.id, handle))) throw notFound();
    setFlash(req, res, config.sessionSecret, { level: 'success', key: 'auth.sessions.ended' });
    res.redirect(303, homeOf(req) + PAGE);
  });

  return router;
}

/** A session's name on the page: its id is the key to it, and is never shown. The table's twin is in SQL. */
function handleOf(sid: string): string {
  return createHash('sha256').update(sid).digest('hex');
}
