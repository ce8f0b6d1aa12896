import connectPgSimple from 'connect-pg-simple';
import type { RequestHandler } from 'express';
import session, { type SessionData, type Store } from 'express-session';
import type pg from 'pg';
import type { Config } from '../config.ts';
import { type CurrentSystem, type CurrentUser, systemOf } from './current-user.ts';

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

/** Reads a stored session and the person whose it is, of one system. */
export type ReadSession = (
  sid: string,
  systemId: string,
) => Promise<{ session: SessionData; user: CurrentUser | undefined } | undefined>;

/**
 * One session cookie per system, on the system's path: one browser may be signed in to KRS and ARS at once.
 * Sessions lie in PostgreSQL, so several instances share them; each is read together with its user.
 */
export function systemSessions(
  pool: pg.Pool,
  config: Config,
  clock: () => Date,
  readSession: ReadSession,
): RequestHandler[] {
  const PgStore = connectPgSimple(session);
  const bySystem = new Map<string, RequestHandler>();
  let userJustRead: CurrentUser | undefined;

  /** express-session goes on to the next handler at once when it is given the session: the user is for that. */
  function storeOf({ id, settings }: CurrentSystem): Store {
    // a store for each system: express-session writes the cookie's path into the store it is given
    const store = new PgStore({
      pool,
      tableName: 'sessions',
      disableTouch: true,
      // counted from the last click that was written down: never shorter than a session may last
      ttl: settings.absoluteHours * SECONDS_PER_HOUR,
      pruneSessionInterval: config.test ? false : 15 * 60,
    });
    store.get = (sid, done) => {
      readSession(sid, id).then(
        (found) => {
          userJustRead = found?.user;
          done(null, found?.session);
        },
        (error) => done(error),
      );
    };
    return store;
  }

  return [
    (req, res, next) => {
      const system = systemOf(req);
      let handler = bySystem.get(system.code);
      if (handler === undefined) {
        handler = session({
          store: storeOf(system),
          name: 'sid',
          secret: config.sessionSecret,
          resave: false,
          saveUninitialized: false,
          cookie: { path: `/${system.code}`, httpOnly: true, sameSite: 'lax', secure: config.secureCookies },
        });
        bySystem.set(system.code, handler);
      }
      handler(req, res, next);
    },
    (req, _res, next) => {
      req.sessionUser = userJustRead;
      userJustRead = undefined;
      const { code, settings } = systemOf(req);
      const { systemCode, startedAt = 0, seenAt = 0 } = req.session;
      if (systemCode === undefined) return next();
      if (systemCode !== code) {
        // the cookie of another system, replayed here: it opens nothing, and its own session goes on there
        req.sessionStore.generate(req);
        return next();
      }
      const now = clock().getTime();
      const expired =
        now - seenAt > settings.idleMinutes * MS_PER_MINUTE ||
        now - startedAt > settings.absoluteHours * MS_PER_HOUR;
      if (expired) return req.session.regenerate(next);
      if (now - seenAt > SEEN_EVERY_MS) req.session.seenAt = now;
      next();
    },
  ];
}
