import type { Request } from 'express';

/** Path and query of the page that a form was sent from; undefined where the browser does not tell. */
export function cameFrom(req: Request): string | undefined {
  const address = req.get('referer');
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { pathname, search } = new URL(address);
  return pathname + search;
}
