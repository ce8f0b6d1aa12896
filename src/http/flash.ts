import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import { systemOf } from './current-user.ts';

/** One message for the next page: a catalogue key and what it mentions. */
export interface Flash {
  level: 'success' | 'info' | 'warning' | 'danger';
  key: string;
  values?: Record<string, string | number>;
  /** Which form was saved: the browser need not keep any more what was typed into it (js/drafts.js). */
  forget?: string | undefined;
}

const KEPT_FORM = /^[\w:-]{1,100}$/;

/** Under which name the browser kept what was typed into a form: its field `keep`. */
export function keptForm(body: unknown): string | undefined {
  const { keep } = (body ?? {}) as { keep?: unknown };
  return typeof keep === 'string' && KEPT_FORM.test(keep) ? keep : undefined;
}

const COOKIE = 'flash';
const MAX_AGE_MS = 60_000;

/** Leaves a message for the next page of this system, in a signed cookie: no session is written for it. */
export function setFlash(req: Request, res: Response, secret: string, flash: Flash): void {
  const body = Buffer.from(JSON.stringify(flash)).toString('base64url');
  res.cookie(COOKIE, `${body}.${sign(body, secret)}`, {
    path: `/${systemOf(req).code}`,
    httpOnly: true,
    sameSite: 'lax',
    secure: req.secure,
    maxAge: MAX_AGE_MS,
  });
}

/** Takes the waiting message, once. */
export function takeFlash(req: Request, res: Response, secret: string): Flash | undefined {
  const cookie = /(?:^|;\s*)flash=([^;]*)/.exec(req.headers.cookie ?? '')?.[1];
  if (cookie === undefined) return undefined;
  res.clearCookie(COOKIE, {
    path: `/${systemOf(req).code}`,
    httpOnly: true,
    sameSite: 'lax',
    secure: req.secure,
  });
  const [body = '', signature = ''] = cookie.split('.');
  if (!sameText(signature, sign(body, secret))) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Flash;
}

function sign(body: string, secret: string): string {
  return createHmac('sha256', secret).update(`flash:${body}`).digest('base64url');
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
