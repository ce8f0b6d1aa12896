import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countStatements } from '../reports/support.ts';
import { storeDocument } from '../support/files.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { forget, send } from './inbox-support.ts';

let app: TestApp;
let owner: Agent;
let certifier: Agent;
let kpiOffice: Agent;

beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());
beforeEach(() => forget(app));

/** The marks of a page by thread: documents of the office in this round, and whether something is new. */
async function marks(agent: Agent, path: string): Promise<Map<string, { evidence: number; isNew: boolean }>> {
  const { text } = await agent.get(path).expect(200);
  const found = text.matchAll(
    /class="evidence"[^>]* data-thread="(\d+)\/(\d+)"[^>]*><span data-evidence>(\d+)<\/span><\/a><span class="new-mark" data-fresh[^>]*?( hidden)?>/g,
  );
  return new Map(
    [...found].map(([, office, variable, evidence, hidden]) => [
      `${office} ${variable}`,
      { evidence: Number(evidence), isNew: hidden === undefined },
    ]),
  );
}

const entryPage = () => `/krs/entry?round=${app.world.rounds.open}`;
const byVariable = () =>
  `/krs/certify/variables?round=${app.world.rounds.open}&variable=${app.world.variable('1/a')}`;
const byOffice = () =>
  `/krs/certify/offices?round=${app.world.rounds.open}&office=${app.world.offices.krabi}`;
const thread = (office: 'krabi' | 'lampang', variable = '1/a') =>
  `${app.world.offices[office]} ${app.world.variable(variable)}`;

describe('a row', () => {
  it('of the entry page counts the own documents of the round, and is new when the bureau wrote', async () => {
    await storeDocument(app, { variable: '1/a', sender: 'owner', office: 'krabi' });
    await send(app, { variable: '1/b' });
    await send(app, { variable: '2.2/a', sender: 'owner' });
    const shown = await marks(owner, entryPage());
    expect(shown.get(thread('krabi'))).toEqual({ evidence: 1, isNew: false });
    expect(shown.get(thread('krabi', '1/b'))).toEqual({ evidence: 0, isNew: true });
    expect(shown.get(thread('krabi', '2.2/a')), 'the own message').toEqual({ evidence: 0, isNew: false });
  });

  it.each([
    ['by variable', byVariable],
    ['by office', byOffice],
  ])('of the certify list %s is new when the office wrote, until it is registered', async (_, path) => {
    const item = await send(app, { sender: 'owner' });
    const { item: document } = await storeDocument(app, {
      variable: '1/a',
      sender: 'owner',
      office: 'krabi',
    });
    for (const agent of [certifier, kpiOffice]) {
      expect((await marks(agent, path())).get(thread('krabi'))).toEqual({ evidence: 1, isNew: true });
    }
    const items = [item, document].map((id) => `${id}-${app.world.offices.krabi}`).join(',');
    await certifier.post('/krs/news/receipts').type('form').send({ items }).expect(303);
    expect((await marks(certifier, path())).get(thread('krabi'))).toEqual({ evidence: 1, isNew: false });
  });

  it('is new for a message of another round, too, and not for one that was taken back', async () => {
    await send(app, { round: 'past' });
    expect((await marks(owner, entryPage())).get(thread('krabi'))?.isNew).toBe(true);
    await app.db('receipts').update({ withdrawn: true });
    expect((await marks(owner, entryPage())).get(thread('krabi'))?.isNew).toBe(false);
  });
});

it('the marks of a page take the same statements, however many there are', async () => {
  const asks = [
    () => owner.get(entryPage()),
    () => certifier.get(byVariable()),
    () => certifier.get(byOffice()),
  ];
  const count = async () => {
    const counts: number[] = [];
    for (const ask of asks) counts.push(await countStatements(app, () => ask().expect(200)));
    return counts;
  };
  await count();
  const before = await count();
  for (const variable of ['1/a', '1/b', '2.2/a', '3/1.', '5/a']) {
    await send(app, { variable });
    await send(app, { variable, sender: 'owner' });
    await send(app, { variable, sender: 'outsider', offices: ['lampang'] });
  }
  expect(await count()).toEqual(before);
});
