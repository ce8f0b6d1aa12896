import { createHash, randomBytes } from 'node:crypto';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NewDocument, PDF, PNG, type StoredDocument, storeDocument } from '../support/files.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type Person } from '../support/world.ts';

const READERS = [
  'owner',
  'colleague',
  'idle',
  'outsider',
  'certifier',
  'otherCertifier',
  'kpiOffice',
] as const;
const THAI_NAME = `${'รายงานผล'.repeat(31)}ครบ.docx`;

let app: TestApp;
const agents = {} as Record<(typeof READERS)[number], Agent>;

beforeAll(async () => {
  app = await startTestApp();
  for (const person of READERS) agents[person] = await signIn(app, 'krs', PEOPLE[person]);
});
afterAll(() => app?.stop());

const path = ({ item }: StoredDocument) => `/krs/threads/files/${item}`;
const pathOnDisk = ({ key }: StoredDocument) =>
  join(app.config.uploadsDir, key.slice(0, 2), key.slice(2, 4), key);

async function download(document: StoredDocument, person: (typeof READERS)[number] = 'owner', suffix = '') {
  return agents[person]
    .get(`${path(document)}${suffix}`)
    .buffer(true)
    .parse(bytesOf);
}

/** Whatever the type: as bytes. */
function bytesOf(response: Response, done: (error: Error | null, bytes: unknown) => void): void {
  const chunks: Buffer[] = [];
  const stream = response as unknown as NodeJS.ReadableStream;
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => done(null, Buffer.concat(chunks)));
}

async function statuses(document: StoredDocument): Promise<Partial<Record<Person, number>>> {
  const found: Partial<Record<Person, number>> = {};
  for (const person of READERS) found[person] = (await download(document, person)).status;
  return found;
}

describe('a file', () => {
  it('comes back as it was sent, to be saved and to be kept nowhere', async () => {
    const bytes = randomBytes(3_000_000);
    const response = await download(await storeDocument(app, { bytes, name: THAI_NAME }));
    expect(response.status).toBe(200);
    expect(sha256(response.body)).toBe(sha256(bytes));
    expect(response.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '3000000',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store, no-transform',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(response.headers['content-encoding']).toBeUndefined();
  });

  it.each([
    THAI_NAME,
    'he said "no"; filename=x.html',
    'a\\b 100%.pdf',
    'รายงาน 📊.xlsx',
    "it's 'quoted'.txt",
    'page.html',
  ])('is saved under the name it was sent with: %s', async (name) => {
    const { headers } = await download(await storeDocument(app, { name }));
    const disposition = String(headers['content-disposition']);
    expect(disposition).toMatch(/^attachment; filename/);
    expect(nameIn(disposition)).toBe(name);
    expect(headers['content-type']).toBe('image/png');
  });

  it.each([
    ['page.html', '<html><script>alert(1)</script></html>'],
    ['picture.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['page.xml', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'],
    ['program.exe', 'MZ\x90\x00'],
    ['picture.png', '<!doctype html><script>alert(1)</script>'],
  ])('that could run has no type and no preview: %s', async (name, text) => {
    const document = await storeDocument(app, { name, bytes: Buffer.from(text) });
    const { headers } = await download(document);
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(headers['content-disposition']).toMatch(/^attachment/);
    expect((await download(document, 'owner', '/preview')).status).toBe(404);
  });

  it('is announced without being sent', async () => {
    const { headers, text } = await agents.owner.head(path(await storeDocument(app))).expect(200);
    expect(headers['content-length']).toBe(String(PNG.length));
    expect(text).toBeUndefined();
  });
});

describe('a preview', () => {
  it('of a picture stands in a sandbox', async () => {
    const response = await download(await storeDocument(app, { name: 'ภาพ.html' }), 'certifier', '/preview');
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('image/png');
    // under this name the browser saves what it shows
    expect(response.headers['content-disposition']).toMatch(/^inline;.*filename\*=UTF-8''%E0%B8%A0/);
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.headers['content-security-policy']).toMatch(
      /^sandbox; default-src 'none';.*frame-ancestors 'self'$/,
    );
    expect(response.body).toEqual(PNG);
  });

  it('of a PDF lets the viewer of the browser work, and no script of ours', async () => {
    const { headers, body } = await download(await storeDocument(app, { bytes: PDF }), 'owner', '/preview');
    expect(headers['content-type']).toBe('application/pdf');
    expect(headers['content-security-policy']).toMatch(/^script-src 'none';.*frame-ancestors 'self'$/);
    expect(headers['content-security-policy']).not.toContain('sandbox');
    expect(body).toEqual(PDF);
  });

  it('is nobody else’s', async () => {
    const document = await storeDocument(app);
    expect((await download(document, 'outsider', '/preview')).status).toBe(404);
    await app
      .agent()
      .get(`${path(document)}/preview`)
      .expect(303);
  });
});

describe('who gets a file', () => {
  const nobodyElse = { outsider: 404, otherCertifier: 404 };
  const krabi = { owner: 200, colleague: 200, idle: 200 };
  const all: [string, NewDocument, Partial<Record<Person, number>>][] = [
    ['of an office', {}, { ...krabi, certifier: 200, kpiOffice: 200, ...nobodyElse }],
    [
      'of a variable of another bureau',
      { variable: '2.2/a' },
      { ...krabi, certifier: 404, otherCertifier: 200, kpiOffice: 200, outsider: 404 },
    ],
    [
      'of the bureau to one office',
      { sender: 'certifier', receivers: ['krabi'] },
      { ...krabi, certifier: 200, kpiOffice: 200, ...nobodyElse },
    ],
    [
      'sent to several offices',
      { sender: 'certifier', office: null, receivers: ['krabi', 'lampang'] },
      { ...krabi, outsider: 200, certifier: 200, kpiOffice: 200, otherCertifier: 404 },
    ],
    [
      'sent to other offices',
      { sender: 'certifier', office: null, receivers: ['lampang'] },
      {
        owner: 404,
        colleague: 404,
        idle: 404,
        outsider: 200,
        certifier: 200,
        kpiOffice: 200,
        otherCertifier: 404,
      },
    ],
  ];
  it.each(all)('%s', async (_what, document, expected) => {
    expect(await statuses(await storeDocument(app, document))).toEqual(expected);
  });

  it('is nobody once it was taken back', async () => {
    const document = await storeDocument(app);
    await app.db('thread_items').where({ id: document.item }).update({ withdrawn_at: app.clock.now() });
    const nobody = Object.fromEntries(READERS.map((person) => [person, 404]));
    expect(await statuses(document)).toEqual(nobody);
  });

  it('is nobody of another system, and nobody who guesses', async () => {
    const document = await storeDocument(app);
    await agents.owner.get(`/ars/threads/files/${document.item}`).expect(303);
    for (const id of [
      '0',
      '-1',
      '1e3',
      '999999999999999999',
      '99999999999999999999',
      'abc',
      '1%00',
      '..%2f..%2fetc',
    ]) {
      await agents.kpiOffice.get(`/krs/threads/files/${id}`).expect(404);
    }
    // keys and ids of files are no addresses
    await agents.owner.get(`/krs/threads/files/${document.key}`).expect(404);
  });

  it('is nobody on the path of another system than its own', async () => {
    const { item } = await storeDocument(app);
    const { id, ...row } = await app.db('thread_items').where({ id: item }).first();
    const ofArs = { ...row, system_id: app.world.systems.ars };
    const [other] = await app.db('thread_items').insert(ofArs, ['id']);
    await agents.kpiOffice.get(`/krs/threads/files/${other.id}`).expect(404);
  });

  it('is nobody by the item of a comment', async () => {
    const { item } = await storeDocument(app);
    const { file_id, id, ...row } = await app.db('thread_items').where({ id: item }).first();
    const [comment] = await app.db('thread_items').insert({ ...row, kind: 'comment' }, ['id']);
    await agents.owner.get(`/krs/threads/files/${comment.id}`).expect(404);
  });
});

describe('a file that is not what was sent', () => {
  it.each([
    [
      'altered',
      (document: StoredDocument) => writeFile(pathOnDisk(document), Buffer.alloc(PNG.length, 7)),
      'เสียหาย',
    ],
    ['cut short', (document: StoredDocument) => truncate(pathOnDisk(document), PNG.length - 1), 'เสียหาย'],
    ['missing', (document: StoredDocument) => rm(pathOnDisk(document)), 'ไม่พบไฟล์'],
  ])('because it is %s is not given out, and the row says so', async (_what, damage, told) => {
    const document = await storeDocument(app);
    await damage(document);
    const { status, text } = await agents.owner.get(path(document));
    expect(status).toBe(410);
    expect(text).toContain(told);
    expect(text).toContain('หลักฐาน.png');
    const preview = await agents.owner.get(`${path(document)}/preview`).expect(410);
    expect(preview.headers['content-type']).toMatch(/^text\/plain/);
    const { damaged_at } = await row(document);
    expect(damaged_at).toEqual(app.clock.now());
  });

  it('is given out again once it was put back', async () => {
    const document = await storeDocument(app);
    await writeFile(pathOnDisk(document), 'x');
    await agents.owner.get(path(document)).expect(410);
    await writeFile(pathOnDisk(document), PNG);
    await agents.owner.get(path(document)).expect(200);
    expect((await row(document)).damaged_at).toBeNull();
  });
});

describe('a file that the scanner', () => {
  it.each([
    ['waiting', 'has not looked at', 'กำลังตรวจไวรัส'],
    ['infected', 'found a virus in', 'พบไวรัส'],
  ])('%s: is given to nobody', async (state, _what, told) => {
    const document = await storeDocument(app);
    await app.db('stored_files').where({ id: document.file }).update({ state });
    for (const person of ['owner', 'certifier', 'kpiOffice'] as const) {
      const { text } = await agents[person].get(path(document)).expect(409);
      expect(text).toContain(told);
    }
    await agents.owner.get(`${path(document)}/preview`).expect(409);
    await agents.outsider.get(path(document)).expect(404);
  });
});

async function row({ file }: StoredDocument) {
  return app.db('stored_files').where({ id: file }).first();
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What a browser makes of the header (RFC 6266). */
function nameIn(disposition: string): string {
  const extended = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended);
  const plain = /filename=(?:"((?:[^"\\]|\\.)*)"|([^;]+))/.exec(disposition);
  return (plain?.[1] ?? plain?.[2] ?? '').replace(/\\(.)/g, '$1');
}
