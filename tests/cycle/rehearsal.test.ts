import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRoundLists } from '../../src/cycle/lists/actions.ts';
import { findReadiness } from '../../src/cycle/rehearsal/queries.ts';
import { readiness, rehearse } from '../../src/cycle/rehearsal/rules.ts';
import type { Check, CheckName, RehearsalFacts } from '../../src/cycle/rehearsal/types.ts';
import { findManagedRound } from '../../src/cycle/rounds/queries.ts';
import type { ManagedRound } from '../../src/cycle/rounds/types.ts';
import { jobContext } from '../support/jobs.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { newRound, noLists } from './support.ts';

let app: TestApp;
let psdg: Agent;
let id: string;
let round: ManagedRound;

beforeAll(async () => {
  app = await startTestApp();
  psdg = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
beforeEach(async () => {
  await noLists(app);
  ({ id } = await newRound(app));
  const found = await findManagedRound(app.db, { systemId: app.world.systems.krs, roundId: id });
  if (found === undefined) throw new Error('there is no round');
  round = found;
});
afterAll(() => app?.stop());

describe('the checklist', () => {
  it('names what is missing, and turns green where it is there', async () => {
    let page = await rehearsal();
    expect(page.lists).toMatch(/^ต้องแก้ไข .*สพป\.กระบี่.* 35 /);
    expect(page.officeUsers).toMatch(/^เรียบร้อย .* ไม่มี$/);
    expect(page.unassigned).toMatch(/^เรียบร้อย/);
    expect(page.bureauUsers).toMatch(/^เรียบร้อย/);
    expect(page.mail).toContain('ยังไม่ตั้งค่า');
    await createLists();
    page = await rehearsal();
    expect(page.lists).toMatch(/^เรียบร้อย/);
  });

  it('finds offices and bureaus without people or addresses, and what is assigned to nobody', async () => {
    const { users, node } = app.world;
    await app.db('users').where({ id: users.secondary }).update({ status: 'disabled' });
    await app.db('users').where({ id: users.outsider }).update({ email: '' });
    await app.db('users').where({ id: users.otherCertifier }).update({ status: 'disabled' });
    const page = await rehearsal();
    expect(page.officeUsers).toMatch(/^ต้องแก้ไข .*สพม\.7.* 1 เพิ่มหรือเปิดใช้/);
    expect(page.officeEmails).toMatch(/^ควรแก้ไข .*สพป\.ลำปาง เขต 2.* 1 /);
    expect(page.bureauUsers).toMatch(/^ต้องแก้ไข .*สนผ\..* 1 /);
    // nobody of สพม.7 is left; 5 is not theirs
    expect(page.unassigned).toMatch(/1 ร้อยละของนักเรียน.* – 1 หน่วยงาน ?: สพม\.7 .* 4 /);
    const restored = { status: 'active' };
    await app.db('users').whereIn('id', [users.secondary, users.otherCertifier]).update(restored);
    await app.db('users').where({ id: users.outsider }).update({ email: 'lampang1@example.org' });
    const removed = await app
      .db('assignments')
      .where({ node_id: node('2.1') })
      .delete(['user_id', 'node_id']);
    expect((await rehearsal()).unassigned).toMatch(/2\.1 .* – 3 หน่วยงาน/);
    await app.db('assignments').insert(removed);
  });

  it('tells of AUDIT, of second factors that are demanded, and of what a variable lacks', async () => {
    const { node, offices, systems, variable } = app.world;
    const [audited, bare] = [{ node_id: node('2.2') }, { id: variable('2.2/a') }];
    await app.db('sub_indicators').where(audited).update({ mode: 'audit' });
    await app.db('variables').where(bare).update({ bureau_id: offices.krabi });
    await app.db('frameworks').increment('version');
    const page = await rehearsal();
    expect(page.audit).toMatch(/^เพื่อทราบ .*2\.2 ระดับความสำเร็จ.* 1 /);
    expect(page.uncertified).toMatch(/^ต้องแก้ไข .*2\.2 a\. ระดับที่ได้.* 1 /);
    const scope = { roundId: id, systemId: systems.krs, roles: ['certifier'] };
    expect(await findReadiness(app.db, scope)).toMatchObject({ withoutFactor: 2 });
    await app.db('sub_indicators').update({ mode: 'normal' });
    await app.db('variables').where(bare).update({ bureau_id: offices.bureau1 });
    await app.db('frameworks').increment('version');
  });

  it('of a round that does not exist is not found; it costs a handful of statements', async () => {
    await psdg.get('/krs/rounds/999999/rehearsal').expect(404);
    expect(await countStatements(app.db, () => rehearsal())).toBeLessThan(20);
  });
});

describe('times', () => {
  const at = (moment: string) => new Date(`2019-${moment}:00+07:00`);
  it.each([
    ['in order', {}, 'ok', 'ok', []],
    ['closed already', { entryClosesAt: at('10-10T16:30') }, 'bad', 'ok', ['passedEntry', 'shortEntry']],
    ['at a Saturday', { entryClosesAt: at('11-23T16:30') }, 'ok', 'warn', ['weekendEntry']],
    ['Friday midnight in Bangkok', { entryClosesAt: new Date('2019-11-22T16:59:59Z') }, 'ok', 'ok', []],
    [
      'Saturday in Bangkok, Friday in London',
      { entryClosesAt: new Date('2019-11-22T17:00:00Z') },
      'ok',
      'warn',
      ['weekendEntry'],
    ],
    ['two days', { entryOpensAt: at('11-18T16:30') }, 'warn', 'ok', ['shortEntry']],
    ['before the data', { dataAsOf: '2019-11-05' }, 'warn', 'ok', ['beforeData']],
  ])('%s', (_what, change, windows, weekend, keys) => {
    const certificationClosesAt = at('12-16T16:30');
    const checks = rehearse(
      { ...round, certificationClosesAt, dataAsOf: null, ...change },
      facts(),
      at('10-15T09:00'),
    );
    const found = (name: CheckName) => checks.find((check) => check.name === name) as Check;
    expect([found('windows').state, found('weekend').state]).toEqual([windows, weekend]);
    expect([...found('windows').items, ...found('weekend').items].map(({ key }) => key)).toEqual(keys);
  });

  it('decide with all the rest whether it is green', () => {
    const green = { ...round, offices: 3, certificationClosesAt: at('12-16T16:30') };
    const all = (change: Partial<RehearsalFacts>) =>
      rehearse(green, { ...facts(), ...change }, at('10-15T09:00'));
    expect(readiness(all({}))).toBe('ok');
    expect(readiness(all({ withoutFactor: 1 }))).toBe('warn');
    // the KPI office cannot set it up, and a round runs without mail
    expect(readiness(all({ hasMailServer: false }))).toBe('warn');
    expect(readiness(all({ lint: { errors: ['น้ำหนัก'], warnings: [] } }))).toBe('bad');
  });
});

function facts(): RehearsalFacts {
  const none = { count: 0, first: [] };
  return {
    unassigned: [],
    offices: { count: 3, due: 35, missing: { ...none, entries: 0 }, withoutUser: none, withoutEmail: none },
    bureaus: { count: 2, withoutUser: none, withoutEmail: none, uncertified: none },
    ...{ withoutFactor: 0, demandsFactor: false, hasMailServer: true, audits: [] },
    lint: { errors: [], warnings: [] },
  };
}

const NAMES: CheckName[] = [
  ...([
    'lists',
    'unassigned',
    'officeUsers',
    'officeEmails',
    'bureauUsers',
    'bureauEmails',
    'uncertified',
  ] as const),
  ...(['lintErrors', 'lintWarnings', 'windows', 'weekend', 'audit', 'mail', 'factor'] as const),
];

/** The lines of the page as plain text, by what they check. */
async function rehearsal(of = id, agent = psdg): Promise<Record<CheckName, string>> {
  const { text } = await agent.get(`/krs/rounds/${of}/rehearsal`).expect(200);
  const rows = (/<tbody>([\s\S]*?)<\/tbody>/.exec(text)?.[1] ?? '').split('<tr>').slice(1);
  const lines = rows.map((row) =>
    row
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  expect(lines).toHaveLength(NAMES.length);
  return Object.fromEntries(NAMES.map((name, at) => [name, lines[at]])) as Record<CheckName, string>;
}

async function createLists(): Promise<void> {
  const { systems, users } = app.world;
  const task = {
    id: '0',
    systemId: systems.krs,
    payload: { roundId: id, label: 'รอบ' },
    requestedBy: users.kpiOffice,
  };
  await createRoundLists(jobContext(app), task, () => {});
}
