import { fileTypeFromBuffer } from 'file-type';

/**
 * The type of a file by its first bytes, whatever its name and the browser say; null where they tell nothing.
 * Text of any kind – HTML and SVG, too – has no such bytes, or is `application/xml`.
 */
export async function mediaTypeOf(head: Buffer): Promise<string | null> {
  // bytes that are made to confuse a reader are of no known type
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  return found?.mime ?? null;
}
