import connectPgSimple from 'connect-pg-simple';
import type { RequestHandler } from 'express';
import session from 'express-session';
import type pg from 'pg';
import type { Config } from '../config.ts';
import { systemOf } from './current-user.ts';

declare module 'express-session' {
  interface SessionData {
    /** The system that this session was opened for; its cookie opens no other. */
    systemCode: string;
    startedAt: number;
    seenAt: number;
  }
}

// Writing "seen just now" at every click would cost a write per page: once a minute is exact enough.
const SEEN_EVERY_MS = 60_000;
const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
const SECONDS_PER_HOUR = 3600;

/**
 * One session cookie per system, on the system's path: one browser may be signed in to KRS and ARS at once.
 * Sessions lie in PostgreSQL, so several instances share them.
 */
export function systemSessions(pool: pg.Pool, config: Config, clock: () => Date): RequestHandler[] {
  const PgStore = connectPgSimple(session);
  const bySystem = new Map<string, RequestHandler>();

  return [
    (req, res, next) => {
      const { code, settings } = systemOf(req);
      let handler = bySystem.get(code);
      if (handler === undefined) {
        handler = session({
          // a store of its own: express-session writes the cookie's path into the store it is given
          store: new PgStore({
            pool,
            tableName: 'sessions',
            disableTouch: true,
            // counted from the last click that was written down: never shorter than a session may last
            ttl: settings.absoluteHours * SECONDS_PER_HOUR,
            pruneSessionInterval: config.test ? false : 15 * 60,
          }),
          name: 'sid',
          secret: config.sessionSecret,
          resave: false,
          saveUninitialized: false,
          cookie: { path: `/${code}`, httpOnly: true, sameSite: 'lax', secure: config.secureCookies },
        });
        bySystem.set(code, handler);
      }
      handler(req, res, next);
    },
    (req, _res, next) => {
      const { code, settings } = systemOf(req);
      const { systemCode, startedAt = 0, seenAt = 0 } = req.session;
      if (systemCode === undefined) return next();
      const now = clock().getTime();
      const expired =
        now - seenAt > settings.idleMinutes * MS_PER_MINUTE ||
        now - startedAt > settings.absoluteHours * MS_PER_HOUR;
      if (systemCode !== code) {
        // the cookie of another system, replayed here: it opens nothing, and its own session goes on there
        req.sessionStore.generate(req);
        return next();
      }
      if (expired) return req.session.regenerate(next);
      if (now - seenAt > SEEN_EVERY_MS) req.session.seenAt = now;
      next();
    },
  ];
}
