import type { Request, RequestHandler, Response } from 'express';
import { signedIn, systemOf } from './current-user.ts';
import { cameFrom } from './referer.ts';

const SET_UP = '/profile/second-factor';

/**
 * Sends people who are not signed in to the login page, and back afterwards to where they were.
 * A form that was on its way is not repeated: the login page says so, and the page it came from is opened again.
 */
export function requireSignIn(): RequestHandler {
  return (req, res, next) => {
    if (req.user !== undefined) return next();
    const login = `/${systemOf(req).code}/login`;
    const isForm = req.method !== 'GET';
    const wanted = isForm ? cameFrom(req) : req.originalUrl;
    const query = new URLSearchParams({ ...(isForm && { unsaved: '1' }), ...(wanted && { next: wanted }) });
    goTo(req, res, `${login}?${query}`);
  };
}

/**
 * Sends people whose role must have a second factor, but who have none yet, to the page that sets it up; nothing
 * else opens until then. Stands behind `requireSignIn`.
 */
export function requireSecondFactor(): RequestHandler {
  return (req, res, next) => {
    const { user, system } = signedIn(req);
    const isMissing = !user.hasSecondFactor && system.settings.secondFactorRoles.includes(user.role);
    if (!isMissing || req.path === SET_UP) return next();
    goTo(req, res, `/${system.code}${SET_UP}`);
  };
}

/** htmx would put the other page into the piece it replaces: the browser is to go there instead. */
function goTo(req: Request, res: Response, target: string): void {
  if (req.get('hx-request') === 'true') {
    res.set('HX-Redirect', target).status(401).end();
    return;
  }
  res.redirect(303, target);
}
