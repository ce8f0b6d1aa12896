import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, startTestApp, type TestApp } from '../support/test-app.ts';
import { fingerprint } from './fingerprint.ts';
import { mountedRoutes } from './mounted-routes.ts';
import { EVERYONE, SIGNED_IN, STRANGERS, type Visitor, visit } from './people.ts';
import { CASES, type Case, send } from './requests.ts';
import { OPEN_ROUTES, ROUTE_TABLE } from './route-table.ts';

let app: TestApp;
const agents = new Map<Visitor, Agent>();

beforeAll(async () => {
  app = await startTestApp();
  for (const visitor of EVERYONE) agents.set(visitor, await visit(app, visitor));
});
afterAll(() => app?.stop());

it('knows every route that is mounted, and no other', () => {
  expect(Object.keys(ROUTE_TABLE).sort()).toEqual(mountedRoutes(app.server));
});

describe.each(CASES)('$title', (request) => {
  const { row } = request;
  // what the last visitor was allowed to change is put back for the next row
  afterAll(async () => {
    await row.prepare?.(app);
  });
  // where an account is needed, who has none is looked at below
  const visitors = OPEN_ROUTES.includes(request.route) ? EVERYONE : SIGNED_IN;
  it.each(visitors.map((visitor) => [visitor, row.expected[visitor]] as const))(
    'answers %s with %i',
    async (visitor, status) => {
      if (row.prepare !== undefined || row.freshSession) forgetPrint();
      await row.prepare?.(app);
      const browser = await browserOf(visitor, request);
      const before = await printOf(request);
      const answer = await send(app, request, browser);
      forgetPrint();
      expect(answer.status, answer.text?.slice(0, 2000)).toBe(status);
      if (status >= 400) expect(await printOf(request), 'a refusal changes nothing').toBe(before);
    },
  );
});

// refused before anything of the row counts: one row of each route
const guarded = CASES.filter(
  ({ route }, at) =>
    !OPEN_ROUTES.includes(route) && CASES.findIndex((earlier) => earlier.route === route) === at,
);

describe.each(guarded)('$title, without an account that counts', (request) => {
  it.each(STRANGERS)('leads %s to the login page and back', async (visitor) => {
    const { status, headers } = await send(app, request, await browserOf(visitor, request));
    expect(status).toBe(303);
    expect(request.row.expected[visitor]).toBe(303);
    const { pathname, searchParams } = new URL(headers.location ?? '', app.url);
    const isForm = !request.route.startsWith('GET');
    expect(pathname).toBe('/krs/login');
    expect(searchParams.get('next')).toBe(isForm ? null : await request.row.path(app));
    expect(searchParams.get('unsaved')).toBe(isForm ? '1' : null);
  });

  it('makes htmx leave the page', async () => {
    const answer = await send(app, request, app.agent(), { 'HX-Request': 'true' });
    expect(answer.status).toBe(401);
    expect(answer.headers['hx-redirect']).toMatch(/^\/krs\/login/);
    expect(answer.text).toBe('');
  });
});

async function browserOf(visitor: Visitor, { row }: Case): Promise<Agent> {
  const agent = row.freshSession ? await visit(app, visitor) : agents.get(visitor);
  if (agent === undefined) throw new Error(`${visitor} has no browser`);
  return agent;
}

/** Taken after a refusal, it is the one before the next request, too. */
let print: string | undefined;

function forgetPrint(): void {
  print = undefined;
}

/** Reading changes nothing: only forms are watched. */
async function printOf({ route }: Case): Promise<string> {
  if (route.startsWith('GET ')) return '';
  print ??= await fingerprint(app);
  return print;
}
