import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/**
 * Sends what a source gives, piece by piece. Throws what the source breaks off with: at its first piece before any
 * header was set, so that it can become a page, later with the answer cut off. Whoever stops a download is none of
 * our troubles.
 */
export async function sendStream(res: Response, source: Readable, setHeaders: () => void): Promise<void> {
  await once(source, 'readable');
  setHeaders();
  if (res.req.method === 'HEAD') {
    source.destroy();
    return void res.end();
  }
  let failure: unknown;
  // the pipeline ends both sides together: who began tells whose fault it is
  source.once('error', (error) => {
    if (!res.destroyed) failure = error;
  });
  await pipeline(source, res).catch((error: unknown) => {
    if (failure !== undefined || !isClientGone(error)) throw error;
  });
}

function isClientGone(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(String(code));
}
