import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CurrentSystem } from '../../src/http/current-user.ts';
import { receiveFiles } from '../../src/http/upload-files.ts';
import { AppError } from '../../src/lib/errors.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { localFolder } from '../../src/storage/local-folder.ts';
import { type FileStorage, StorageError } from '../../src/storage/types.ts';
import { filesBelow, PDF, PNG } from '../support/files.ts';
import { beginUpload, type Part, type SentFile, upload } from '../support/upload-form.ts';

const MEGABYTE = 1024 * 1024;
const MAX_MEGABYTES = 10;

interface Told {
  fields: Record<string, unknown>;
  files: {
    name: string;
    field: string;
    size: number;
    mediaType: string | null;
    sha256: string;
    key: string;
  }[];
  problems: { code: string; file: string; limit: number }[];
  error?: string;
}

let root: string;
let storage: FileStorage;
let server: Server;
let url: string;
/** How the last request ended for the program. */
let ended: Promise<Told>;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kpi-received-'));
  storage = localFolder(root);
  server = createServer(formServer());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/form`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true, force: true });
});

/** A form with files and nothing behind it. */
function formServer() {
  const app = express();
  const logger = createLogger('silent');
  app.use(express.urlencoded({ extended: false }));
  app.post('/form', async (req, res) => {
    req.system = { settings: { maxFileMegabytes: MAX_MEGABYTES } } as CurrentSystem;
    ended = receiveFiles(req, res, { storage, logger }).then(
      ({ files, ...received }) => ({
        ...received,
        files: files.map((file) => ({ ...file, sha256: file.sha256.toString('hex') })),
      }),
      (error) => ({
        fields: {},
        files: [],
        problems: [],
        error: error instanceof AppError ? error.code : `${error}`,
      }),
    );
    const told = await ended;
    res.status(told.error === undefined ? 200 : 400).json(told);
  });
  return app;
}

async function send(parts: readonly Part[]): Promise<Told> {
  return JSON.parse((await upload(url, parts)).text);
}

function file(name: string, bytes: Buffer, type?: string): SentFile {
  return { name, bytes, ...(type === undefined ? {} : { type }) };
}

describe('a form with files', () => {
  it('arrives with its fields, and its files lie in the storage', async () => {
    const large = randomBytes(3 * MEGABYTE);
    const { fields, files, problems } = await send([
      ['text', 'ผลการดำเนินงาน'],
      file('a.bin', large),
      ['round', '7'],
      file('b.png', PNG, 'text/html'),
      ['text', 'อีกข้อความ'],
    ]);
    expect(problems).toEqual([]);
    expect(fields).toEqual({ text: ['ผลการดำเนินงาน', 'อีกข้อความ'], round: '7' });
    expect(files.map(({ name, size, mediaType, field }) => [field, name, size, mediaType])).toEqual([
      ['files', 'a.bin', large.length, null],
      ['files', 'b.png', PNG.length, 'image/png'],
    ]);
    expect(files[0]?.sha256).toBe(createHash('sha256').update(large).digest('hex'));
    expect(await filesBelow(root)).toHaveLength(2);
  });

  it('may have no file chosen, or be a plain form', async () => {
    expect(await send([['text', 'a'], file('', Buffer.alloc(0))])).toMatchObject({ files: [], problems: [] });
    const plain = await fetch(url, { method: 'POST', body: new URLSearchParams({ text: 'a' }) });
    expect(await plain.json()).toEqual({ fields: { text: 'a' }, files: [], problems: [] });
    expect(await filesBelow(root)).toEqual([]);
  });

  it('takes a file of exactly the limit', async () => {
    const { files, problems } = await send([file('พอดี.bin', Buffer.alloc(MAX_MEGABYTES * MEGABYTE, 1))]);
    expect(problems).toEqual([]);
    expect(files[0]?.size).toBe(10_485_760);
  });

  it('refuses one byte more, an empty one beside it, and keeps every field and no file', async () => {
    const told = await send([
      ['text', 'ก่อน'],
      file('ดี.png', PNG),
      file('ใหญ่.bin', Buffer.alloc(MAX_MEGABYTES * MEGABYTE + 1, 1)),
      file('ว่าง.txt', Buffer.alloc(0)),
      ['after', 'หลัง'],
    ]);
    expect(told).toEqual({
      fields: { text: 'ก่อน', after: 'หลัง' },
      files: [],
      problems: [
        { code: 'tooLarge', file: 'ใหญ่.bin', limit: 10 },
        { code: 'empty', file: 'ว่าง.txt', limit: 10 },
      ],
    });
    expect(await filesBelow(root)).toEqual([]);
  });

  it('takes twenty files, not twenty-one', async () => {
    const many = Array.from({ length: 21 }, (_, at) => file(`${at}.png`, PNG));
    expect((await send(many.slice(1))).files).toHaveLength(20);
    expect(await filesBelow(root)).toHaveLength(20);
    const told = await send([...many, ['after', 'x']]);
    expect(told).toMatchObject({ files: [], fields: { after: 'x' } });
    expect(told.problems).toEqual([{ code: 'tooMany', file: '', limit: 20 }]);
    expect(await filesBelow(root)).toHaveLength(20);
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\ลับ\\รายงาน.pdf', 'รายงาน.pdf'],
    ['he said "no".pdf', 'he said "no".pdf'],
    ['a\r\nSet-Cookie: b=c.pdf', 'a Set-Cookie: b=c.pdf'],
    ['รายงาน 📊 100%.xlsx', 'รายงาน 📊 100%.xlsx'],
    ['..', 'file'],
    ['exe.\u202Efdp', 'exe.fdp'],
    [`${'ก'.repeat(300)}.docx`, `${'ก'.repeat(250)}.docx`],
    [`${'😀'.repeat(300)}`, '😀'.repeat(255)],
  ])('of the name %j is kept as %j', async (given, kept) => {
    expect((await send([file(given, PNG)])).files.map(({ name }) => name)).toEqual([kept]);
  });

  it.each([
    ['page.pdf', Buffer.from('<html><script>alert(1)</script>'), 'application/pdf', null],
    ['picture.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'), 'image/png', null],
    ['page.html', PDF, 'text/html', 'application/pdf'],
    ['script.gif', Buffer.from('GIF89a/*<script>alert(1)</script>*/=1;'), 'text/javascript', 'image/gif'],
    ['program.png', Buffer.from('MZ\x90\x00'), 'image/png', 'application/x-msdownload'],
    ['xml.png', Buffer.from('<?xml version="1.0"?><svg/>'), 'image/png', 'application/xml'],
    ['short.png', Buffer.from('\x89PNG'), 'image/png', null],
  ])('is known by its bytes: %s', async (name, bytes, type, found) => {
    expect((await send([file(name, bytes, type)])).files[0]?.mediaType).toBe(found);
  });

  it.each([
    [
      'without an end',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nabc',
    ],
    ['without a boundary', 'multipart/form-data', 'abc'],
    ['of a broken head', 'multipart/form-data; boundary=x', '--x\r\n: :\r\n\r\nabc\r\n--x--\r\n'],
  ])('%s is a bad request, or an empty one', async (_what, type, body) => {
    const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': type } });
    const told: Told = (await response.json()) as Told;
    expect(told.files).toEqual([]);
    expect([undefined, 'badRequest']).toContain(told.error);
    expect(await filesBelow(root)).toEqual([]);
  });

  it('of too many fields is too large', async () => {
    const fields = Array.from({ length: 100 }, (_, at): Part => [`f${at}`, 'x']);
    expect((await send([file('a.png', PNG), ...fields])).error).toBe('tooLarge');
    expect(await filesBelow(root)).toEqual([]);
  });
});

describe('a connection that is cut', () => {
  it.each([1, 500_000, 2_500_000])('after %i bytes leaves nothing', async (bytes) => {
    const parts = [file('a.bin', randomBytes(MEGABYTE)), file('b.bin', randomBytes(2 * MEGABYTE))];
    const sending = await beginUpload(url, parts, bytes);
    await sleep(100);
    sending.destroy();
    expect((await ended).error).toBe('badRequest');
    expect(await filesBelow(root)).toEqual([]);
  });
});

describe('a storage', () => {
  it('without space is told of, by the name of the file, and nothing is left', async () => {
    const real = storage;
    let puts = 0;
    storage = {
      ...real,
      async put(source, options) {
        puts += 1;
        if (puts === 2) throw new StorageError('full');
        return real.put(source, options);
      },
    };
    const told = await send([
      ['text', 'ก'],
      file('1.png', PNG),
      file('2.png', PNG),
      file('3.png', PNG),
      ['z', 'ข'],
    ]);
    expect(told).toEqual({
      fields: { text: 'ก', z: 'ข' },
      files: [],
      problems: [{ code: 'storageFull', file: '2.png', limit: 10 }],
    });
    expect(puts).toBe(2);
    expect(await filesBelow(root)).toEqual([]);
  });

  it('that cannot be written is an error of ours', async () => {
    await writeFile(join(root, 'no-folder'), '');
    storage = localFolder(join(root, 'no-folder'));
    const told = await send([file('a.png', PNG), file('b.bin', randomBytes(MEGABYTE)), ['text', 'ก']]);
    expect(told.error).toMatch(/ENOTDIR|EEXIST/);
  });
});
