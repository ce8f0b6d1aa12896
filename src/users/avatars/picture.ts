/** Width and height of a portrait in pixels (manual KRS 2558, R41). */
const AVATAR_SIZE = 160;
/** What somebody may send; a photograph of a telephone has less. */
export const MAX_PICTURE_BYTES = 5 * 1024 * 1024;

// a file of a few kilobytes can unpack to gigabytes
const MAX_PIXELS = 40_000_000;
const MAX_SECONDS = 10;
const QUALITY = 82;

/**
 * Makes a portrait of any common picture (JPEG, PNG, GIF, WebP, AVIF): upright, cut to the middle square, without
 * the place and camera that photographs carry. Undefined where the file is none of these, broken, or too large
 * when unpacked.
 */
export async function makeAvatar(file: Buffer): Promise<Buffer | undefined> {
  if (!isPicture(file)) return undefined;
  const sharp = await loadSharp();
  try {
    return await sharp(file, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
      .autoOrient()
      .resize(AVATAR_SIZE, AVATAR_SIZE, { fit: 'cover' })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: QUALITY })
      .timeout({ seconds: MAX_SECONDS })
      .toBuffer();
  } catch {
    return undefined;
  }
}

/** Loaded with the first picture: most days nobody sends one, and it is large. One picture is not worth many threads. */
async function loadSharp() {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/** By the first bytes, whatever the file's name says: drawings (SVG), documents and programs are no pictures here. */
function isPicture(file: Buffer): boolean {
  const latin = (from: number, to: number) => file.toString('latin1', from, to);
  return (
    latin(0, 3) === '\xff\xd8\xff' ||
    latin(0, 8) === '\x89PNG\r\n\x1a\n' ||
    /^GIF8[79]a$/.test(latin(0, 6)) ||
    (latin(0, 4) === 'RIFF' && latin(8, 12) === 'WEBP') ||
    (latin(4, 8) === 'ftyp' && /^avi[fs]$/.test(latin(8, 12)))
  );
}
