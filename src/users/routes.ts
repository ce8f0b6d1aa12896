import { Router } from 'express';
import type { AppContext } from '../http/context.ts';
import { accountRoutes } from './accounts/routes.ts';
import { avatarRoutes } from './avatars/routes.ts';
import { userListRoutes } from './list/routes.ts';
import { profileRoutes } from './profile/routes.ts';

/** People: the own profile, and for managers everybody they look after. */
export function userRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  router.use(profileRoutes(context));
  router.use(userListRoutes(context));
  router.use(accountRoutes(context));
  router.use(avatarRoutes(context));
  return router;
}
