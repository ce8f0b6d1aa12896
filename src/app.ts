import { join } from 'node:path';
import compression from 'compression';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type pg from 'pg';
import { pinoHttp } from 'pino-http';
import { passportFor } from './auth/passport.ts';
import { portalLanguage } from './auth/routes.ts';
import { prepareStatements } from './db/prepared.ts';
import { loadFrame, readSessionForPage } from './frame.ts';
import { assetRoutes } from './http/assets.ts';
import type { AppContext } from './http/context.ts';
import { errorHandler, unknownPath } from './http/error-handler.ts';
import { sameOrigin } from './http/same-origin.ts';
import { contentSecurity } from './http/security.ts';
import { systemSessions } from './http/session.ts';
import { pathForLog } from './lib/logger.ts';
import { projectRoot } from './lib/paths.ts';
import { healthRoutes, portalRoutes, systemRoutes } from './routes.ts';
import { systemRegistry } from './systems/registry.ts';
import { findSessionWithUser } from './users/queries.ts';
import { updateSession } from './users/sessions/queries.ts';

export interface AppDependencies extends AppContext {
  /** The pool of the session store: sessions are read even while all other connections are busy. */
  sessionPool: pg.Pool;
}

/** The application: middleware in the order in which a request meets it, then the site map. */
export function createApp(dependencies: AppDependencies): Express {
  const { config, logger, clock, sessionPool, db } = dependencies;
  const systems = systemRegistry(db);
  const passport = passportFor(dependencies);
  sessionPool.on('connect', prepareStatements);
  // an idle connection that breaks is replaced at the next use; without a listener it would end the process
  sessionPool.on('error', (error) => logger.warn({ err: error }, 'a session connection was lost'));
  const app = express();

  app.set('views', join(projectRoot, 'views'));
  app.set('view engine', 'ejs');
  app.set('view cache', config.production || config.test);
  app.set('trust proxy', config.trustProxy);
  app.disable('x-powered-by');
  // pages are private and never stored: a fingerprint of each would be worked out for nothing
  app.disable('etag');
  app.locals.loadFrame = loadFrame(dependencies);
  app.locals.sessionSecret = config.sessionSecret;

  app.use('/assets', assetRoutes());
  app.use(healthRoutes(dependencies));
  if (config.logLevel === 'debug') app.use(pinoHttp({ logger, serializers: { req: withoutToken } }));
  app.use(helmet(contentSecurity(config)));
  app.use(compression());
  app.use(sameOrigin(config.publicUrl));
  app.use(express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 5000 }));

  app.use(portalLanguage(config));
  app.use(portalRoutes(systems));
  app.param('system', async (req, _res, next, code: string) => {
    // written otherwise (/%6Brs) it is no address of ours: its cookie's path would not be met
    req.system = req.path.split('/')[1] === code ? await systems.find(code) : undefined;
    next(req.system === undefined ? 'route' : undefined);
  });
  app.use(
    '/:system',
    ...systemSessions(sessionPool, config, clock, {
      read: (sid, systemId, forPage) =>
        forPage ? readSessionForPage(db, sid, systemId, clock()) : findSessionWithUser(db, sid, systemId),
      update: (sid, session, expires) => updateSession(db, sid, session, expires),
    }),
    passport.initialize(),
    passport.session(),
    systemRoutes(dependencies, passport, systems),
  );

  app.use(unknownPath);
  app.use(errorHandler(logger));
  return app;
}

function withoutToken(req: { url: string }): object {
  return { ...req, url: pathForLog(req.url), params: undefined };
}
