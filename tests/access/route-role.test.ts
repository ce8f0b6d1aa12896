import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, startTestApp, type TestApp } from '../support/test-app.ts';
import type { Row } from './expectations.ts';
import { mountedRoutes } from './mounted-routes.ts';
import { EVERYONE, STRANGERS, type Visitor, visit } from './people.ts';
import { OPEN_ROUTES, ROUTE_TABLE } from './route-table.ts';

let app: TestApp;
const agents = new Map<Visitor, Agent>();

beforeAll(async () => {
  app = await startTestApp();
  for (const visitor of EVERYONE) agents.set(visitor, await visit(app, visitor));
});
afterAll(() => app?.stop());

const rows = Object.entries(ROUTE_TABLE).flatMap(([route, list]) =>
  list.map((row) => ({ route, title: `${route}: ${row.what}`, row })),
);

it('knows every route that is mounted, and no other', () => {
  expect(Object.keys(ROUTE_TABLE).sort()).toEqual(mountedRoutes(app.server));
});

describe.each(rows)('$title', ({ route, row }) => {
  it.each(EVERYONE.map((visitor) => [visitor, row.expected[visitor]] as const))(
    'answers %s with %i',
    async (visitor, status) => {
      await row.prepare?.(app);
      const before = await fingerprint(route);
      const answer = await send(route, row, visitor);
      expect(answer.status, answer.text.slice(0, 2000)).toBe(status);
      if (status >= 400) expect(await fingerprint(route), 'a refusal changes nothing').toBe(before);
    },
  );
});

const guarded = rows.filter(({ route }) => !OPEN_ROUTES.includes(route));

describe.each(guarded)('$title, without an account that counts', ({ route, row }) => {
  it.each(STRANGERS)('leads %s to the login page and back', async (visitor) => {
    const { status, headers } = await send(route, row, visitor);
    expect(status).toBe(303);
    const wanted = encodeURIComponent(await row.path(app));
    const target = route.startsWith('GET') ? `/krs/login?next=${wanted}` : '/krs/login';
    expect(headers.location).toBe(target);
  });

  it('makes htmx leave the page', async () => {
    const answer = await send(route, row, 'signedOut', { 'HX-Request': 'true' });
    expect(answer.status).toBe(401);
    expect(answer.headers['hx-redirect']).toMatch(/^\/krs\/login/);
    expect(answer.text).toBe('');
  });
});

async function send(route: string, row: Row, visitor: Visitor, headers: Record<string, string> = {}) {
  const agent = row.freshSession ? await visit(app, visitor) : agents.get(visitor);
  if (agent === undefined) throw new Error(`${visitor} has no browser`);
  const path = await row.path(app);
  if (route.startsWith('GET ')) return agent.get(path).set(headers);
  return agent
    .post(path)
    .set(headers)
    .type('form')
    .send((await row.fields?.(app)) ?? {});
}

/** Of everything that a form could change. */
async function fingerprint(route: string): Promise<string> {
  if (route.startsWith('GET ')) return '';
  const tables = ['entries', 'entry_events', 'permits', 'audit_scores', 'scores', 'round_offices', 'users'];
  const parts = tables.map(
    (table) => `(select md5(string_agg(x::text, ';' order by x::text)) from ${table} x)`,
  );
  const { rows: found } = await app.db.raw(`select concat_ws(' ', ${parts.join(', ')}) as print`);
  return found[0].print;
}
