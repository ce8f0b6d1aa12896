import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PUBLISH_TASK, publishDraft } from '../../src/cycle/revisions/actions.ts';
import { PUBLISH_TASKS } from '../../src/cycle/revisions/tasks.ts';
import { createDraft } from '../../src/framework/drafts/actions.ts';
import { emptyDraft } from '../../src/framework/drafts/document.ts';
import { findDraft } from '../../src/framework/drafts/queries.ts';
import type { DraftDocument, DraftSubIndicator, DraftVariable } from '../../src/framework/drafts/types.ts';
import { loadFramework } from '../../src/framework/queries.ts';
import { storeEntryLists } from '../../src/rounds/queries.ts';
import { renamed, take } from '../framework/drafts/support.ts';
import { countStatements } from '../support/statements.ts';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';
import {
  expectScoresToFit,
  newestRevision,
  type Publisher,
  publisherOf,
  roundsNow,
  save,
  sub,
  variable,
} from './publisher.ts';
import { newRound, noLists } from './support.ts';

let app: TestApp;
let context: { db: TestApp['db']; clock: () => Date };
let by: Publisher['by'];
let publish: Publisher['publish'];
let prepare: Publisher['prepare'];
let publishAgain: Publisher['publishAgain'];
let newest: Publisher['newest'];

beforeAll(async () => {
  app = await startTestApp();
  context = { db: app.db, clock: app.clock.now };
  ({ by, publish, prepare, publishAgain, newest } = publisherOf(app));
});
afterAll(() => app.stop());

describe('revisions, one after the other', () => {
  it('texts are corrected in place', async () => {
    const before = await roundsNow(app);
    const outcome = await publish((draft) => {
      draft.title_th = 'ชื่อใหม่';
      variable(app, draft, '1/a').explanation = 'อธิบายใหม่';
    });
    expect(outcome).toMatchObject({
      outcome: 'published',
      kind: 'texts',
      revision: 1,
      changes: 2,
      rounds: [],
    });
    const framework = await loadFramework(app.db, app.world.frameworkId, 2);
    expect(framework).toMatchObject({ revision: 1, version: 2, titleTh: 'ชื่อใหม่' });
    expect(framework.variables.get(app.world.variable('1/a'))?.explanation).toBe('อธิบายใหม่');
    expect(await roundsNow(app)).toEqual(before);
    expect(await app.db('framework_revisions')).toEqual([]);
    expect(await findDraft(app.db, by.systemId, 2562)).toBeUndefined();
  });

  it('criteria and weights make a revision: the open round is scored anew, the past one is not touched', async () => {
    const past = await scoresIn('past');
    const outcome = await publish((draft) => {
      sub(draft, '2.2').criteria = ['1', '2', '3', '4', '6'];
      sub(draft, '1').weight = '25';
      sub(draft, '3').weight = '15';
      sub(draft, '3').criteria = ['0', '1', '2', '3', '4'];
      sub(draft, '1').criteria = ['50', '60', '70', '80', '85'];
      variable(app, draft, '3/1.').carry_over = true;
    }, 'เกณฑ์ใหม่');
    expect(outcome).toMatchObject({ outcome: 'published', kind: 'revision', revision: 2 });
    const counts = { offices: 3, added: 0, setAside: 0, broughtBack: 0, carriable: 1 };
    expect(outcome).toMatchObject({ rounds: [counts] });
    const story = PUBLISH_TASKS[PUBLISH_TASK]?.tell(outcome, { fiscalYear: 2562, version: 1, reason: '' });
    const href = `/rounds/${app.world.rounds.open}/carry-over`;
    expect(story?.lines).toContainEqual(expect.objectContaining({ key: 'publish.task.carriable', href }));
    expect(await roundsNow(app)).toEqual({ '6M': 1, '12M': 2 });
    expect(await scoresIn('past')).toEqual(past);
    const self = await app
      .db('scores')
      .where({ ...place('open'), node_id: app.world.node('1') })
      .first('self_assessed');
    expect(Number(self.self_assessed)).toBeCloseTo(4.6667, 3);
    await expectScoresToFit(app);
    const old = await loadFramework(app.db, app.world.frameworkId, 2);
    expect(old).toMatchObject({ revision: 1, titleTh: 'ชื่อใหม่' });
    // a version that a correction overtook
    expect((await loadFramework(app.db, app.world.frameworkId, 1)).version).toBe(2);
    expect((await loadFramework(app.db, app.world.frameworkId, 3)).revision).toBe(2);
    expect(await app.db('round_events').select('kind', 'reason')).toEqual([
      { kind: 'revise', reason: 'เกณฑ์ใหม่' },
    ]);
  });

  it('tells the admins of the offices and the people of the bureaus of what changed, nobody else', async () => {
    const notices = await app.db('notices').join('users', 'users.id', 'notices.user_id').pluck('username');
    expect(notices.sort()).toEqual(
      [PEOPLE.owner, PEOPLE.secondary, PEOPLE.certifier, PEOPLE.bureauAdmin, PEOPLE.otherCertifier].sort(),
    );
  });

  it('an office that is taken out keeps its values for the day it comes back', async () => {
    const entry = await app.world.entry('open', 'krabi', '1/a');
    const excluded = [{ office: '8101', included: false, reason: 'ไม่มีกลุ่มเป้าหมาย' }];
    const out = await publish((draft) => {
      sub(draft, '1').office_exceptions = excluded;
    }, 'ไม่มีกลุ่มเป้าหมาย');
    expect(out).toMatchObject({ rounds: [{ setAside: 2, broughtBack: 0 }] });
    expect(await app.db('entries').where({ id: entry }).first()).toBeUndefined();
    expect(await app.db('scores').where({ ...place('open'), node_id: app.world.node('1') })).toEqual([]);
    await expectScoresToFit(app);
    const back = await publish((draft) => {
      sub(draft, '1').office_exceptions = [];
    }, 'มีแล้ว');
    expect(back).toMatchObject({ revision: 4, rounds: [{ setAside: 0, broughtBack: 2 }] });
    expect(await app.db('entries').where({ id: entry }).first()).toMatchObject({
      value: '45',
      status: 'pending',
    });
    const kinds = await app.db('entry_events').where({ entry_id: entry }).orderBy('id').pluck('kind');
    expect(kinds).toEqual(['save', 'setAside', 'bringBack']);
    await expectScoresToFit(app);
  });

  it('parts come, move and go: ids stay, codes may change places, new variables get entries', async () => {
    const ids = { a: app.world.variable('1/a'), b: app.world.variable('1/b') };
    const outcome = await publish((draft) => {
      const [five] = take(draft, '5');
      const [first, second] = sub(draft, '1').variables;
      Object.assign(first ?? {}, { code: 'b' });
      Object.assign(second ?? {}, { code: 'a' });
      sub(draft, '1').formula = 'b / a * 100';
      draft.dimensions[1]?.indicators.push({
        key: 'n1',
        code: '9',
        name: 'ใหม่',
        indicators: [],
        sub_indicators: [
          {
            ...(five as DraftSubIndicator),
            key: 'n2',
            code: '9',
            variables: (five?.variables ?? []).map((one) => ({ ...one, key: 'n3' })),
          },
        ],
      });
    }, 'ปรับตัวชี้วัด');
    expect(outcome).toMatchObject({ outcome: 'published', revision: 5, rounds: [{ added: 2, setAside: 2 }] });
    const codes = await app
      .db('variables')
      .whereIn('id', [ids.a, ids.b])
      .orderBy('id')
      .select('id', 'code', 'retired');
    expect(codes).toEqual([
      { id: ids.a, code: 'b', retired: false },
      { id: ids.b, code: 'a', retired: false },
    ]);
    expect(
      await app
        .db('variables')
        .where({ id: app.world.variable('5/a') })
        .first('retired'),
    ).toEqual({ retired: true });
    await expectScoresToFit(app);
    // what was said about a part that went stays readable
    const agent = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const thread = `/krs/threads/${app.world.offices.krabi}/${app.world.variable('5/a')}`;
    expect((await agent.get(thread).expect(200)).text).not.toContain('type="file"');
    const { past, open } = app.world.rounds;
    for (const round of [past, open]) {
      for (const [person, paths] of [
        [PEOPLE.owner, ['/entry', '/reports/office', '/status', '/assignments', '', '/search', '/news']],
        [
          PEOPLE.kpiOffice,
          ['/certify/variables', '/certify/offices', '/status', '/assignments', '/users', '', '/audit'],
        ],
        [PEOPLE.otherCertifier, ['/certify/variables', '/certify/offices', '/central', '/requests', '']],
      ] as const) {
        const browser = await signIn(app, 'krs', person);
        for (const path of paths) await browser.get(`/krs${path}?round=${round}`).expect(200);
      }
    }
  });

  it('a variable moves to another sub-indicator with its entries, unless a closed round shows it where it was', async () => {
    const [kept] = sub(await newest(), '9').variables;
    const where = { variable_id: kept?.key, office_id: app.world.offices.krabi };
    await app.db('entries').where(where).update({ value: '25', status: 'pending' });
    const outcome = await publish((draft) => {
      const [nine] = take(draft, '9') as [DraftSubIndicator];
      const moved = { ...nine, key: 'n2', code: '10' };
      const ten = { key: 'n1', code: '10', name: 'ใหม่', indicators: [], sub_indicators: [moved] };
      draft.dimensions[1]?.indicators.push(ten);
    }, 'ย้าย');
    expect(outcome).toMatchObject({ outcome: 'published', rounds: [{ added: 0, setAside: 0 }] });
    expect(await app.db('entries').where(where)).toMatchObject([{ value: '25', status: 'pending' }]);
    const scored = { ...place('open'), node_id: sub(await newest(), '10').key };
    expect(await app.db('scores').where(scored)).toMatchObject([{ self_assessed: '3.5000' }]);
    await expectScoresToFit(app);
    const refused = await publish((draft) => {
      const [one] = sub(draft, '2.1').variables.splice(0, 1) as [DraftVariable];
      sub(draft, '2.2').variables.push({ ...one, code: 'z' });
    }, 'ย้าย');
    expect(refused).toMatchObject({
      obstacles: expect.arrayContaining([
        expect.objectContaining({ kind: 'moved', count: 3, round: 'รอบที่ 1 ปี 62 (รอบ 6 เดือน)' }),
      ]),
    });
    await app.db('framework_drafts').delete();
  });

  it('a round that was closed and opened again is compared with its own revision, which the others left', async () => {
    const dropped = await publish((draft) => {
      take(draft, '6');
      sub(draft, '3').weight = '25';
    }, 'ตัด 6');
    // closed: it stays where it is, and nobody loses anything
    expect(dropped).toMatchObject({ outcome: 'published', kind: 'revision' });
    const past = app.db('rounds').where({ id: app.world.rounds.past });
    const { certification_closes_at: closed } = await past.clone().first();
    await prepare((draft) => {
      sub(draft, '2.2').whole_levels = true;
    });
    await past.clone().update({ certification_closes_at: new Date('2019-11-15T16:30:00+07:00') });
    const refused = await publishAgain({ reason: 'ปัดระดับ' });
    const six = { round: 'รอบที่ 1 ปี 62 (รอบ 6 เดือน)', place: expect.stringContaining('6 › a') };
    expect(refused).toMatchObject({ obstacles: [{ kind: 'reported', what: 'dropped', count: 1, ...six }] });
    const page = '/krs/framework/2562/publish';
    const agent = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const { text } = await agent.get(page).expect(200);
    const to = (await newestRevision(app)) + 1;
    for (const said of [`จากฉบับที่ 1 ไปฉบับที่ ${to}`, 'ให้ปิดการรับรองของรอบก่อน']) expect(text).toContain(said);
    // nobody has anything to lose
    const sixA = { round_id: app.world.rounds.past, variable_id: app.world.variable('6/a') };
    await app.db('entry_rows').where(sixA).update({ status: 'unreported', value: null });
    await app.db('notices').delete();
    const outcome = await publishAgain({ reason: 'ปัดระดับ' });
    // that it was opened again meanwhile is no change of the draft
    expect(outcome).toMatchObject({ changes: 1, rounds: [{ setAside: 3 }, { setAside: 0 }] });
    expect(await roundsNow(app)).toEqual({ '6M': to, '12M': to });
    const about = await app
      .db('notices')
      .select(app.db.raw("data->>'round' as round"), app.db.raw("data->>'about' as about"));
    const toldOf = (code: string) =>
      new Set(about.filter((one) => one.about.includes(code)).map((one) => one.round));
    expect([...toldOf('"6 ')]).toEqual([six.round]);
    expect(toldOf('"2.2 ').size).toBe(2);
    await expectScoresToFit(app);
    await past.clone().update({ certification_closes_at: closed });
  });

  it('a variable that is closed stays in the lists that are there, with its score, and is in no new ones', async () => {
    const where = { variable_id: app.world.variable('2.1/1.'), round_id: app.world.rounds.open };
    const listed = await app.db('entries').where(where).orderBy('id');
    const closed = await publish((draft) => {
      variable(app, draft, '2.1/1.').open = false;
    }, 'ปิด');
    expect(closed).toMatchObject({ outcome: 'published', rounds: [{ added: 0, setAside: 0 }] });
    expect(await app.db('entries').where(where).orderBy('id')).toEqual(listed);
    const scored = { ...place('open'), node_id: app.world.node('2.1') };
    expect(await app.db('scores').where(scored)).toMatchObject([{ certified: '5.0000' }]);
    expect(await save(app, 'secondary', 'secondary', '2.1/1.')).toMatchObject({ saved: 1 });
    await expectScoresToFit(app);
    const { id } = await newRound(app);
    await app.db.transaction((trx) => storeEntryLists(trx, { id }));
    const due = await app.db('entries').where({ round_id: id }).distinct().pluck('variable_id');
    expect([due.includes(app.world.variable('1/a')), due.includes(where.variable_id)]).toEqual([true, false]);
    await noLists(app);
    await app.db('variable_rounds').where({ round_kind: '9M' }).delete();
  });

  it('refuses what would leave reported values in the air, with the round and how many', async () => {
    const outcome = await publish((draft) => {
      variable(app, draft, '2.1/1').open = false;
      variable(app, draft, '1/b').max = '40';
      take(draft, '4');
      sub(draft, '3').weight = '30';
    }, 'ลองดู');
    expect(outcome).toMatchObject({
      outcome: 'refused',
      obstacles: expect.arrayContaining([
        expect.objectContaining({ kind: 'misfit', count: 2, round: 'รอบที่ 2 ปี 62 (รอบ 12 เดือน)' }),
        expect.objectContaining({ kind: 'reported', what: 'dropped', count: 1 }),
      ]),
    });
    await app.db('framework_drafts').delete();
  });

  it('asks for a reason, and refuses a draft that lint refuses, that another saw, and that is of an older version', async () => {
    const reasonless = await publish((draft) => {
      sub(draft, '1').whole_levels = true;
    });
    expect(reasonless).toEqual({ outcome: 'reasonMissing' });
    const agent = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const [mailed, alone] = ['ส่งทางอีเมลถึง', 'ไม่มีรอบใดใช้ฉบับใหม่ในขณะนี้'];
    expect((await agent.get('/krs/framework/2562/publish').expect(200)).text).toContain(mailed);
    // nobody is told where no round follows
    app.clock.set(new Date('2019-12-01T09:00:00+07:00'));
    const later = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const closed = (await later.get('/krs/framework/2562/publish').expect(200)).text;
    expect([closed.includes(mailed), closed.includes(alone)]).toEqual([false, true]);
    app.clock.set(WORLD_NOW);
    expect(await publishAgain({ version: 99 })).toEqual({ outcome: 'changed' });
    await app.db('framework_drafts').update({ base_version: 1 });
    expect(await publishAgain()).toMatchObject({ outcome: 'refused', obstacles: [{ kind: 'outdated' }] });
    await app.db('framework_drafts').delete();
    expect(await publishAgain({ version: 1 })).toEqual({ outcome: 'gone' });
    const wrong = await publish((draft) => {
      sub(draft, '1').weight = '99';
    }, 'ผิด');
    expect(wrong).toMatchObject({ outcome: 'refused', obstacles: [{ kind: 'lint' }] });
    await app.db('framework_drafts').delete();
  });

  it('who waited for the lock saves with the new criteria', async () => {
    await prepare((draft) => {
      sub(draft, '1').criteria = ['10', '20', '30', '40', '50'];
    });
    let saving: Promise<unknown> | undefined;
    await publishAgain({ reason: 'ระหว่างบันทึก' }, async () => {
      saving = save(app, 'owner', 'krabi', '3/1.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(await saving).toMatchObject({ saved: 1 });
    await expectScoresToFit(app);
  });

  it('while everybody saves at once: nobody waits for ever, every score fits', async () => {
    await prepare((draft) => {
      sub(draft, '1').criteria = ['20', '30', '40', '50', '60'];
    });
    const offices = [
      ['owner', 'krabi'],
      ['outsider', 'lampang'],
      ['secondary', 'secondary'],
    ] as const;
    const saves = ['3/2.', '3/3.'].flatMap((variable) =>
      offices.map(([who, office]) => save(app, who, office, variable)),
    );
    const [outcome, ...saved] = await Promise.all([publishAgain({ reason: 'พร้อมกัน' }), ...saves]);
    expect(outcome).toMatchObject({ outcome: 'published' });
    for (const one of saved) expect(one).toMatchObject({ saved: 1 });
    await expectScoresToFit(app);
  });
});

it('takes no more statements for more offices, and few in all', async () => {
  await prepare((draft) => {
    sub(draft, '1').criteria = ['11', '20', '30', '40', '50'];
  });
  const count = await countStatements(app.db, () => publishAgain({ reason: 'นับ' }));
  expect(count).toBeLessThan(60);
});

it('publishes a new year with the rounds that are planned, without lists', async () => {
  const published = await newest();
  const next = structuredClone(published);
  const year = { system: 'krs', fiscalYear: 2563 };
  const document: DraftDocument = {
    ...emptyDraft('krs', 2563),
    title_th: 'ปี 63',
    title_en: 'Year 63',
    dimensions: renamed(next.dimensions),
    rounds: next.rounds.map((round) => ({
      ...round,
      entry_opens_at: round.entry_opens_at.replace('2019', '2020'),
      entry_closes_at: round.entry_closes_at.replace('2019', '2020'),
      certification_closes_at: round.certification_closes_at.replace('2019', '2020'),
      data_as_of: round.data_as_of?.replace('2019', '2020') ?? null,
    })),
    next_key: 1,
  };
  await createDraft(context, by, year, { kind: 'copy', document });
  const outcome = await publishDraft(context, {
    systemId: by.systemId,
    fiscalYear: 2563,
    userId: by.id,
    version: 1,
    reason: '',
  });
  expect(outcome).toMatchObject({ outcome: 'published', kind: 'new', revision: 1 });
  expect(await app.db('rounds').where({ fiscal_year: 2563 })).toHaveLength(2);
  const agent = await signIn(app, 'krs', PEOPLE.kpiOffice);
  await agent.get('/krs').expect(200);
});

function place(round: 'open' | 'past') {
  return { round_id: app.world.rounds[round], office_id: app.world.offices.krabi };
}

async function scoresIn(round: 'past') {
  const where = { round_id: app.world.rounds[round] };
  return [
    await app.db('scores').where(where).orderBy(['office_id', 'node_id']),
    await app.db('round_offices').where(where).orderBy('office_id'),
    await app.db('entry_rows').where(where).orderBy('id'),
  ];
}
