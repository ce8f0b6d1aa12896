import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { parsed } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { receiveFile } from '../../http/upload.ts';
import { MAX_PICTURE_BYTES } from '../avatars/picture.ts';
import { pictureChange } from '../avatars/portrait.ts';
import { LONGEST, personProblems } from '../forms.ts';
import { saveProfile } from './actions.ts';
import { type ProfileProblems, profileForm } from './forms.ts';
import { overChanges, type ProfileState, profilePage } from './page.ts';

/** แก้ไขข้อมูลส่วนบุคคล (R36–R42); the password on it is changed by the domain of signing in. */
export function profileRoutes(context: AppContext): Router {
  const { db, config } = context;
  const router = Router({ mergeParams: true });
  const edit = allow('profile.edit');

  router.get('/profile', edit, async (req, res) => {
    await show(req, res, {});
  });

  router.post('/profile', edit, receiveFile('avatar', MAX_PICTURE_BYTES), async (req, res) => {
    const { user } = signedIn(req);
    const typed = parsed(profileForm, req.body ?? {});
    const problems: ProfileProblems = personProblems(typed);
    const { change: picture, problem } = await pictureChange({
      file: req.file?.buffer,
      fileProblem: req.fileProblem,
      remove: typed.removeAvatar,
    });
    if (problem !== undefined) problems.avatar = problem;
    if (Object.keys(problems).length > 0) return show(req, res, { typed, problems }, 422);
    const result = await saveProfile(context, user, { ...typed, picture });
    if (result.outcome === 'changed') {
      return show(req, res, { typed: overChanges(typed, result.account), changed: true }, 409);
    }
    setFlash(req, res, config.sessionSecret, { level: 'success', key: 'profile.saved' });
    res.redirect(303, `/${req.params.system}/profile`);
  });

  return router;

  async function show(req: Request, res: Response, state: ProfileState, status = 200): Promise<void> {
    const { user, system } = signedIn(req);
    const page = await profilePage(db, user, state);
    await renderPage(
      req,
      res,
      'users/profile',
      { ...page, minBytes: system.settings.passwordMinBytes, longest: LONGEST },
      status,
    );
  }
}
