import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyMeasured, sha256Of } from '../../src/storage/copy.ts';
import { localFolder } from '../../src/storage/local-folder.ts';
import type { FileStorage } from '../../src/storage/types.ts';
import { filesBelow } from '../support/files.ts';

const PLENTY = 10_000_000;
const HOUR_MS = 3_600_000;

let root: string;
let storage: FileStorage;

beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'kpi-storage-')), 'not', 'there', 'yet');
  storage = localFolder(root);
});
afterEach(() => rm(join(root, '..', '..', '..'), { recursive: true, force: true }));

describe('the local folder', () => {
  it('gives back what was put, and knows its size, its hash and its beginning', async () => {
    const bytes = randomBytes(300_000);
    const put = await storage.put(Readable.from(piecesOf(bytes)), { maxBytes: PLENTY });
    expect(put.key).toMatch(/^[0-9a-f]{32}$/);
    expect(put.size).toBe(bytes.length);
    expect(put.sha256).toEqual(createHash('sha256').update(bytes).digest());
    expect(put.head.equals(bytes.subarray(0, 4100))).toBe(true);
    expect(Buffer.concat(await (await storage.open(put.key)).toArray()).equals(bytes)).toBe(true);
    expect(await storage.stat(put.key)).toMatchObject({ size: bytes.length });
    expect(await sha256Of(storage, put.key)).toEqual(put.sha256);
  });

  it('keeps files in two levels of folders, for its own account only, and none executable', async () => {
    const { key } = await storage.put(Readable.from([Buffer.from('x')]), { maxBytes: 1 });
    const path = join(root, key.slice(0, 2), key.slice(2, 4), key);
    expect(await filesBelow(root)).toEqual([path]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, key.slice(0, 2)))).mode & 0o777).toBe(0o700);
  });

  it('takes as many bytes as it may, and leaves nothing of one more', async () => {
    const most = randomBytes(100_000);
    expect((await storage.put(Readable.from(piecesOf(most)), { maxBytes: most.length })).size).toBe(100_000);
    const before = await filesBelow(root);
    const more = Readable.from(piecesOf(Buffer.concat([most, Buffer.from('!')])));
    await expect(storage.put(more, { maxBytes: most.length })).rejects.toMatchObject({ code: 'tooLarge' });
    expect(await filesBelow(root)).toEqual(before);
  });

  it('leaves nothing of a source that breaks off, or that nobody waits for any more', async () => {
    const broken = Readable.from(
      (async function* () {
        yield randomBytes(70_000);
        throw new Error('cut');
      })(),
    );
    await expect(storage.put(broken, { maxBytes: PLENTY })).rejects.toThrow('cut');
    const leaving = new AbortController();
    const endless = new Readable({
      read() {
        setTimeout(() => this.push(randomBytes(1000)), 1);
      },
    });
    setTimeout(() => leaving.abort(), 30);
    const put = storage.put(endless, { maxBytes: PLENTY, signal: leaving.signal });
    await expect(put).rejects.toMatchObject({ name: 'AbortError' });
    expect(await filesBelow(root)).toEqual([]);
  });

  it('says so when there is no space left', async () => {
    // the one file of Linux that is always full
    const full = await open('/dev/full', 'w');
    const copying = copyMeasured(Readable.from([randomBytes(10_000)]), full, PLENTY);
    await expect(copying).rejects.toMatchObject({ code: 'ENOSPC' });
    await full.close();
  });

  it('forgets a file, and does not mind one that is not there', async () => {
    const { key } = await storage.put(Readable.from([Buffer.from('x')]), { maxBytes: 1 });
    await storage.remove(key);
    await storage.remove(key);
    expect(await storage.stat(key)).toBeUndefined();
    expect(await sha256Of(storage, key)).toBeUndefined();
    await expect(storage.open(key)).rejects.toMatchObject({ code: 'missing' });
  });

  it.each([
    '../../../../etc/passwd',
    '/etc/passwd',
    '',
    '.',
    'ab/cd',
    `${'a'.repeat(31)}/`,
    `${'A'.repeat(32)}`,
  ])('leads nowhere with the key %j', async (key) => {
    await expect(storage.open(key)).rejects.toMatchObject({ code: 'missing' });
    await expect(storage.stat(key)).rejects.toMatchObject({ code: 'missing' });
    await expect(storage.remove(key)).rejects.toMatchObject({ code: 'missing' });
  });

  it('lists what is older, also what was never finished, and nothing that is not its own', async () => {
    expect(await listOlder(storage, new Date())).toEqual([]);
    const [old, young] = [await putText(storage, 'old'), await putText(storage, 'young')];
    const unfinished = randomBytes(16).toString('hex');
    await writeFile(join(root, 'unfinished', unfinished), 'half');
    await writeFile(join(root, '.gitkeep'), '');
    await mkdir(join(root, 'zz'));
    const before = new Date(Date.now() - 2 * HOUR_MS);
    await utimes(join(root, old.slice(0, 2), old.slice(2, 4), old), before, before);
    await utimes(join(root, 'unfinished', unfinished), before, before);
    await utimes(join(root, '.gitkeep'), before, before);
    expect(await listOlder(storage, new Date(Date.now() - HOUR_MS))).toEqual([old, unfinished].sort());
    await storage.remove(unfinished);
    expect(await readdir(join(root, 'unfinished'))).toEqual([]);
    expect(await listOlder(storage, new Date(Date.now() + HOUR_MS))).toEqual([old, young].sort());
  });
});

function piecesOf(bytes: Buffer): Buffer[] {
  const length = 65_536;
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
    bytes.subarray(at * length, (at + 1) * length),
  );
}

async function putText(into: FileStorage, text: string): Promise<string> {
  return (await into.put(Readable.from([Buffer.from(text)]), { maxBytes: PLENTY })).key;
}

async function listOlder(from: FileStorage, moment: Date): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of from.listOlderThan(moment)) keys.push(key);
  return keys.sort();
}
