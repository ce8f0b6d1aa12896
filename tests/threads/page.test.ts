import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';
import {
  attach,
  comment,
  items,
  lastItem,
  receipts,
  register,
  startAfresh,
  takeBack,
  threadPath,
} from './support.ts';

let app: TestApp;
let owner: Agent;
let certifier: Agent;

beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
});
afterAll(() => app?.stop());
beforeEach(async () => {
  app.clock.set(WORLD_NOW);
  await startAfresh(app);
});

it('works', async () => {
  const page = await owner.get(threadPath(app));
  expect(page.status, page.text.slice(0, 2000)).toBe(200);
  const sent = await comment(app, owner);
  expect(sent.status, sent.text).toBe(303);
  const doc = await attach(app, owner);
  expect(doc.status, doc.text).toBe(303);
  const one = await lastItem(app);
  const seen = await certifier.get(threadPath(app));
  expect(seen.text).toContain('คลิกลงรับ');
  expect((await register(app, certifier, [one.id])).status).toBe(303);
  const back = await takeBack(app, owner, one.id);
  expect(back.status).toBe(409);
  const entry = await owner.get(`/krs/entry?round=${app.world.rounds.open}`);
  expect(entry.status, entry.text.slice(0, 3000)).toBe(200);
  const list = await certifier.get(
    `/krs/certify/offices?round=${app.world.rounds.open}&office=${app.world.offices.krabi}`,
  );
  expect(list.status, list.text.slice(0, 3000)).toBe(200);
  const b = await certifier
    .post(`${threadPath(app)}/comments`)
    .type('form')
    .send({ round: app.world.rounds.open, text: 'ทุกคน', everybody: '1', to: 'all:3', confirmed: '1' });
  expect(b.status, b.text).toBe(303);
  const over = await certifier.get(`/krs/threads/items/${(await lastItem(app)).id}/receipts`);
  expect(over.status, over.text).toBe(200);
});
