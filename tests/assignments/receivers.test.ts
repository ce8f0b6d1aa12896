import { afterAll, beforeAll, expect, it } from 'vitest';
import { assigneesForMail } from '../../src/assignments/receivers/queries.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import type { Person, WorldOffice } from '../support/world.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  const { world } = app;
  await app.db('assignments').insert([
    { user_id: world.users.former, node_id: world.node('2.1') },
    { user_id: world.users.certifier, node_id: world.node('1') },
  ]);
  await app
    .db('assignments')
    .where({ user_id: world.users.owner })
    .whereIn('node_id', [world.node('2.1'), world.node('3')])
    .delete();
  await app
    .db('assignments')
    .where({ user_id: world.users.outsider, node_id: world.node('1') })
    .delete();
});
afterAll(() => app?.stop());

it('tells who is assigned, otherwise the admins of a district office and everybody of a bureau', async () => {
  const { world } = app;
  const expected: [WorldOffice, string, Person[]][] = [
    ['krabi', '1', ['owner', 'colleague']],
    ['krabi', '3', ['colleague']],
    // assigned only to somebody who is disabled
    ['krabi', '2.1', ['owner']],
    ['bureau9', '1', ['certifier']],
    ['bureau9', '3', ['certifier', 'bureauAdmin']],
    ['kpiOffice', '6', ['kpiOffice']],
    // no admin, nobody assigned
    ['lampang', '1', []],
  ];
  const sides = expected.map(([office, code]) => ({
    officeId: world.offices[office],
    nodeId: world.node(code),
  }));
  const receivers = await assigneesForMail(app.db, world.systems.krs, [...sides, ...sides]);
  for (const [office, code, people] of expected) {
    const found = receivers.get(`${world.offices[office]} ${world.node(code)}`) ?? [];
    expect(found.toSorted(), `${office} ${code}`).toEqual(people.map((one) => world.users[one]).toSorted());
  }
  // the account of the same name in another system is told nothing
  expect(
    (await assigneesForMail(app.db, world.systems.ars, sides)).get(
      `${sides[0]?.officeId} ${sides[0]?.nodeId}`,
    ),
  ).toEqual([(await app.db('users').where({ system_id: world.systems.ars }).first('id')).id]);
});
