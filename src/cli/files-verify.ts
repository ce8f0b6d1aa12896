import { parseArgs } from 'node:util';
import type { Db } from '../db/database.ts';
import { localFolder } from '../storage/local-folder.ts';
import type { FileStorage } from '../storage/types.ts';
import { damageOf } from '../threads/files/actions.ts';
import { filesAfter, knownKeys } from '../threads/files/queries.ts';
import { type CommandContext, CommandError } from './command.ts';

const BATCH = 200;

/**
 * `files verify`: reads every uploaded file and lists those that are missing or altered, and the keys of those
 * that no row knows. Changes nothing. Throws a CommandError where a file is missing or altered.
 */
export async function run(
  args: string[],
  { db, config, now }: Pick<CommandContext, 'db' | 'config' | 'now'>,
  out: (line: string) => void = console.log,
): Promise<void> {
  parseArgs({ args, options: {} });
  const storage = localFolder(config.uploadsDir);
  const { read, damaged } = await readAll(db, storage, out);
  const unknown = await listUnknown(db, storage, now, out);
  out(`${read} files, ${damaged} missing or altered, ${unknown} that no row knows.`);
  if (damaged > 0) throw new CommandError(`${damaged} files are not what was sent.`);
}

async function readAll(db: Db, storage: FileStorage, out: (line: string) => void) {
  let [read, damaged, last] = [0, 0, '0'];
  for (;;) {
    const files = await filesAfter(db, last, BATCH);
    for (const file of files) {
      const damage = await damageOf(storage, file);
      if (damage !== null) out(`${damage}: file ${file.id} · ${file.key} · ${file.name}`);
      damaged += damage === null ? 0 : 1;
      last = file.id;
    }
    read += files.length;
    if (files.length < BATCH) return { read, damaged };
  }
}

/** Also those that are younger than a day, and whose row may be on its way. */
async function listUnknown(db: Db, storage: FileStorage, now: Date, out: (line: string) => void) {
  let unknown = 0;
  for await (const key of storage.listOlderThan(now)) {
    if ((await knownKeys(db, [key])).has(key)) continue;
    out(`no row: ${key}`);
    unknown += 1;
  }
  return unknown;
}
