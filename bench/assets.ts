import { type Answer, send } from './load.ts';

export interface VisitSizes {
  /** Bytes over the line of a first visit: the pages on the way and everything that they link. */
  firstVisit: number;
  assets: { path: string; bytes: number }[];
  pages: { label: string; bytes: number; raw: number }[];
}

const COMPRESSED = { 'accept-encoding': 'br, gzip' };
const LINK = /(?:href|src)="(\/assets\/[^"#]+)/g;
const CSS_URL = /url\(["']?(\/assets\/[^"')]+)/g;
const IMPORT = /(?:from|import)\s*["'](\.[^"']+)["']/g;

/** A page of the application, as somebody sees it. */
export interface Visited {
  label: string;
  path: string;
  cookie: string;
}

/**
 * Fetches pages as a browser does, compressed. The first visit is the first `way` pages with all their assets
 * (also fonts and modules that styles and scripts ask for); whatever comes later has the assets already.
 */
export async function measureSizes(
  origin: string,
  visited: readonly Visited[],
  way: number,
): Promise<VisitSizes> {
  const pages: VisitSizes['pages'] = [];
  const assets = new Map<string, number>();
  for (const [index, { label, path, cookie }] of visited.entries()) {
    const plain = await fetchOk(origin, path, cookie, { 'accept-encoding': 'identity' });
    const { body } = await fetchOk(origin, path, cookie, COMPRESSED);
    pages.push({ label, bytes: body.length, raw: plain.body.length });
    if (index < way) await addAssets(origin, linksIn(plain.body.toString(), LINK), assets);
  }
  const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, bytes) => total + bytes, 0);
  return {
    firstVisit: sum(pages.slice(0, way).map(({ bytes }) => bytes)) + sum(assets.values()),
    assets: [...assets].map(([path, bytes]) => ({ path, bytes })),
    pages,
  };
}

async function addAssets(
  origin: string,
  paths: readonly string[],
  found: Map<string, number>,
): Promise<void> {
  for (const path of paths) {
    if (found.has(path)) continue;
    const { body } = await fetchOk(origin, path, '', COMPRESSED);
    found.set(path, body.length);
    if (!/\.(css|js)$/.test(path)) continue;
    const text = (await fetchOk(origin, path, '', { 'accept-encoding': 'identity' })).body.toString();
    const modules = linksIn(text, IMPORT).map((relative) => new URL(relative, origin + path).pathname);
    await addAssets(origin, path.endsWith('.css') ? linksIn(text, CSS_URL) : modules, found);
  }
}

function linksIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, link = '']) => link);
}

async function fetchOk(
  origin: string,
  path: string,
  cookie: string,
  headers: Record<string, string>,
): Promise<Answer> {
  const answer = await send(origin, { method: 'GET', path, cookie, headers });
  if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}`);
  return answer;
}
