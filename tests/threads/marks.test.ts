import { afterAll, beforeAll, expect, it } from 'vitest';
import { given, rowOf, stored } from '../certification/support.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { attach, comment, items, register, startAfresh, takeBack, threadPath } from './support.ts';

let app: TestApp;
let owner: Agent;
let outsider: Agent;
let certifier: Agent;
let kpiOffice: Agent;
let krabi: string;
let lampang: string;

beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
  outsider = await signIn(app, 'krs', PEOPLE.outsider);
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
  krabi = await given(app, 'krabi', '1/a', 'pending');
  lampang = await given(app, 'lampang', '1/a', 'pending');
  await startAfresh(app);
});
afterAll(() => app?.stop());

const lists = {
  variables: () =>
    `/krs/certify/variables?round=${app.world.rounds.open}&variable=${app.world.variable('1/a')}`,
  offices: () => `/krs/certify/offices?round=${app.world.rounds.open}&office=${app.world.offices.krabi}`,
  entry: () => `/krs/entry?round=${app.world.rounds.open}`,
};

/** Documents and new items as the row of an entry shows them. */
async function marksOf(agent: Agent, list: keyof typeof lists, entry = krabi) {
  return marksIn((await agent.get(lists[list]()).expect(200)).text, entry);
}

function marksIn(html: string, entry: string) {
  const row = rowOf(html, entry);
  const [, evidence] = /<span data-evidence>(\d+)</.exec(row) ?? [];
  const [, fresh = '0'] = /, มีข้อมูลใหม่ (\d+)"/.exec(row) ?? [];
  const isHidden = /class="new-mark" data-fresh aria-hidden="true" hidden/.test(row);
  expect(isHidden).toBe(fresh === '0');
  return `${evidence}, ${fresh} new`;
}

it('documents of the office in the round, and what is new for the reader’s side', async () => {
  await attach(app, owner, { 'ก.txt': 'ก', 'ข.txt': 'ข' }).expect(303);
  await comment(app, owner).expect(303);
  await attach(app, certifier).expect(303);
  await comment(app, outsider, {}, { office: 'lampang' }).expect(303);
  const all = await items(app);
  for (const list of ['variables', 'offices'] as const) {
    expect(await marksOf(certifier, list)).toBe('2, 3 new');
    expect(await marksOf(kpiOffice, list)).toBe('2, 3 new');
  }
  expect(await marksOf(certifier, 'variables', lampang)).toBe('0, 1 new');
  expect(await marksOf(owner, 'entry')).toBe('2, 1 new');
  expect(await marksOf(outsider, 'entry', lampang)).toBe('0, 0 new');

  const [first, second, third] = all.map(({ id }) => id);
  await register(app, certifier, [first ?? '', third ?? '']).expect(303);
  await takeBack(app, owner, second ?? '').expect(303);
  expect(await marksOf(certifier, 'variables')).toBe('1, 0 new');
  expect(await marksOf(owner, 'entry')).toBe('1, 1 new');
});

it('stand in the rows that a decision replaces', async () => {
  const { version } = await stored(app, lampang);
  const answer = await certifier
    .post(`/krs/certify/entries/${lampang}/certification`)
    .set('HX-Request', 'true')
    .type('form')
    .send({ version: String(version), variable: app.world.variable('1/a'), view: 'variables' })
    .expect(200);
  expect(marksIn(answer.text, lampang)).toBe('0, 1 new');
});

it('of a past round count its own documents, and whatever is new in the thread', async () => {
  const past = await app.world.entry('past', 'krabi', '1/a');
  const { text } = await owner.get(`/krs/entry?round=${app.world.rounds.past}`).expect(200);
  expect(marksIn(text, past)).toBe('0, 1 new');
  expect(text).toContain(`href="${threadPath(app)}?round=${app.world.rounds.past}"`);
});
