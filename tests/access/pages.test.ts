import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, startTestApp, type TestApp } from '../support/test-app.ts';
import { htmlProblems } from './html.ts';
import { type Visitor, visit } from './people.ts';
import { CASES, type Case, send } from './requests.ts';
import { OPEN_ROUTES } from './route-table.ts';

let app: TestApp;
let secure: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  secure = await startTestApp({ env: { PUBLIC_URL: 'https://krs.example.org', TRUST_PROXY: 'loopback' } });
});
afterAll(() => Promise.all([app?.stop(), secure?.stop()]));

const VISITORS: Visitor[] = ['owner', 'certifier', 'kpiOffice', 'signedOut'];
// files are no pages: they have a policy of their own
const pages = CASES.filter(({ route }) => !/healthz|readyz|assets|threads\/files|\/:id\/file$/.test(route));

/** What is no page of its own – the way to sign in, the error page – is looked at with the first row that leads there. */
function pagesOf(visitor: Visitor): Case[] {
  const met = new Set<number>();
  return pages.filter(({ row }) => {
    const status = row.expected[visitor];
    const isNew = !met.has(status);
    met.add(status);
    return isNew || ![303, 400, 403, 404].includes(status);
  });
}

describe.each(VISITORS)('what %s is sent', (visitor) => {
  it.each(pagesOf(visitor))('$title', async (request) => {
    await request.row.prepare?.(app);
    const { text, headers } = await send(app, request, await browserOf(visitor, request));
    expect(htmlProblems(text)).toEqual([]);
    expect(policyOf(headers['content-security-policy'])).toEqual(POLICY);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      // the address of a link to set a password is a secret
      'referrer-policy': request.route.includes('/password/:token') ? 'no-referrer' : 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    const signedIn = visitor !== 'signedOut' && !OPEN_ROUTES.includes(request.route);
    if (signedIn && /html/.test(headers['content-type'] ?? '') && text !== '') {
      expect(headers['cache-control']).toBe('private, no-store');
    }
    const isFile = /spreadsheetml|image\//.test(headers['content-type'] ?? '');
    if (text !== '' && !isFile && !/^\{/.test(text))
      expect(headers['content-type']).toMatch(/; charset=utf-8$/);
  });
});

describe('what is sent beside pages', () => {
  it.each(['/krs/nothing', '/foo', '/krs/reports/office?office=x', '/%FF'])(
    'the error page of %s',
    async (path) => {
      const { text, headers } = await app.agent().get(path);
      expect(htmlProblems(text)).toEqual([]);
      expect(policyOf(headers['content-security-policy'])).toEqual(POLICY);
    },
  );

  it('asks for HTTPS where the address is one', async () => {
    const { headers } = await secure.agent().get('/krs/login').expect(200);
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
    expect(headers['content-security-policy']).toContain('upgrade-insecure-requests');
    expect((await app.agent().get('/krs/login')).headers).not.toHaveProperty('strict-transport-security');
  });
});

it.each([
  ['<script>alert(1)</script>', 1],
  ['<p style="color:red">', 1],
  ["<a href='javascript:alert(1)'>", 1],
  ['<img src=//evil.example.org/x>', 1],
  ['<b title="a > b" onclick=x>', 1],
  ['<script src="/assets/a.js" type=module></script><a href="#x" title="onclick=1">', 0],
])('the check itself finds what it looks for: %s', (html, count) => {
  expect(htmlProblems(html)).toHaveLength(count);
});

const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'font-src': "'self'",
  'frame-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

function policyOf(header: string | undefined): Record<string, string> {
  const parts = (header ?? '').split(';').map((part) => part.trim().split(' '));
  return Object.fromEntries(parts.map(([name = '', ...values]) => [name, values.join(' ')]));
}

const browsers = new Map<Visitor, Promise<Agent>>();

/** The same browser for all pages of a visitor. */
function browserOf(visitor: Visitor, { row }: Case): Promise<Agent> {
  if (row.freshSession) return visit(app, visitor);
  const browser = browsers.get(visitor) ?? visit(app, visitor);
  browsers.set(visitor, browser);
  return browser;
}
