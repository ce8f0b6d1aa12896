import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/lib/logger.ts';
import { removeOrphans } from '../../src/threads/files/actions.ts';
import { type ServerProcess, startServerProcess } from '../durability/server-process.ts';
import { filesBelow } from '../support/files.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { beginUpload, type Part, upload } from '../support/upload-form.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';

const MEGABYTE = 1024 * 1024;
const AT_ONCE = 60;
const MEMORY_LIMIT = 300 * MEGABYTE;

let app: TestApp;
let server: ServerProcess;
let cookie: string;

beforeAll(async () => {
  app = await startTestApp();
  const now = Date.now();
  const hour = 3_600_000;
  // the process has the clock of the machine
  await app
    .db('rounds')
    .where({ id: app.world.rounds.open })
    .update({
      entry_opens_at: new Date(now - hour),
      entry_closes_at: new Date(now + hour),
      certification_closes_at: new Date(now + 2 * hour),
    });
  await start();
});
afterAll(async () => {
  await server?.stop();
  await app?.stop();
});

async function start(): Promise<void> {
  server = await startServerProcess({ DATABASE_URL: app.databaseUrl, UPLOADS_DIR: app.config.uploadsDir });
  const body = new URLSearchParams({ username: PEOPLE.owner, password: PASSWORD });
  const answer = await fetch(`${server.url}/krs/login`, { method: 'POST', body, redirect: 'manual' });
  cookie = /sid=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? '';
}

const thread = () =>
  `${server.url}/krs/threads/${app.world.offices.krabi}/${app.world.variable('1/a')}/documents`;

function form(bytes: Buffer, name = 'หลักฐาน.bin'): Part[] {
  return [['round', app.world.rounds.open], ['text', 'หลักฐานประกอบ'], { name, bytes }];
}

async function rows(): Promise<number> {
  return Number((await app.db('stored_files').count()).at(0)?.count);
}

async function nothingWithoutRow(): Promise<void> {
  const keys = (await app.db('stored_files').select('key')).map(({ key }) => key);
  const names = (await filesBelow(app.config.uploadsDir)).map((path) => path.split('/').at(-1) ?? '');
  expect(names.sort()).toEqual(keys.sort());
}

describe('a server', () => {
  it('takes many files at once without holding them in memory', async () => {
    const files = Array.from({ length: AT_ONCE }, () => randomBytes(MEGABYTE));
    const answers = await Promise.all(files.map((bytes) => upload(thread(), form(bytes), { cookie })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    const { highest } = server.memory();
    console.log(`${AT_ONCE} uploads of 1 MB at once: ${Math.round(highest / MEGABYTE)} MB resident at most`);
    expect(highest).toBeLessThan(MEMORY_LIMIT);
    const stored = await app.db('stored_files').select('sha256');
    const hashes = (list: Buffer[]) => list.map((hash) => hash.toString('hex')).sort();
    expect(hashes(stored.map(({ sha256 }) => sha256))).toEqual(
      hashes(files.map((bytes) => createHash('sha256').update(bytes).digest())),
    );
    await nothingWithoutRow();
  });

  it('keeps nothing of connections that are cut', async () => {
    const before = await rows();
    for (const part of [0.2, 0.5, 0.99]) {
      const sending = await beginUpload(thread(), form(randomBytes(2 * MEGABYTE)), part * 2 * MEGABYTE, {
        cookie,
      });
      await sleep(50);
      sending.destroy();
    }
    await expect.poll(() => filesBelow(app.config.uploadsDir)).toHaveLength(before);
    expect(await rows()).toBe(before);
    await nothingWithoutRow();
  });

  it('says which file is too large, and keeps what was typed', async () => {
    const before = await rows();
    const { status, text } = await upload(thread(), form(Buffer.alloc(10 * MEGABYTE + 1), 'ใหญ่ไป.bin'), {
      cookie,
    });
    expect(status).toBe(422);
    expect(text).toContain('ใหญ่ไป.bin');
    expect(text).toContain('10 MB');
    expect(text).toContain('หลักฐานประกอบ');
    expect(await rows()).toBe(before);
    await nothingWithoutRow();
  });

  it('that is killed between file and row leaves a file that the next night removes', async () => {
    const before = await rows();
    const whole = form(randomBytes(MEGABYTE));
    // the first file is in its place, the second never ends
    const parts = [...whole, { name: 'b.bin', bytes: randomBytes(3 * MEGABYTE) }];
    const sending = await beginUpload(thread(), parts, 2 * MEGABYTE, { cookie });
    await expect.poll(() => filesBelow(app.config.uploadsDir)).toHaveLength(before + 2);
    await server.kill();
    sending.destroy();
    expect(await rows()).toBe(before);
    expect(await filesBelow(app.config.uploadsDir)).toHaveLength(before + 2);
    const inTwoDays = () => new Date(Date.now() + 2 * 86_400_000);
    const removed = await removeOrphans({ ...app, clock: inTwoDays, logger: createLogger('silent') });
    expect(removed).toBe(2);
    await nothingWithoutRow();
  });
});
