import { Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { managedOffice } from '../rules.ts';
import { findAvatar } from './queries.ts';

const DAY_SECONDS = 86_400;

/** Portraits, for people of the same office and for the KPI office; for anybody else there are none. */
export function avatarRoutes({ db }: AppContext): Router {
  const router = Router({ mergeParams: true });
  router.get('/avatars/:user/:hash', async (req, res) => {
    const { user, system } = signedIn(req);
    const { user: userId, hash } = req.params;
    if (!/^\d{1,18}$/.test(userId) || !/^[0-9a-f]{32}$/.test(hash)) throw notFound();
    const picture = await findAvatar(db, {
      userId,
      hash,
      systemId: system.id,
      officeId: managedOffice(user),
    });
    if (picture === undefined) throw notFound();
    res.set({
      'Cache-Control': `private, max-age=${DAY_SECONDS}, immutable`,
      'Content-Disposition': 'inline; filename="avatar.jpg"',
      'X-Content-Type-Options': 'nosniff',
    });
    res.type('image/jpeg').send(picture);
  });
  return router;
}
