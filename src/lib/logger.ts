import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on standard output; `silent` in tests. Secrets never reach a log line. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    redact: {
      paths: ['req.headers.cookie', 'req.headers.authorization', 'res.headers["set-cookie"]', '*.password'],
      remove: true,
    },
  });
}

/** A path fit for the log: the token of a link to set a password opens the account, so it is left out. */
export function pathForLog(path: string): string {
  return path.replace(/(\/password\/)[^/?#]+/gi, '$1…');
}
