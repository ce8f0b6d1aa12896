import type { Request } from 'express';
import type { SessionData } from 'express-session';

/**
 * Opens a session with a new id; what the browser had before is thrown away, so that an id that somebody planted
 * is worth nothing.
 */
export async function openSession(req: Request, data: Partial<SessionData>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    req.session.regenerate((error) => (error ? reject(error) : resolve()));
  });
  Object.assign(req.session, data);
  await saveSession(req);
}

/**
 * Stores the session now. Before a redirect to a page that needs what was just put there: left alone it is stored
 * at the end of the answer, and browsers follow when they have the head.
 */
export async function saveSession(req: Request): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    req.session.save((error) => (error ? reject(error) : resolve()));
  });
}

/** Ends the session of this request. */
export async function closeSession(req: Request): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    req.session.destroy((error) => (error ? reject(error) : resolve()));
  });
}
