import { randomBytes } from 'node:crypto';
import { rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { run as verify } from '../../src/cli/files-verify.ts';
import { createLogger } from '../../src/lib/logger.ts';
import {
  checkOldest,
  discardFiles,
  keepFiles,
  orDiscard,
  removeOrphans,
} from '../../src/threads/files/actions.ts';
import { requeueScans } from '../../src/threads/files/queries.ts';
import type { NewFile } from '../../src/threads/files/types.ts';
import { filesBelow, PNG, type StoredDocument, storeDocument } from '../support/files.ts';
import { runJobs, skipWaiting } from '../support/jobs.ts';
import { EICAR, startScanner, type TestScanner } from '../support/scanner.ts';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

const DAY_MS = 86_400_000;
const PLENTY = 1e8;

let app: TestApp;
let scanner: TestScanner | undefined;

beforeAll(async () => {
  app = await startTestApp();
});
afterEach(async () => {
  await scanner?.stop();
  scanner = undefined;
});
afterAll(() => app?.stop());

const pathOnDisk = (key: string) => join(app.config.uploadsDir, key.slice(0, 2), key.slice(2, 4), key);

async function upload(bytes = randomBytes(1000)): Promise<NewFile> {
  const put = await app.storage.put(Readable.from([bytes]), { maxBytes: PLENTY });
  return { ...put, name: 'a.bin', mediaType: null };
}

async function keep(uploads: NewFile[], clamdUrl?: string): Promise<string[]> {
  return app.db.transaction((trx) => keepFiles(trx, uploads, { clamdUrl }));
}

async function stateOf(id: string | undefined): Promise<string> {
  return (await app.db('stored_files').where({ id }).first('state')).state;
}

/** The jobs with a scanner set, or none. */
async function runWith(clamdUrl: string | undefined): Promise<void> {
  await skipWaiting(app);
  await runJobs({ ...app, config: { ...app.config, clamdUrl } });
}

function context() {
  return { ...app, clock: () => new Date(), logger: createLogger('silent') };
}

describe('received files', () => {
  it('get their rows in the order they were sent', async () => {
    const uploads = [await upload(), await upload(), await upload()];
    const ids = await keep(uploads);
    const rows = await app.db('stored_files').whereIn('id', ids).orderBy('id');
    expect(rows.map(({ key }) => key)).toEqual(uploads.map(({ key }) => key));
    expect(rows.map(({ state }) => state)).toEqual(['clean', 'clean', 'clean']);
    expect(await keep([])).toEqual([]);
  });

  it('are removed when they are not kept, and never one that has a row', async () => {
    const [kept, discarded] = [await upload(), await upload()];
    await keep([kept]);
    await discardFiles(app, [kept, discarded]);
    expect(await app.storage.stat(kept.key)).toBeDefined();
    expect(await app.storage.stat(discarded.key)).toBeUndefined();
  });

  it('are removed when their transaction fails', async () => {
    const file = await upload();
    const failing = orDiscard(app, [file], () =>
      app.db.transaction(async (trx) => {
        await keepFiles(trx, [file], app.config);
        throw new Error('refused');
      }),
    );
    await expect(failing).rejects.toThrow('refused');
    expect(await app.storage.stat(file.key)).toBeUndefined();
    expect(await app.db('stored_files').where({ key: file.key }).first()).toBeUndefined();
  });

  it('wait for the nightly clean-up when nobody knows whether they have rows', async () => {
    const file = await upload();
    const lost = Object.assign(new Error('Connection terminated unexpectedly'), {});
    await expect(orDiscard(app, [file], () => Promise.reject(lost))).rejects.toBe(lost);
    expect(await app.storage.stat(file.key)).toBeDefined();
  });
});

describe('with a scanner', () => {
  it('a file waits until it was looked at; a virus keeps it from everybody', async () => {
    scanner = await startScanner();
    const [good, bad] = await keep([await upload(), await upload(EICAR)], scanner.url);
    expect([await stateOf(good), await stateOf(bad)]).toEqual(['waiting', 'waiting']);
    await runWith(scanner.url);
    expect([await stateOf(good), await stateOf(bad)]).toEqual(['clean', 'infected']);
    expect(scanner.scanned).toHaveLength(2);
  });

  it('that is away, files wait and are tried again', async () => {
    const gone = await startScanner();
    await gone.stop();
    const [file] = await keep([await upload()], gone.url);
    await runWith(gone.url);
    expect(await stateOf(file)).toBe('waiting');
    scanner = await startScanner({ port: Number(new URL(gone.url).port) });
    await runWith(scanner.url);
    expect(await stateOf(file)).toBe('clean');
  });

  it('that was away longer than a job is tried, files are queued anew', async () => {
    const gone = await startScanner();
    await gone.stop();
    const [file] = await keep([await upload()], gone.url);
    for (let attempt = 0; attempt < 6; attempt += 1) await runWith(gone.url);
    scanner = await startScanner({ port: Number(new URL(gone.url).port) });
    await runWith(scanner.url);
    expect(await stateOf(file)).toBe('waiting');
    await app
      .db('stored_files')
      .where({ id: file })
      .update({ created_at: new Date(Date.now() - DAY_MS) });
    await app.db.raw("select graphile_worker.add_job('scan-waiting')");
    await runWith(scanner.url);
    expect(await stateOf(file)).toBe('clean');
  });

  it('whose files have lost their jobs, they are queued anew, once each', async () => {
    scanner = await startScanner();
    const [file] = await keep([await upload()], scanner.url);
    const jobs = () => app.db('graphile_worker.jobs').where({ key: `scan-file-${file}` });
    await requeueScans(app.db);
    expect(await jobs()).toHaveLength(1);
    await app.db.raw('select graphile_worker.remove_job(key) from graphile_worker.jobs where key = ?', [
      `scan-file-${file}`,
    ]);
    await requeueScans(app.db);
    expect(await jobs()).toEqual([]);
    await app
      .db('stored_files')
      .where({ id: file })
      .update({ created_at: new Date(Date.now() - DAY_MS) });
    await requeueScans(app.db);
    await requeueScans(app.db);
    expect(await jobs()).toHaveLength(1);
    await runWith(scanner.url);
    expect(await stateOf(file)).toBe('clean');
  });

  it('nothing is queued for a change that was rolled back', async () => {
    const before = await app.db('graphile_worker.jobs').count();
    const uploads = [await upload()];
    const failing = app.db.transaction(async (trx) => {
      await keepFiles(trx, uploads, { clamdUrl: 'tcp://127.0.0.1:9' });
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(await app.db('graphile_worker.jobs').count()).toEqual(before);
  });

  it('that was turned off, waiting files are free', async () => {
    const [file] = await keep([await upload()], 'tcp://127.0.0.1:9');
    await runWith(undefined);
    expect(await stateOf(file)).toBe('clean');
  });

  it('a document is there for its readers when it is clean', async () => {
    scanner = await startScanner();
    const { item, file } = await storeDocument(app, { state: 'waiting' });
    const owner = await signIn(app, 'krs', PEOPLE.owner);
    await owner.get(`/krs/threads/files/${item}`).expect(409);
    await app
      .db('stored_files')
      .where({ id: file })
      .update({ created_at: new Date(Date.now() - DAY_MS) });
    await requeueScans(app.db);
    await runWith(scanner.url);
    await owner.get(`/krs/threads/files/${item}`).expect(200);
  });
});

describe('every night', () => {
  it('files that no row knows are removed when they are older than a day', async () => {
    const [kept, young, old] = [await upload(), await upload(), await upload()];
    await keep([kept]);
    const before = new Date(Date.now() - DAY_MS - 60_000);
    for (const { key } of [kept, old]) await utimes(pathOnDisk(key), before, before);
    const unfinished = join(app.config.uploadsDir, 'unfinished', randomBytes(16).toString('hex'));
    await writeFile(unfinished, 'killed in the middle');
    await utimes(unfinished, before, before);
    expect(await removeOrphans(context())).toBe(2);
    const left = await filesBelow(app.config.uploadsDir);
    expect(left).toContain(pathOnDisk(kept.key));
    expect(left).toContain(pathOnDisk(young.key));
    expect(left).not.toContain(pathOnDisk(old.key));
    expect(left).not.toContain(unfinished);
  });

  it('what is missing or altered is noted, what was put back is not damaged any more', async () => {
    const documents: StoredDocument[] = [];
    for (let count = 0; count < 3; count += 1) documents.push(await storeDocument(app));
    const [missing, altered, fine] = documents;
    await checkOldest(context());
    await rm(pathOnDisk(missing?.key ?? ''));
    await writeFile(pathOnDisk(altered?.key ?? ''), 'x');
    const found = await checkOldest(context());
    expect(found.map(({ file, damage }) => [file.id, damage])).toEqual(
      expect.arrayContaining([
        [missing?.file, 'missing'],
        [altered?.file, 'altered'],
      ]),
    );
    const damagedAt = async (id?: string) =>
      (await app.db('stored_files').where({ id }).first('damaged_at')).damaged_at;
    expect(await damagedAt(missing?.file)).toBeInstanceOf(Date);
    expect(await damagedAt(altered?.file)).toBeInstanceOf(Date);
    expect(await damagedAt(fine?.file)).toBeNull();
    const lines: string[] = [];
    const verifying = verify([], { ...app, now: new Date(Date.now() + 1000) }, (line) => lines.push(line));
    await expect(verifying).rejects.toThrow('not what was sent');
    expect(lines).toContain(`missing: file ${missing?.file} · ${missing?.key} · หลักฐาน.png`);
    expect(lines).toContain(`altered: file ${altered?.file} · ${altered?.key} · หลักฐาน.png`);
    expect(lines.join('\n')).not.toContain(fine?.key);
    for (const { key } of documents) await writeFile(pathOnDisk(key), PNG);
    expect(await checkOldest(context())).toEqual([]);
    expect(await damagedAt(missing?.file)).toBeNull();
    await verify([], { ...app, now: new Date() }, (line) => lines.push(line));
    expect(lines.at(-1)).toMatch(/^\d+ files, 0 missing or altered, \d+ that no row knows\.$/);
  });

  it('the reading ends when its time is over, and in the middle of a file when the program does', async () => {
    await app.db('stored_files').update({ checked_at: null, damaged_at: null });
    const checked = async () =>
      Number((await app.db('stored_files').whereNotNull('checked_at').count().first())?.count);
    let minutes = 0;
    await checkOldest({ ...context(), clock: () => new Date(Date.now() + 60_000 * minutes++) });
    const first = await checked();
    expect(first).toBeGreaterThan(1);
    expect(first).toBeLessThan(6);
    const ending = new AbortController();
    async function* pieces() {
      yield randomBytes(10);
      ending.abort();
      yield randomBytes(10);
    }
    const storage = { ...app.storage, open: async () => Readable.from(pieces()) };
    expect(await checkOldest({ ...context(), storage }, ending.signal)).toEqual([]);
    expect(await checked()).toBe(first);
    await checkOldest(context());
  });

  it('it is a job like others', async () => {
    const file = await upload();
    const before = new Date(app.clock.now().getTime() - 2 * DAY_MS);
    await utimes(pathOnDisk(file.key), before, before);
    await app.db.raw("select graphile_worker.add_job('check-files')");
    await runJobs(app);
    expect(await app.storage.stat(file.key)).toBeUndefined();
  });
});
