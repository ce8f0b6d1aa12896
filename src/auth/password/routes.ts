import { Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { AppError } from '../../lib/errors.ts';
import { type PasswordProblems, profilePage } from '../../users/profile/page.ts';
import { newPasswordProblems } from '../../users/rules.ts';
import { plainAddress } from '../rules.ts';
import { slowDown } from '../slow-down.ts';
import { changePassword } from './actions.ts';
import { passwordForm } from './forms.ts';

/** The form on the profile page that changes the own password (R38, R42). */
export function passwordRoutes(context: AppContext): Router {
  const { db, config } = context;
  const router = Router({ mergeParams: true });
  // the sign-in cleans the counts up
  const slow = slowDown(db, { cleanUp: false });

  router.post('/profile/password', allow('profile.edit'), async (req, res) => {
    const { user, system } = signedIn(req);
    const form = passwordForm.safeParse(req.body ?? {});
    if (!form.success) throw new AppError('badRequest');
    const { present, password, again } = form.data;
    const minBytes = system.settings.passwordMinBytes;

    async function refuse(passwordProblems: PasswordProblems, status = 422): Promise<void> {
      const page = await profilePage(db, user, { passwordProblems });
      await renderPage(req, res, 'users/profile', { ...page, minBytes }, status);
    }

    const problems: PasswordProblems = newPasswordProblems({ password, again }, user.username, minBytes);
    if (present === '') problems.present = 'missing';
    else if (present === password) problems.password = 'asBefore';
    if (Object.keys(problems).length > 0) return refuse(problems);
    const order = { present, password, sessionId: req.sessionID, address: plainAddress(req.ip) };
    const result = await changePassword(context, slow, user, order);
    if (result.outcome !== 'saved') {
      const { outcome, waitSeconds } = result;
      if (waitSeconds > 0) res.set('Retry-After', String(waitSeconds));
      return refuse({ present: outcome, waitSeconds }, outcome === 'slowed' ? 429 : 422);
    }
    setFlash(req, res, config.sessionSecret, { level: 'success', key: 'profile.passwordSaved' });
    res.redirect(303, `/${req.params.system}/profile`);
  });

  return router;
}
