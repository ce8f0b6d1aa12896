import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import compression from 'compression';
import { Router } from 'express';
import { projectRoot } from '../lib/paths.ts';

/** Files of other projects that pages use, served by us: nothing is loaded from a third party. */
const VENDOR_FILES: Record<string, string> = {
  'vendor/adminlte.min.css': 'admin-lte/dist/css/adminlte.min.css',
  'vendor/htmx.min.js': 'htmx.org/dist/htmx.min.js',
  ...Object.fromEntries(
    ['thai', 'latin'].flatMap((script) =>
      [400, 600, 700].map((weight) => {
        const file = `sarabun-${script}-${weight}-normal.woff2`;
        return [`fonts/${file}`, `@fontsource/sarabun/files/${file}`];
      }),
    ),
  ),
};

/** The Bootstrap icons that pages use; one sprite, `<use href="…#name">`. */
const ICONS = [
  'arrow-counterclockwise', 'arrow-down', 'arrow-right', 'arrow-up', 'bar-chart', 'bell', 'box-arrow-right',
  'building', 'calendar-event', 'chat-left-text', 'check-lg', 'chevron-down', 'chevron-right', 'circle', 'clock',
  'clock-history', 'exclamation-circle', 'exclamation-triangle', 'file-earmark-text', 'filter', 'flag', 'floppy',
  'graph-up', 'grid-3x3', 'hourglass-split', 'house', 'info-circle', 'keyboard', 'list', 'list-check', 'lock',
  'paperclip', 'patch-check', 'pencil-square', 'people', 'person', 'person-gear', 'printer', 'question-circle',
  'search', 'send', 'table', 'translate', 'unlock', 'x-lg',
];

const assets = collectAssets();

/** `/assets/css/app.css` → the same with its content's fingerprint, so that browsers may keep it for a year. */
export function assetUrl(name: string): string {
  const asset = assets.get(name);
  if (asset === undefined) throw new Error(`No asset is called ${name}`);
  return `/assets/${asset.fingerprint}/${name}`;
}

/** Serves /assets/<fingerprint>/<name>, compressed, to be kept for a year. */
export function assetRoutes(): Router {
  const router = Router();
  router.use(compression());
  router.get('/:fingerprint/{*name}', (req, res, next) => {
    const name = ([] as string[]).concat(req.params.name ?? []).join('/');
    const asset = assets.get(name);
    if (asset === undefined || asset.fingerprint !== req.params.fingerprint) return next();
    res.set('Cache-Control', 'public, max-age=31536000, immutable').type(name).send(asset.content);
  });
  return router;
}

function collectAssets(): Map<string, { content: Buffer; fingerprint: string }> {
  const found = new Map<string, { content: Buffer; fingerprint: string }>();
  const add = (name: string, content: Buffer) =>
    found.set(name, { content, fingerprint: createHash('sha256').update(content).digest('hex').slice(0, 12) });
  for (const [name, source] of Object.entries(VENDOR_FILES)) {
    add(name, readFileSync(join(projectRoot, 'node_modules', source)));
  }
  add('icons.svg', iconSprite());
  add('fonts.css', fontFaces((name) => `/assets/${found.get(name)?.fingerprint}/${name}`));
  for (const name of filesBelow(join(projectRoot, 'public'))) {
    add(name, readFileSync(join(projectRoot, 'public', name)));
  }
  return found;
}

// Thai and Latin letters lie in files of their own: a browser fetches only what a page shows.
const UNICODE_RANGES = { thai: 'U+0E00-0E7F, U+200C-200D, U+25CC', latin: 'U+0000-00FF, U+2000-206F, U+20AC, U+2122' };

function fontFaces(urlOf: (name: string) => string): Buffer {
  const faces = Object.entries(UNICODE_RANGES).flatMap(([script, range]) =>
    [400, 600, 700].map(
      (weight) =>
        `@font-face{font-family:Sarabun;font-weight:${weight};font-display:swap;` +
        `src:url(${urlOf(`fonts/sarabun-${script}-${weight}-normal.woff2`)}) format('woff2');unicode-range:${range}}`,
    ),
  );
  return Buffer.from(faces.join('\n'));
}

function filesBelow(folder: string, prefix = ''): string[] {
  return readdirSync(folder).flatMap((entry) =>
    statSync(join(folder, entry)).isDirectory()
      ? filesBelow(join(folder, entry), `${prefix}${entry}/`)
      : [`${prefix}${entry}`],
  );
}

function iconSprite(): Buffer {
  const symbols = ICONS.map((name) => {
    const svg = readFileSync(join(projectRoot, 'node_modules/bootstrap-icons/icons', `${name}.svg`), 'utf8');
    const viewBox = /viewBox="([^"]+)"/.exec(svg)?.[1] ?? '0 0 16 16';
    const shapes = svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'));
    return `<symbol id="${name}" viewBox="${viewBox}">${shapes.trim()}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`);
}
