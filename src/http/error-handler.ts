import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { isDatabaseAway, isZeroByte } from '../db/errors.ts';
import { translator } from '../i18n/index.ts';
import { AppError, type AppErrorCode, notFound } from '../lib/errors.ts';
import { type Logger, pathForLog } from '../lib/logger.ts';
import { localeOf, renderPage } from './render.ts';

/** Every path that nobody answers. */
export const unknownPath: RequestHandler = () => {
  throw notFound();
};

/** The one place where errors become pages: right status, the reader's language, no stack trace. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return async (error, req, res, _next) => {
    const known = asAppError(error);
    const reference = known === undefined ? randomUUID().slice(0, 8) : undefined;
    if (known === undefined)
      logger.error({ err: error, reference, path: pathForLog(req.path) }, 'unexpected error');
    if (known?.code === 'unavailable')
      logger.warn({ err: error, path: pathForLog(req.path) }, 'the database is away');
    // half an answer must not look like a whole one
    if (res.headersSent) return void res.destroy();
    const status = known?.status ?? 500;
    const code: AppErrorCode | 'internal' = known?.code ?? 'internal';
    const t = translator(localeOf(req));
    const page = {
      title: t(`errors.title.${code}`),
      text: t(`errors.text.${code}`, known?.details),
      reference,
      status,
    };
    if (req.get('hx-request') === 'true' || req.accepts(['html', 'text', 'json']) === 'text') {
      res.status(status).type('text').send(`${page.title}: ${page.text}`);
      return;
    }
    // the menu of the person would be read from the database
    if (known?.code === 'unavailable') delete req.user;
    try {
      await renderPage(req, res, 'errors/page', page, status);
    } catch (second) {
      logger.error({ err: second }, 'the error page could not be rendered');
      res.status(status).type('text').send(`${page.title}: ${page.text}`);
    }
  };
}

function asAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  const { status, type } = (error ?? {}) as { status?: number; type?: string };
  if (type === 'entity.too.large' || type === 'parameters.too.many') return new AppError('tooLarge');
  if (isZeroByte(error)) return new AppError('badRequest');
  if (isDatabaseAway(error)) return new AppError('unavailable');
  if (status !== undefined && status >= 400 && status < 500) {
    return new AppError(status === 404 ? 'notFound' : 'badRequest');
  }
  return undefined;
}
