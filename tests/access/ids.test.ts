import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { insertArsRound } from './ars-round.ts';
import { ROUTE_TABLE } from './route-table.ts';

let app: TestApp;
let agents: Record<'owner' | 'kpiOffice', Agent>;
let ofArs: Record<'round' | 'entry' | 'node' | 'variable' | 'user', string>;

beforeAll(async () => {
  app = await startTestApp();
  agents = {
    owner: await signIn(app, 'krs', PEOPLE.owner),
    kpiOffice: await signIn(app, 'krs', PEOPLE.kpiOffice),
  };
  const { id: user } = await app.db('users').where({ system_id: app.world.systems.ars }).first('id');
  ofArs = { ...(await insertArsRound(app.db)), user };
});
afterAll(() => app?.stop());

const ABSURD = [
  '0',
  '-1',
  '1000000000',
  '999999999999999999',
  '9223372036854775808',
  '99999999999999999999',
  '1.5',
  '1e3',
  '0x1',
  'abc',
  '%20',
  '%00',
  '%2e%2e%2f',
  '%2e%2e%2fentry',
  "1'%20or%20'1'='1",
  '1;drop%20table%20entries',
  '%F0%9F%98%80',
  '%E0%B9%91',
  'NaN',
  'null',
  'undefined',
  '__proto__',
  'constructor',
];

/** Well formed, too large for the database, and what PostgreSQL takes for no text. */
const WORST = ['999999999999999999', '9223372036854775808', '%00'];

/** One of each kind of address tries them all, the others the worst and one more, in turn. */
function absurdFor(address: string, turn: number): string[] {
  if (TRIES_ALL.test(address)) return ABSURD;
  return [...new Set([...WORST, ABSURD[turn % ABSURD.length] ?? ''])];
}
const TRIES_ALL =
  /^(?:round of the entry page|node of an explanation|variable of certifying|year of the assignments|POST .*\/(?:certify\/entries\/:id\/rejection|users\/:id|rounds\/:id\/name|parts\/:part|nodes\/:id\/openings)|GET .*\/(?:threads\/:office\/:variable|users\/:id))$/;

interface Place {
  what: string;
  path(id: string): string;
  /** Who may see most there; by default the KPI office. */
  who?: 'owner';
  /** What the id is one of, where ARS has such a thing, too. */
  kind?: keyof typeof ofArs;
}

/** Where an id stands in an address. */
const PLACES: Place[] = [
  { what: 'round of the entry page', path: (id) => `/krs/entry?round=${id}`, who: 'owner', kind: 'round' },
  { what: 'round of the score report', path: (id) => `/krs/reports/office?round=${id}`, kind: 'round' },
  { what: 'office of the score report', path: (id) => `/krs/reports/office?office=${id}` },
  { what: 'office of an explanation', path: (id) => explanation({ office: id }) },
  { what: 'round of an explanation', path: (id) => explanation({ round: id }), kind: 'round' },
  { what: 'node of an explanation', path: (id) => explanation({ node: id }), kind: 'node' },
  { what: 'round of the status', path: (id) => `/krs/status?round=${id}`, kind: 'round' },
  { what: 'round of certifying', path: (id) => `/krs/certify/variables?round=${id}`, kind: 'round' },
  { what: 'variable of certifying', path: (id) => `/krs/certify/variables?variable=${id}`, kind: 'variable' },
  { what: 'round of central data', path: (id) => `/krs/central?round=${id}`, kind: 'round' },
  { what: 'variable of central data', path: (id) => `/krs/central?variable=${id}`, kind: 'variable' },
  { what: 'round of requests', path: (id) => `/krs/requests?round=${id}`, kind: 'round' },
  { what: 'a request', path: (id) => `/krs/requests/answer?request=${id}` },
  { what: 'round of asking', path: (id) => asking({ round: id }), who: 'owner', kind: 'round' },
  { what: 'node of asking', path: (id) => asking({ node: id }), who: 'owner', kind: 'node' },
  { what: 'office of certifying', path: (id) => `/krs/certify/offices?office=${id}` },
  { what: 'office of the assignments', path: (id) => `/krs/assignments?office=${id}` },
  { what: 'year of the assignments', path: (id) => `/krs/assignments?year=${id}` },
  { what: 'office of a takeover', path: (id) => `/krs/assignments/takeover?office=${id}`, who: 'owner' },
];

const FIELDS = { version: '2', reason: 'ไม่มีหลักฐาน', until: '2019-10-25T16:30' };
/** Routes with an id in their path, and what it is one of, where ARS has such a thing, too. */
const IN_PATH = Object.keys(ROUTE_TABLE).filter((route) => /\/:(?!system|fingerprint)/.test(route));
const KIND_IN_PATH: Record<string, keyof typeof ofArs> = {
  '/certify/entries/:id/': 'entry',
  '/users/:id': 'user',
  '/avatars/:user/': 'user',
};
const OF_ARS = IN_PATH.flatMap((route) => {
  const place = Object.entries(KIND_IN_PATH).find(([part]) => route.includes(part));
  return place === undefined ? [] : [[route, place[1]] as const];
});

it('tries every route that has an id in its path, and every absurd id on several', () => {
  expect(IN_PATH.length).toBeGreaterThan(5);
  const addresses = [...PLACES.map(({ what }) => what), ...IN_PATH];
  expect(addresses.filter((address) => TRIES_ALL.test(address)).length).toBeGreaterThanOrEqual(9);
});

describe.each(PLACES.map((place, turn) => ({ ...place, turn })))('an id that is none: $what', (place) => {
  it.each(absurdFor(place.what, place.turn))('%s', async (id) => {
    const { status, text } = await who(place).get(place.path(id));
    expect([400, 404], text.slice(0, 500)).toContain(status);
  });
});

describe.each(IN_PATH.map((route, turn) => [route, turn] as const))(
  'an id that is none: %s',
  (route, turn) => {
    it.each(absurdFor(route, turn))('%s', async (id) => {
      const { status, text } = await send(route, id);
      expect([400, 404], text.slice(0, 500)).toContain(status);
    });
  },
);

it.each(OF_ARS)('an id of another system is none: %s', async (route, kind) => {
  expect((await send(route, ofArs[kind])).status).toBe(404);
});

const KINDS = PLACES.flatMap(({ kind, ...place }) => (kind === undefined ? [] : [{ ...place, kind }]));

it.each(KINDS)('an id of another system is none: $what', async (place) => {
  expect((await who(place).get(place.path(ofArs[place.kind]))).status).toBe(404);
});

it('takes no entry of another system into a list of many', async () => {
  const id = await app.world.entry('open', 'krabi', '1/a');
  const form = { entries: `${id}:2,${ofArs.entry}:1`, reason: FIELDS.reason };
  for (const act of ['certifications', 'certifications/delete', 'rejections', 'rejections/confirmation']) {
    await agents.kpiOffice.post(`/krs/certify/${act}`).type('form').send(form).expect(404);
  }
});

describe('a system that is none', () => {
  it.each([
    '/foo',
    '/foo/login',
    '/foo/entry',
    '/KRSX',
    '/krs2/entry',
    '/%00',
    '/%FF',
    '/%2e%2e',
    '/krs%2fentry',
    '//krs',
    '/..',
  ])('%s', async (path) => {
    const { status, text } = await agents.owner.get(path);
    expect([400, 404], text.slice(0, 300)).toContain(status);
  });
});

function who(place: Place): Agent {
  return agents[place.who ?? 'kpiOffice'];
}

function send(route: string, id: string) {
  const [method, path = ''] = route.replace(':system', 'krs').replace(/:\w+/g, id).split(' ');
  const agent = path.startsWith('/krs/entry/') ? agents.owner : agents.kpiOffice;
  return method === 'GET' ? agent.get(path) : agent.post(path).type('form').send(FIELDS);
}

function explanation(part: Record<string, string>): string {
  const { offices, rounds } = app.world;
  const query = { office: offices.krabi, round: rounds.open, node: app.world.node('1'), ...part };
  return `/krs/reports/office/explanation?office=${query.office}&round=${query.round}&node=${query.node}`;
}

function asking(part: Record<string, string>): string {
  const query = { round: app.world.rounds.open, node: app.world.node('1'), ...part };
  return `/krs/entry/requests/new?round=${query.round}&node=${query.node}`;
}
