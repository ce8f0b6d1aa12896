import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { sessionCookie } from './people.ts';
import { CASES, send } from './requests.ts';

const FORM = 'application/x-www-form-urlencoded';

let app: TestApp;
let owner: Agent;
let cookie: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
  cookie = await sessionCookie(app, 'krs', PEOPLE.owner);
});
afterAll(() => app?.stop());

/** As curl would send it: the bytes as they are. */
async function post(body: string | Buffer<ArrayBuffer>, type = FORM, headers: Record<string, string> = {}) {
  const all = { 'Content-Type': type, Cookie: cookie, ...headers };
  const answer = await fetch(`${app.url}/krs/entry`, {
    method: 'POST',
    body,
    headers: all,
    redirect: 'manual',
  });
  return { status: answer.status, text: await answer.text() };
}

describe('bodies', () => {
  it('of more than a megabyte are too large', async () => {
    const { status, text } = await post(`value_1=${'9'.repeat(1_100_000)}`);
    expect(status).toBe(413);
    expect(text).toContain('<html');
  });

  it('of more than 5000 fields are too large', async () => {
    const fields = Array.from({ length: 5001 }, (_, at) => `value_${at}=1`);
    expect((await post(fields.join('&'))).status).toBe(413);
  });

  it('that unpack to more than a megabyte are too large', async () => {
    const bomb = gzipSync(`value_1=${'9'.repeat(50_000_000)}`);
    expect((await post(bomb, FORM, { 'Content-Encoding': 'gzip' })).status).toBe(413);
  });

  it.each([
    ['broken percent signs', 'value_1=%&base_1=%E0%A4%A&%ZZ=1', [400]],
    ['fields without names', '=1&=2&==', [303]],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x3d, 0x80]), [400]],
    ['a zero byte', 'value_1=%00&base_1=1:', [404]],
    ['only separators', '&&&&', [303]],
    ['nothing', '', [303]],
  ])('of %s are answered', async (_what, body, statuses) => {
    expect(statuses).toContain((await post(body)).status);
  });

  it.each([
    ['no gzip', 'gzip'],
    ['an unknown packing', 'rot13'],
  ])('that claim to be packed and are not: %s', async (_what, encoding) => {
    expect((await post('value_1=1', FORM, { 'Content-Encoding': encoding })).status).toBe(400);
  });

  it('in a character set that nobody reads are a bad request', async () => {
    expect((await post('value_1=1', `${FORM}; charset=klingon`)).status).toBe(400);
  });

  it.each([
    ['JSON', '{"value_1":"1"}', 'application/json'],
    ['broken JSON', '{"value_1":', 'application/json'],
    [
      'parts',
      '--x\r\nContent-Disposition: form-data; name="value_1"\r\n\r\n1\r\n--x--',
      'multipart/form-data; boundary=x',
    ],
    ['XML', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>', 'text/xml'],
  ])('of %s are no form: nothing is read from them', async (_what, body, type) => {
    expect([303, 400]).toContain((await post(body, type)).status);
  });
});

describe('methods', () => {
  const pages = CASES.filter(({ route }) => route.startsWith('GET '));

  it.each(pages)('HEAD is answered as GET, without a body: $title', async (request) => {
    const whole = await send(app, request, owner);
    const head = await owner.head(await request.row.path(app));
    expect(head.status).toBe(whole.status);
    expect(head.text ?? '').toBe('');
    expect(head.headers['content-type']).toBe(whole.headers['content-type']);
  });

  it.each(['put', 'patch', 'delete', 'options', 'trace'] as const)('%s is nowhere known', async (method) => {
    for (const path of [
      '/',
      '/krs',
      '/krs/entry',
      '/krs/login',
      '/krs/certify/keys',
      '/assets/x/app.css',
      '/foo',
    ]) {
      const { status, headers } = await owner[method](path);
      expect([200, 404]).toContain(status);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      if (status === 200) expect(method).toBe('options');
    }
  });

  it('GET changes nothing where a form is expected', async () => {
    for (const path of [
      '/krs/logout',
      '/krs/language?locale=en',
      '/krs/entry/preview',
      '/krs/certify/keys?on=0',
    ]) {
      await owner.get(path).expect(404);
    }
    await owner.get('/krs/entry').expect(200);
  });
});

describe('addresses and headers', () => {
  it.each([
    `/krs/entry?round=${'9'.repeat(8000)}`,
    `/krs/${'x/'.repeat(3000)}`,
    '/krs/entry?round=1&round=2',
    '/krs/status?by=office&by=bureau',
    '/krs/status?page=0',
    '/krs/status?page=1e9',
    '/krs/status?type=%00',
    '/krs/certify/variables?round=1&round=2',
    '/krs/reports/office?round=%FF',
    '/%6Brs/entry',
    '/k%72s',
  ])('%s is a client error', async (path) => {
    const { status } = await owner.get(path);
    expect([400, 403, 404]).toContain(status);
  });

  it.each(['round[]=1', 'round[__proto__][x]=1', '__proto__=1', 'constructor=1', 'x=1&x=2', '&&&', '%'])(
    'a question of nobody is not heard: ?%s',
    async (query) => {
      for (const path of [
        '/krs',
        '/krs/entry',
        '/krs/status',
        '/krs/reports/office',
        '/krs/search',
        '/krs/login',
      ]) {
        expect([200, 303]).toContain((await owner.get(`${path}?${query}`)).status);
      }
    },
  );

  it.each(['%00', '%FF', '%E0%B8', '[]', 'x'.repeat(5000), '%27%3B--', '%25%5F%5C'])(
    'a search for %s finds nothing, and does not fail',
    async (text) => {
      const kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
      for (const path of [`/krs/search?q=${text}`, `/krs/status?q=${text}`]) {
        expect([200, 400]).toContain((await kpiOffice.get(path)).status);
      }
    },
  );

  it.each([
    ['User-Agent', 'x'.repeat(7000)],
    ['User-Agent', '<script>alert(1)</script>'],
    ['Accept', 'x/x;q=__proto__'],
    ['Accept-Language', ';;;,,,'],
    ['Cookie', `sid=s%3A${'x'.repeat(6000)}.y`],
    ['Cookie', 'lang=<script>; menu=folded; flash=AAAA.BBBB'],
    ['Cookie', 'flash=e30.e30; lang=en; __proto__=1'],
    ['Cookie', `flash=e30.${'é'.repeat(43)}`],
    ['Cookie', `sid=s:x.${'é'.repeat(43)}; lang=é; menu=é`],
    ['Referer', 'javascript:alert(1)'],
    ['X-Forwarded-For', "127.0.0.1, '; drop table users"],
    ['X-Forwarded-Host', 'evil.example.org'],
    ['HX-Request', 'true'],
    ['HX-Request', '__proto__'],
    ['Range', 'bytes=0-1'],
    ['If-None-Match', '*'],
  ])('a header %s does no harm', async (name, value) => {
    for (const path of ['/', '/krs/login', '/krs/entry', '/krs/nothing']) {
      const { status, text } = await app.agent().get(path).set(name, value);
      expect(status).toBeLessThan(500);
      expect(text).not.toContain('<script>alert');
      expect(text).not.toContain('evil.example.org');
    }
  });

  it('answers lines that are no HTTP, and goes on', async () => {
    for (const lines of [
      'NONSENSE\r\n\r\n',
      'GET /krs HTTP/1.1\r\n\r\n',
      `GET /krs HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
      'POST /krs/login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
      'POST /krs/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'GET http://evil.example.org/krs/login HTTP/1.1\r\nHost: evil.example.org\r\nConnection: close\r\n\r\n',
      'GET /krs\0 HTTP/1.1\r\nHost: a\r\n\r\n',
    ]) {
      expect(await raw(lines)).toMatch(/^HTTP\/1\.1 [234]/);
    }
    await owner.get('/krs/entry').expect(200);
  });
});

/** What the server says to these bytes, until it closes the line or says nothing for half a second. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(500, () => socket.destroy());
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}
