import type { PreviewKind } from './types.ts';

const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const PDF = 'application/pdf';
const UNKNOWN = 'application/octet-stream';
/** Documents that a phone opens by their type; no browser shows any of them as a page of ours. */
const OFFICE =
  /^application\/(zip|rtf|x-cfb|vnd\.(openxmlformats-officedocument|oasis\.opendocument|ms-)[\w.+-]*)$/;

/**
 * How the page may show a file of this type (by its bytes), or null: it is only saved. HTML, SVG and everything
 * else that could run are never shown.
 */
export function previewKind(mediaType: string | null): PreviewKind | null {
  if (mediaType === PDF) return 'pdf';
  return mediaType !== null && PICTURES.has(mediaType) ? 'picture' : null;
}

/** As what a file is sent to be saved. */
export function downloadType(mediaType: string | null): string {
  if (mediaType === null) return UNKNOWN;
  return previewKind(mediaType) !== null || OFFICE.test(mediaType) ? mediaType : UNKNOWN;
}

/**
 * What a shown file may do. Pictures stand in a sandbox. Chromium starts its PDF viewer in no sandbox whatever
 * is allowed there; but the viewer is one by itself: it runs beside the page, and knows nothing of it.
 */
export function previewPolicy(kind: PreviewKind): string {
  const always = "script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
  if (kind === 'pdf') return always;
  return `sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; ${always}`;
}
