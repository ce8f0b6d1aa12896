import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import compression from 'compression';
import { Router } from 'express';
import { projectRoot } from '../lib/paths.ts';

const FONT_WEIGHTS = [400, 600];

/**
 * The letters that our font has, as in CSS. Thai and Latin ones lie in files of their own: a browser fetches only what
 * a page shows.
 */
export const UNICODE_RANGES = {
  thai: 'U+0E00-0E7F,U+200C-200D,U+25CC',
  latin: 'U+0000-00FF,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215',
};

const FONT_FILES = Object.entries(UNICODE_RANGES).flatMap(([script, range]) =>
  FONT_WEIGHTS.map((weight) => ({ file: `sarabun-${script}-${weight}-normal.woff2`, weight, range })),
);

/** Files of other projects that pages use, served by us: nothing is loaded from a third party. */
const VENDOR_FILES: Record<string, string> = {
  'vendor/adminlte.min.css': 'admin-lte/dist/css/adminlte.min.css',
  'vendor/htmx.min.js': 'htmx.org/dist/htmx.min.js',
  ...Object.fromEntries(FONT_FILES.map(({ file }) => [`fonts/${file}`, `@fontsource/sarabun/files/${file}`])),
};

/** The Bootstrap icons that pages use; one sprite, `<use href="…#name">`. */
const ICONS = [
  'arrow-down',
  'arrow-right',
  'arrow-up',
  'bar-chart',
  'bell',
  'box-arrow-right',
  'building',
  'calendar-event',
  'chat-left-text',
  'check-circle',
  'check-lg',
  'circle',
  'clipboard-check',
  'clock',
  'clock-history',
  'database',
  'exclamation-circle',
  'exclamation-triangle',
  'diagram-3',
  'envelope',
  'file-earmark-arrow-down',
  'file-earmark-arrow-up',
  'file-earmark-text',
  'filter',
  'flag',
  'floppy',
  'folder-fill',
  'gear',
  'grid-3x3',
  'hourglass-split',
  'house',
  'inbox',
  'info-circle',
  'key',
  'list',
  'list-check',
  'lock',
  'paperclip',
  'patch-check',
  'pencil-square',
  'people',
  'person',
  'person-check',
  'person-gear',
  'person-x',
  'phone',
  'plus-lg',
  'printer',
  'question-circle',
  'search',
  'send',
  'shield-check',
  'table',
  'unlock',
  'x-lg',
];

/** The few icons that stand in long tables: drawn by the style sheet, so that a row costs one class. */
const ICONS_IN_CSS = [
  'ban',
  'check-lg',
  'circle',
  'clock',
  'database',
  'exclamation-triangle',
  'hourglass-split',
  'paperclip',
  'patch-check',
  'triangle',
  'x-lg',
];

interface Asset {
  content: Buffer;
  fingerprint: string;
}

const assets = collectAssets();

/** `app.css` → its path with its content's fingerprint, so that browsers may keep it for a year. */
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
    res.set({ 'Cache-Control': 'public, max-age=31536000, immutable', 'X-Content-Type-Options': 'nosniff' });
    res.type(extname(name)).send(asset.content);
  });
  return router;
}

function collectAssets(): Map<string, Asset> {
  const found = new Map<string, Asset>();
  const add = (name: string, content: Buffer, fingerprint = fingerprintOf(content)) =>
    found.set(name, { content, fingerprint });
  for (const [name, source] of Object.entries(VENDOR_FILES)) {
    add(name, readFileSync(join(projectRoot, 'node_modules', source)));
  }
  add('icons.svg', iconSprite());
  const publicFiles = filesBelow(join(projectRoot, 'public')).sort();
  const styles = publicFiles.filter((name) => name.startsWith('css/'));
  const scripts = publicFiles.filter((name) => name.startsWith('js/'));
  const fontUrl = (file: string) => `/assets/${found.get(`fonts/${file}`)?.fingerprint}/fonts/${file}`;
  add('app.css', Buffer.from([fontFaces(fontUrl), iconMasks(), ...styles.map(readPublic)].join('\n')));
  // one fingerprint for all scripts, so that a module can import its neighbour by a relative path
  const scriptsFingerprint = fingerprintOf(Buffer.concat(scripts.map(readPublic)));
  for (const name of scripts) add(name, readPublic(name), scriptsFingerprint);
  for (const name of publicFiles) if (!/^(css|js)\//.test(name)) add(name, readPublic(name));
  return found;
}

function fingerprintOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}

function fontFaces(urlOf: (file: string) => string): string {
  return FONT_FILES.map(
    ({ file, weight, range }) =>
      `@font-face{font-family:Sarabun;font-weight:${weight};font-display:swap;` +
      `src:url(${urlOf(file)}) format('woff2');unicode-range:${range}}`,
  ).join('\n');
}

function iconMasks(): string {
  const masks = ICONS_IN_CSS.map((name) => {
    const svg = readIcon(name)
      .replace(/ (class|width|height|fill)="[^"]*"/g, '')
      .replace(/\s*\n\s*/g, '');
    return `--icon-${name}:url("data:image/svg+xml,${encodeURIComponent(svg)}");`;
  });
  return `:root{${masks.join('\n')}}`;
}

function iconSprite(): Buffer {
  const symbols = ICONS.map((name) => {
    const svg = readIcon(name);
    const viewBox = /viewBox="([^"]+)"/.exec(svg)?.[1] ?? '0 0 16 16';
    const shapes = svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'));
    return `<symbol id="${name}" viewBox="${viewBox}">${shapes.trim()}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`);
}

function readIcon(name: string): string {
  return readFileSync(join(projectRoot, 'node_modules/bootstrap-icons/icons', `${name}.svg`), 'utf8');
}

function readPublic(name: string): Buffer {
  return readFileSync(join(projectRoot, 'public', name));
}

function filesBelow(folder: string, prefix = ''): string[] {
  return readdirSync(folder).flatMap((entry) =>
    statSync(join(folder, entry)).isDirectory()
      ? filesBelow(join(folder, entry), `${prefix}${entry}/`)
      : [`${prefix}${entry}`],
  );
}
