import type { RequestHandler } from 'express';
import { AppError } from '../lib/errors.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses changes that another site asks the browser to make. Browsers say where a request comes from in
 * Sec-Fetch-Site, older ones in Origin or Referer; a request that says nothing comes from no browser page.
 */
export function sameOrigin(publicUrl: string): RequestHandler {
  const publicOrigin = new URL(publicUrl).origin;
  return (req, _res, next) => {
    if (SAFE_METHODS.has(req.method)) return next();
    const site = req.get('sec-fetch-site');
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new AppError('crossSite');
    // a page that tells nobody its address sends the origin `null`, and is known by the other header alone
    const hidesItself = site === 'same-origin' && req.get('origin') === 'null';
    const source = hidesItself ? undefined : (req.get('origin') ?? req.get('referer'));
    if (source !== undefined && !isOurs(source, publicOrigin, req.get('host')))
      throw new AppError('crossSite');
    next();
  };
}

function isOurs(source: string, publicOrigin: string, host: string | undefined): boolean {
  if (!URL.canParse(source)) return false;
  const { origin, host: sourceHost } = new URL(source);
  return origin === publicOrigin || sourceHost === host;
}
