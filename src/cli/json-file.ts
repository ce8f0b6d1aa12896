import { readFile } from 'node:fs/promises';
import { errorCode } from '../db/embedded-errors.ts';
import { CommandError } from './command.ts';

const MAX_BYTES = 10 * 1024 * 1024;

/** Reads a JSON file in UTF-8, with or without a byte order mark. Throws CommandError where there is none. */
export async function readJsonFile(path: string): Promise<unknown> {
  const bytes = await readBytes(path);
  if (bytes.length > MAX_BYTES) throw new CommandError(`${path} is larger than 10 MB.`);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : 'it is not UTF-8';
    throw new CommandError(`${path} is not JSON: ${why}`);
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw new CommandError(`${path} cannot be read: ${errorCode(error)}`);
  }
}
