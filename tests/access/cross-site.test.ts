import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { fingerprint } from './fingerprint.ts';
import { visit } from './people.ts';
import { CASES, type Case, send } from './requests.ts';

let app: TestApp;
let owner: Agent;
let kpiOffice: Agent;

beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());

const FOREIGN: [string, Record<string, string>][] = [
  ['Sec-Fetch-Site: cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
  ['Sec-Fetch-Site: same-site (a neighbouring subdomain)', { 'Sec-Fetch-Site': 'same-site' }],
  ['Sec-Fetch-Site: nonsense', { 'Sec-Fetch-Site': 'whatever' }],
  ['Origin of another host', { Origin: 'https://evil.example.org' }],
  ['Origin: null, as of a sandboxed frame', { Origin: 'null' }],
  ['Origin of our host as a part of another', { Origin: 'http://localhost:3000.evil.example.org' }],
  ['Referer of another host', { Referer: 'https://evil.example.org/krs/entry' }],
  ['Referer that is no address', { Referer: '//localhost' }],
  [
    'a good Origin under a foreign Sec-Fetch-Site',
    { Origin: 'http://localhost:3000', 'Sec-Fetch-Site': 'cross-site' },
  ],
];

const OWN: [string, Record<string, string>][] = [
  ['nothing said: no browser page', {}],
  ['from our own page', { 'Sec-Fetch-Site': 'same-origin', Origin: 'http://localhost:3000' }],
  ['by hand', { 'Sec-Fetch-Site': 'none' }],
];

const FORMS = CASES.filter(({ route }) => route.startsWith('POST ')).map((form, at) => ({ ...form, at }));

/** All of it for the first form; for each other one what every page can send, and one more in turn. */
function inTurn<Item>(all: readonly Item[], at: number): Item[] {
  return all.filter((_, index) => at === 0 || index === 0 || index === 1 + (at % (all.length - 1)));
}

describe.each(FORMS)('$title', (form) => {
  it.each(inTurn(FOREIGN, form.at))('is refused with %s', async (_what, headers) => {
    await form.row.prepare?.(app);
    // some rows make what they are about with its path
    await form.row.path(app);
    const before = await fingerprint(app);
    const answer = await send(app, form, sender(form), headers);
    expect(answer.status).toBe(403);
    const cookies = answer.get('Set-Cookie') ?? [];
    expect(cookies.filter((cookie) => !cookie.startsWith('flash=;'))).toEqual([]);
    expect(await fingerprint(app)).toBe(before);
  });

  it.each(OWN.slice(form.at % OWN.length).slice(0, 1))('is accepted: %s', async (_what, headers) => {
    await form.row.prepare?.(app);
    const agent = form.row.freshSession ? await visit(app, 'owner') : sender(form);
    const answer = await send(app, form, agent, headers);
    expect(answer.status).toBe(form.row.expected[mayOwner(form) ? 'owner' : 'kpiOffice']);
  });
});

function mayOwner({ row }: Case): boolean {
  return row.expected.owner !== 403;
}

/** Somebody whose form would count. */
function sender(form: Case): Agent {
  return mayOwner(form) ? owner : kpiOffice;
}
