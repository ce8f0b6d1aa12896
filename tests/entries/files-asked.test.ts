import { afterAll, beforeAll, expect, it } from 'vitest';
import { textOf } from '../reports/support.ts';
import { entryFields } from '../support/entry-form.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';
import { attach } from '../threads/support.ts';

const WARNING = 'โปรดแนบเอกสาร';
const SAVING = 'บันทึกได้ตามปกติ';
const MARK = 'ขอให้แนบเอกสาร แต่ยังไม่มี';

let app: TestApp;
let owner: Agent;
let certifier: Agent;

beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  const asked = ['1/a', '3/1.'].map((code) => app.world.variable(code));
  await app.db('variables').whereIn('id', asked).update({ files_asked: true });
});
afterAll(() => app?.stop());

const entryPage = async () => textOf((await owner.get('/krs/entry').expect(200)).text);
const list = async () => {
  const query = `round=${app.world.rounds.open}&variable=${app.world.variable('1/a')}`;
  return textOf((await certifier.get(`/krs/certify/variables?${query}`).expect(200)).text);
};

it('warns where a value was reported and no document stands beside it, and never blocks saving', async () => {
  // 3/1. asks for documents, too, but nothing was reported
  const text = await entryPage();
  expect(text).toContain('รายงานค่าแล้วแต่ยังไม่แนบเอกสารที่ขอ 1 ตัวแปร');
  expect(text).toContain(SAVING);
  expect(text.split(WARNING)).toHaveLength(2);
  expect((await list()).split(MARK)).toHaveLength(3);
  const id = await app.world.entry('open', 'krabi', '3/1.');
  const path = `/krs/entry?round=${app.world.rounds.open}`;
  const fields = { ...(await entryFields(app.db, { [id]: '1' })) };
  await owner.post(path).type('form').send(fields).expect(303);
  expect(await entryPage()).toContain('ยังไม่แนบเอกสารที่ขอ 2 ตัวแปร');
});

it('does not speak of saving to whom no box is open', async () => {
  app.clock.set(new Date('2019-10-22T09:00:00+07:00'));
  owner = await signIn(app, 'krs', PEOPLE.owner);
  const text = await entryPage();
  app.clock.set(WORLD_NOW);
  expect(text).toContain('ยังไม่แนบเอกสารที่ขอ 2 ตัวแปร');
  expect(text).not.toContain(SAVING);
});

it('is content with one document', async () => {
  expect((await attach(app, owner)).status).toBe(303);
  expect(await entryPage()).toContain('ยังไม่แนบเอกสารที่ขอ 1 ตัวแปร');
  // that of the other office
  expect((await list()).split(MARK)).toHaveLength(2);
});
