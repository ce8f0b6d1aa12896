import connectPgSimple from 'connect-pg-simple';
import type { RequestHandler } from 'express';
import session, { type SessionData, type Store } from 'express-session';
import type pg from 'pg';
import type { Config } from '../config.ts';
import { type CurrentSystem, type CurrentUser, LONGEST_SESSION_HOURS, systemOf } from './current-user.ts';
import { wantsPart } from './render.ts';

declare module 'express-session' {
  interface SessionData {
    /** The system that this session was opened for; its cookie opens no other. */
    systemCode: string;
    startedAt: number;
    seenAt: number;
    /** Where it was opened. */
    address?: string | null;
    userAgent?: string;
    passport?: { user: string };
    /** The password was right, the second factor is awaited: such a session opens nothing else. */
    halfway?: { userId: string; stamp: string; next: string | undefined };
    /** The secret of a second factor that is being set up, encrypted. */
    pendingSecret?: string;
    /** Recovery codes that were just made, encrypted, until their page has been seen and some minutes are over. */
    newCodes?: { hidden: string; isNew: boolean; keptAt: number; shown: boolean };
  }
}

// Writing "seen just now" at every click would cost a write per page: once a minute is exact enough.
const SEEN_EVERY_MS = 60_000;
const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
const SECONDS_PER_HOUR = 3600;

/** The stored sessions, as the store needs them beyond what it does itself. */
export interface StoredSessions {
  /** A session and the person whose it is, of one system; `forPage`: a page with its menu is to follow. */
  read(
    sid: string,
    systemId: string,
    forPage: boolean,
  ): Promise<{ session: SessionData; user: CurrentUser | undefined } | undefined>;
  /** Changes a session where it still is. */
  update(sid: string, session: SessionData, expires: Date): Promise<void>;
}

/**
 * One session cookie per system, on the system's path: one browser may be signed in to KRS and ARS at once.
 * Sessions lie in PostgreSQL, so several instances share them; each is read together with its user.
 */
export function systemSessions(
  pool: pg.Pool,
  config: Config,
  clock: () => Date,
  sessions: StoredSessions,
): RequestHandler[] {
  const PgStore = connectPgSimple(session);
  const bySystem = new Map<string, RequestHandler>();
  let userJustRead: CurrentUser | undefined;
  let forPage = false;

  /** express-session goes on to the next handler at once when it is given the session: the user is for that. */
  function storeOf({ id }: CurrentSystem): Store {
    // a store for each system: express-session writes the cookie's path into the store it is given
    const store = new PgStore({
      pool,
      tableName: 'sessions',
      disableTouch: true,
      // counted from the last click that was written down: never shorter than a session may last, whatever
      // the settings will be
      ttl: LONGEST_SESSION_HOURS * SECONDS_PER_HOUR,
      pruneSessionInterval: config.test ? false : 15 * 60,
    });
    store.get = (sid, done) => {
      sessions.read(sid, id, forPage).then(
        (found) => {
          userJustRead = found?.user;
          done(null, found?.session);
        },
        (error) => done(error),
      );
    };
    updateOnly(store, sessions.update);
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
      // the session is read at once, before anything else happens
      forPage = req.method === 'GET' && !wantsPart(req) && req.get('accept')?.includes('text/html') === true;
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

/**
 * The store's own `set` would bring a session back that was ended while a request was on its way: what was read
 * from the table, or written to it once, is from then on only changed there.
 */
function updateOnly(store: Store, update: StoredSessions['update']): void {
  const stored = new WeakSet<SessionData>();
  const create = store.createSession.bind(store);
  store.createSession = (req, data) => {
    const session = create(req, data);
    stored.add(session);
    return session;
  };
  const insert = store.set.bind(store);
  store.set = (sid, session, done) => {
    if (!stored.has(session)) {
      stored.add(session);
      return insert(sid, session, done);
    }
    const expires = new Date(Date.now() + LONGEST_SESSION_HOURS * MS_PER_HOUR);
    update(sid, session, expires).then(() => done?.(), done);
  };
}
