import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { localeOf, renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { sendStream } from '../../http/send-stream.ts';
import { translator } from '../../i18n/index.ts';
import { notFound } from '../../lib/errors.ts';
import { reachOf } from '../rules.ts';
import { checkFile } from './actions.ts';
import { findVisibleFile } from './queries.ts';
import { downloadType, previewKind, previewPolicy } from './rules.ts';
import type { FileDamage, FileState, StoredFile } from './types.ts';

type Obstacle = Exclude<FileState, 'clean'> | FileDamage;

const ID = /^[1-9]\d{0,17}$/;
const STATUS_OF: Record<Obstacle, number> = { waiting: 409, infected: 409, missing: 410, altered: 410 };
const NOTHING_ALLOWED = "sandbox; default-src 'none'; frame-ancestors 'none'";
const FRAMED_TEXT = "sandbox; default-src 'none'; frame-ancestors 'self'";

/** The files of documents, to save and to look at, for whoever may read the thread they stand in. */
export function fileRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const maySee = allow('threads.view');

  router.get('/threads/files/:item', maySee, async (req, res) => {
    const file = await loadFile(context, req);
    const obstacle = await obstacleOf(context, file);
    if (obstacle !== null) return showObstacle(req, res, file, obstacle);
    await sendFile(context, res, file, () => {
      res.attachment(file.name).set('Content-Security-Policy', NOTHING_ALLOWED);
    });
  });

  router.get('/threads/files/:item/preview', maySee, async (req, res) => {
    const file = await loadFile(context, req);
    const kind = previewKind(file.mediaType);
    if (kind === null) throw notFound();
    const obstacle = await obstacleOf(context, file);
    if (obstacle !== null) return frameObstacle(req, res, file, obstacle);
    await sendFile(context, res, file, () => {
      // the browser's viewer saves it under this name
      const disposition = String(res.attachment(file.name).get('Content-Disposition'));
      res.set('Content-Disposition', disposition.replace(/^attachment/, 'inline'));
      res.set('Content-Security-Policy', previewPolicy(kind));
    });
  });

  return router;
}

async function loadFile({ db }: AppContext, req: Request): Promise<StoredFile> {
  const item = String(req.params.item);
  const file = ID.test(item) ? await findVisibleFile(db, reachOf(signedIn(req).user), item) : undefined;
  if (file === undefined) throw notFound();
  return file;
}

/** Why the file is not given out. It is read to the end before the first byte goes out: half a file helps nobody. */
async function obstacleOf(context: AppContext, file: StoredFile): Promise<Obstacle | null> {
  return file.state === 'clean' ? checkFile(context, file) : file.state;
}

async function sendFile(
  { storage }: AppContext,
  res: Response,
  { key, size, mediaType }: StoredFile,
  setPurpose: () => void,
): Promise<void> {
  await sendStream(res, await storage.open(key), () => {
    setPurpose();
    res.set({
      'Content-Type': downloadType(mediaType),
      'Content-Length': String(size),
      'X-Content-Type-Options': 'nosniff',
      // what is compressed on the way would lose its length
      'Cache-Control': 'private, no-store, no-transform',
    });
  });
}

async function showObstacle(
  req: Request,
  res: Response,
  file: StoredFile,
  obstacle: Obstacle,
): Promise<void> {
  const status = STATUS_OF[obstacle];
  await renderPage(
    req,
    res,
    'errors/page',
    { ...textOf(req, file, obstacle), reference: undefined, status },
    status,
  );
}

/** The same inside the frame of a page. */
function frameObstacle(req: Request, res: Response, file: StoredFile, obstacle: Obstacle): void {
  res
    .status(STATUS_OF[obstacle])
    .set({ 'Content-Security-Policy': FRAMED_TEXT, 'Cache-Control': 'private, no-store' })
    .type('text')
    .send(textOf(req, file, obstacle).text);
}

function textOf(req: Request, { name }: StoredFile, obstacle: Obstacle) {
  const t = translator(localeOf(req));
  return {
    title: t(`files.unavailable.title.${obstacle}`),
    text: t(`files.unavailable.text.${obstacle}`, { file: name }),
  };
}
