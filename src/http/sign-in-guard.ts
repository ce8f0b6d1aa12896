import type { RequestHandler } from 'express';
import { systemOf } from './current-user.ts';

/**
 * Sends people who are not signed in to the login page, and back afterwards to where they were.
 * A form that was on its way is not repeated: the page it came from is opened again.
 */
export function requireSignIn(): RequestHandler {
  return (req, res, next) => {
    if (req.user !== undefined) return next();
    const login = `/${systemOf(req).code}/login`;
    const wanted = req.method === 'GET' ? req.originalUrl : (pathOf(req.get('referer')) ?? '');
    const target = wanted === '' ? login : `${login}?next=${encodeURIComponent(wanted)}`;
    if (req.get('hx-request') === 'true') {
      // htmx would put the login page into the piece it replaces: let the browser go there instead
      res.set('HX-Redirect', target).status(401).end();
      return;
    }
    res.redirect(303, target);
  };
}

function pathOf(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { pathname, search } = new URL(address);
  return pathname + search;
}
