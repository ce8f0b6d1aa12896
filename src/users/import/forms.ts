import { z } from 'zod';
import { box } from '../../http/input.ts';
import { cleanLine } from '../../lib/clean-line.ts';

const LONGEST_NAME = 120;

/** The form around the file. */
export const uploadForm = z.strictObject({ notify: box });

/** The name of an uploaded file, to be shown; browsers send UTF-8 where the form reader takes it for Latin-1. */
export function fileNameOf(sent: string): string {
  const name = cleanLine(Buffer.from(sent, 'latin1').toString());
  return name.slice(0, LONGEST_NAME) || 'file';
}
