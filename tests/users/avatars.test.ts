import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { effort } from '../support/effort.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { formFields, messageAt, storedUser } from './support.ts';

let app: TestApp;
let owner: Agent;
beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
});
afterAll(() => app?.stop());

const UNREADABLE = 'ไฟล์นี้ไม่ใช่รูปภาพที่ใช้ได้ โปรดเลือกภาพ JPEG, PNG, GIF, WebP หรือ AVIF';
const MEGABYTE = 2 ** 20;

/** A picture of two halves, 400 × 300, as a camera makes it: with its place and lying on its side. */
function photograph() {
  const left = { create: { width: 200, height: 300, channels: 3 as const, background: '#c00' } };
  return sharp({ create: { width: 400, height: 300, channels: 3, background: '#00c' } })
    .composite([{ input: left, left: 0, top: 0 }])
    .withMetadata({ orientation: 6 })
    .withExif({ IFD0: { Copyright: 'SECRET PLACE' } });
}

async function upload(
  file: Buffer,
  name = 'me.jpg',
  fields: Record<string, string> = {},
  path = '/krs/profile',
) {
  const form = { ...(await formFields(owner, path)), ...fields };
  let request = owner.post(path);
  for (const [field, value] of Object.entries(form)) request = request.field(field, value);
  return request.attach('avatar', file, name);
}

async function avatarPath(id: string): Promise<string> {
  return `/krs/avatars/${id}/${(await storedUser(app, id)).avatar_hash}`;
}

describe('a picture', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    'may be %s; it is cut to a portrait',
    async (format) => {
      const answer = await upload(await photograph().toFormat(format).toBuffer(), `me.${format}`);
      expect(answer.status, messageAt(answer.text, 'avatar')).toBe(303);
      const { picture } = await app.db('avatars').where({ user_id: app.world.users.owner }).first();
      expect(await sharp(picture).metadata()).toMatchObject({ format: 'jpeg', width: 160, height: 160 });
    },
  );

  it('stands upright and tells no longer where it was taken', async () => {
    const file = await photograph().jpeg().toBuffer();
    expect(file.toString('latin1')).toContain('SECRET PLACE');
    await upload(file);
    const { picture } = await app.db('avatars').where({ user_id: app.world.users.owner }).first();
    expect(picture.toString('latin1')).not.toContain('SECRET PLACE');
    const { exif, orientation } = await sharp(picture).metadata();
    expect([exif, orientation]).toEqual([undefined, undefined]);
    // the left half of the file lies at the top
    const { data } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    const red = (x: number, y: number) => (data[(y * 160 + x) * 3] ?? 0) > 128;
    expect([red(20, 20), red(140, 20), red(20, 140), red(140, 140)]).toEqual([true, true, false, false]);
  });

  it('need not be chosen: an empty box of a browser changes nothing', async () => {
    const before = await storedUser(app, app.world.users.owner);
    const fields = Object.entries(await formFields(owner, '/krs/profile'));
    const parts = fields.map(
      ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const file =
      '--x\r\nContent-Disposition: form-data; name="avatar"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n';
    const type = 'multipart/form-data; boundary=x';
    await owner
      .post('/krs/profile')
      .set('Content-Type', type)
      .send(parts.join('') + file)
      .expect(303);
    const { avatar_hash, name } = await storedUser(app, app.world.users.owner);
    expect([avatar_hash, name]).toEqual([before.avatar_hash, before.name]);
  });

  it('is shown in the frame and the list, and removed again', async () => {
    const path = await avatarPath(app.world.users.owner);
    expect((await owner.get('/krs')).text).toContain(`<img class="avatar" src="${path}"`);
    expect((await owner.get('/krs/users')).text).toContain(`src="${path}"`);
    const form = await formFields(owner, '/krs/profile');
    await owner
      .post('/krs/profile')
      .type('form')
      .send({ ...form, removeAvatar: '1' })
      .expect(303);
    expect((await storedUser(app, app.world.users.owner)).avatar_hash).toBeNull();
    await owner.get(path).expect(404);
    expect(await app.db('avatars')).toEqual([]);
  });

  it('is also a manager’s to give', async () => {
    const path = `/krs/users/${app.world.users.colleague}`;
    const answer = await upload(await photograph().png().toBuffer(), 'her.png', {}, path);
    expect(answer.status).toBe(303);
    const events = await app.db('user_events').where({ user_id: app.world.users.colleague });
    expect(events.map(({ kind }) => kind)).toEqual(['avatar']);
  });
});

describe('a file that is no picture', () => {
  it.each([
    ['a program', Buffer.from(`MZ${'\0'.repeat(500)}`), 'me.jpg'],
    [
      'a drawing',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
      'me.svg',
    ],
    [
      'a drawing called PNG',
      Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'me.png',
    ],
    ['a document', Buffer.from('%PDF-1.7\n1 0 obj <<>> endobj'), 'me.jpg'],
    [
      'a page behind the first bytes of a GIF',
      Buffer.from('GIF89a<html><script>alert(1)</script>'),
      'me.gif',
    ],
    ['half a JPEG', Buffer.from('\xff\xd8\xff\xe0 nothing more', 'latin1'), 'me.jpg'],
    ['nothing at all', Buffer.alloc(0), 'me.jpg'],
  ])('is refused beside the field, and what was typed stays: %s', async (_what, file, name) => {
    const answer = await upload(file, name, { position: 'ครูใหญ่' });
    expect(answer.status).toBe(422);
    expect(messageAt(answer.text, 'avatar')).toBe(UNREADABLE);
    expect(answer.text).toContain('value="ครูใหญ่"');
    expect((await storedUser(app, app.world.users.owner)).position).not.toBe('ครูใหญ่');
  });

  it('nor is one that unpacks to 900 million points, and it is found out at once', async () => {
    const sending = async () => {
      const answer = await upload(bomb(30_000), 'small.png');
      expect([answer.status, messageAt(answer.text, 'avatar')]).toEqual([422, UNREADABLE]);
    };
    expect(await effort(sending)).toBeLessThan(3000);
  });

  it('nor is one of more than 5 MB; the fields before it are kept', async () => {
    const noise = Buffer.alloc(5 * MEGABYTE + 1, await photograph().jpeg().toBuffer());
    const answer = await upload(noise, 'large.jpg', { position: 'ครูใหญ่' });
    expect(answer.status).toBe(422);
    expect(messageAt(answer.text, 'avatar')).toBe('ไฟล์ใหญ่เกิน 5 MB โปรดเลือกรูปที่เล็กกว่า');
    expect(answer.text).toContain('value="ครูใหญ่"');
  });
});

describe('a form with files that nobody asked for', () => {
  it.each([
    ['of another name', { extra: 'x.jpg' }, {}],
    ['a second one', { avatar: 'x.jpg' }, {}],
    ['an unknown field', {}, { admin: '1' }],
    ['a field of fields', {}, { 'name[first]': 'x' }],
  ])('is a bad request: %s', async (_what, files, fields) => {
    const form: Record<string, string> = { ...(await formFields(owner, '/krs/profile')), ...fields };
    let request = owner.post('/krs/profile');
    for (const [field, value] of Object.entries(form)) request = request.field(field, value);
    request = request.attach('avatar', await photograph().jpeg().toBuffer(), 'me.jpg');
    for (const [field, name] of Object.entries(files))
      request = request.attach(field, Buffer.from('x'), name);
    expect((await request).status).toBe(400);
  });

  it('is a bad request when it breaks off, and too large with a thousand fields', async () => {
    const type = 'multipart/form-data; boundary=x';
    const broken = await owner
      .post('/krs/profile')
      .set('Content-Type', type)
      .send('--x\r\nContent-Disposition: form');
    expect(broken.status).toBe(400);
    const part = (n: number) => `--x\r\nContent-Disposition: form-data; name="f${n}"\r\n\r\n1\r\n`;
    const many = `${Array.from({ length: 1000 }, (_, n) => part(n)).join('')}--x--\r\n`;
    expect((await owner.post('/krs/profile').set('Content-Type', type).send(many)).status).toBe(413);
  });

  it('of another site is refused before anything is read', async () => {
    const answer = await owner
      .post('/krs/profile')
      .set('Origin', 'https://evil.example.org')
      .field('name', 'x');
    expect(answer.status).toBe(403);
  });
});

describe('a portrait', () => {
  it('is a picture to the browser, kept by it alone', async () => {
    await upload(await photograph().png().toBuffer());
    const { headers, body, status } = await owner.get(await avatarPath(app.world.users.owner));
    expect([status, headers['content-type'], headers['x-content-type-options']]).toEqual([
      200,
      'image/jpeg',
      'nosniff',
    ]);
    expect(headers['cache-control']).toBe('private, max-age=86400, immutable');
    expect(Buffer.isBuffer(body)).toBe(true);
  });

  it.each([
    ['colleague', 200],
    ['kpiOffice', 200],
    ['outsider', 404],
    ['certifier', 404],
    ['bureauAdmin', 404],
  ] as const)('is shown to %s: %i', async (person, status) => {
    const agent = await signIn(app, 'krs', PEOPLE[person]);
    const path = await avatarPath(app.world.users.owner);
    await agent.get(path).expect(status);
    await agent.get(`${path.slice(0, -1)}${path.endsWith('0') ? '1' : '0'}`).expect(404);
    await agent.get(`/krs/avatars/${app.world.users.owner}/..%2f..%2fprofile`).expect(404);
  });
});

/** A PNG of a few kilobytes that claims so many points each way. */
function bomb(size: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((Math.ceil(size / 8) + 1) * 2000));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function crc32(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
