import { afterAll, beforeAll, expect, it } from 'vitest';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

async function search(username: string, q: string) {
  const agent = await signIn(app, 'krs', username);
  const response = await agent.get('/krs/search').query({ q }).expect(200);
  return response.text;
}

it('leads a reporter to the indicator on the entry page', async () => {
  const page = await search(PEOPLE.owner, 'อ่านออก');
  expect(page).toContain(`/krs/entry?round=${app.world.rounds.open}#i${app.world.node('1')}`);
});

it('leads a certifier to the variable that the bureau certifies', async () => {
  const page = await search(PEOPLE.certifier, '2.1');
  expect(page).toContain(
    `/krs/certify/variables?round=${app.world.rounds.open}&amp;variable=${app.world.variable('2.1/1.')}`,
  );
});

it('shows a district only what it reports', async () => {
  // sub-indicator 5 is for primary areas only
  expect(await search(PEOPLE.owner, 'ไฟฟ้า')).toContain('ปริมาณการใช้ไฟฟ้าต่อคน');
  expect(await search(PEOPLE.secondary, 'ไฟฟ้า')).not.toContain('ปริมาณการใช้ไฟฟ้าต่อคน');
});

it('finds offices by name and takes signs literally', async () => {
  expect(await search(PEOPLE.kpiOffice, 'ลำปาง')).toContain(`office=${app.world.offices.lampang}`);
  expect(await search(PEOPLE.kpiOffice, '%')).toContain('ไม่พบ');
  expect(await search(PEOPLE.kpiOffice, '<script>')).toContain('ไม่พบ “&lt;script&gt;”');
});

it('finds an office by its code and by its short name however it is spaced', async () => {
  const office = await app.db('offices').where({ id: app.world.offices.secondary }).first();
  const spaced = office.short_name.replace(/(\d+)$/, ' เขต $1').replace('.', '. ');
  for (const q of [office.code, office.short_name, spaced]) {
    expect(await search(PEOPLE.kpiOffice, q)).toContain(`office=${office.id}`);
  }
  expect(await search(PEOPLE.kpiOffice, ' . ')).toContain('ไม่พบ');
});

it('understands Thai digits', async () => {
  const agent = await signIn(app, 'krs', PEOPLE.kpiOffice);
  const page = (q: string) => agent.get('/krs/search').query({ q }).expect(200);
  const results = (html: string) => html.match(/href="[^"]*(?:#i|variable=|office=)\d+/g);
  const wanted = results((await page('1')).text);
  expect(wanted).not.toBeNull();
  expect(results((await page('๑')).text)).toEqual(wanted);
});

it('answers an empty, repeated or endless question', async () => {
  const agent = await signIn(app, 'krs', PEOPLE.kpiOffice);
  await agent.get('/krs/search').expect(200);
  await agent.get('/krs/search?q=a&q=b').expect(200);
  await agent
    .get('/krs/search')
    .query({ q: 'ก'.repeat(400) })
    .expect(200);
});
