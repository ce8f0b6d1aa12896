import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cleanup } from './cleanup.ts';
import { type Check, checkOf } from './report.ts';
import { startApp } from './servers.ts';
import type { Stage } from './stage.ts';
import { roundOf } from './world.ts';

const MEGABYTE = 2 ** 20;
const AT_ONCE = 200;
const LIMIT_MB = 300;

/** 200 files of 1 MB are attached in the same moment; by an instance of the application that did little before. */
export async function checkUploads(
  { database, sessionSecret, seats, system }: Stage,
  cleanup: Cleanup,
): Promise<Check[]> {
  const uploadsDir = await mkdtemp(join(tmpdir(), 'kpi-bench-uploads-'));
  cleanup.add(() => rm(uploadsDir, { recursive: true, force: true }));
  const { db, url: databaseUrl } = database;
  const app = await startApp({ databaseUrl, sessionSecret, uploadsDir }, cleanup);
  const round = roundOf(system, 'ours');
  const entry = await db('entries').where({ round_id: round }).first('variable_id');
  const attachOne = (_: unknown, at: number) => {
    const seat = seats[at % seats.length];
    const url = `${app.origin}/${system.code}/threads/${seat?.officeId}/${entry?.variable_id}/documents`;
    return attach(url, seat?.ours ?? '', round);
  };
  // what is read once and kept – the framework – is no part of the question
  await attachOne(undefined, 0);
  const begin = performance.now();
  const sent = Array.from({ length: AT_ONCE }, attachOne);
  const statuses = await Promise.all(sent);
  const seconds = (performance.now() - begin) / 1000;
  const refused = statuses.find((status) => status !== 303);
  if (refused !== undefined) throw new Error(`An upload was answered with ${refused}`);
  const files = (await readdir(uploadsDir, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  if (files.length !== AT_ONCE + 1) throw new Error(`${files.length} files lie in the storage`);
  const highest = app.highestBytes();
  await app.stop();
  const label = `${AT_ONCE} uploads of 1 MB at once`;
  return [
    checkOf('uploads', label, seconds, 's', null),
    checkOf(
      'uploads',
      `${label}: highest resident memory`,
      highest === null ? null : highest / MEGABYTE,
      'MB',
      LIMIT_MB,
    ),
  ];
}

/** Sends one file as a browser does; answers the status. */
function attach(url: string, cookie: string, round: string): Promise<number> {
  const boundary = `----bench${randomBytes(8).toString('hex')}`;
  const part = (head: string) => `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(`${part('name="round"')}${round}\r\n${part('name="text"')}หลักฐาน\r\n`),
    Buffer.from(part('name="files"; filename="หลักฐาน.bin"')),
    randomBytes(MEGABYTE),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return new Promise((resolve, reject) => {
    const headers = {
      cookie,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': body.length,
    };
    const sending = request(url, { method: 'POST', agent: false, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sending.on('error', reject);
    sending.end(body);
  });
}
