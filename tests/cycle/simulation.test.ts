import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishDraft } from '../../src/cycle/revisions/actions.ts';
import { simulate } from '../../src/cycle/simulation/compute.ts';
import { loadSimulation } from '../../src/cycle/simulation/load.ts';
import { mapFrameworks } from '../../src/cycle/simulation/mapping.ts';
import { proposedRound, summaryOf } from '../../src/cycle/simulation/rules.ts';
import { simulateInThread } from '../../src/cycle/simulation/run.ts';
import type { SimulatedOffice, SimulationInput } from '../../src/cycle/simulation/types.ts';
import { changeDraft, createDraft } from '../../src/framework/drafts/actions.ts';
import { draftFramework } from '../../src/framework/drafts/framework.ts';
import { partsOf, subIndicatorsOf } from '../../src/framework/drafts/parts.ts';
import { findDraft, knownThings } from '../../src/framework/drafts/queries.ts';
import type { DraftDocument, DraftSubIndicator } from '../../src/framework/drafts/types.ts';
import { loadFramework } from '../../src/framework/queries.ts';
import { listRoundOffices } from '../../src/scores/verification/queries.ts';
import { runJobs } from '../support/jobs.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type WorldRound } from '../support/world.ts';

const PAGE = '/krs/framework/2562/simulation';

let app: TestApp;
let psdg: Agent;
let context: { db: TestApp['db']; clock: () => Date };
let by: { id: string; systemId: string };

beforeAll(async () => {
  app = await startTestApp();
  psdg = await signIn(app, 'krs', PEOPLE.kpiOffice);
  context = { db: app.db, clock: app.clock.now };
  by = { id: app.world.users.kpiOffice, systemId: app.world.systems.krs };
});
afterAll(() => app?.stop());

describe('a simulation', () => {
  it.each(['past', 'open'] as const)('of the unchanged framework is what is stored: %s', async (round) => {
    const simulated = simulate(await input(round, 'published'));
    const stored = await storedTotals(round);
    expect(simulated.offices.map(({ name, self, certified }) => [name, self, certified])).toEqual(
      stored.map(({ name, self, certified }) => [name, [self, self], [certified, certified]]),
    );
    expect(simulated).toMatchObject({ unmapped: [], dropped: 0 });
  });

  it('takes as many statements for many offices as for few', async () => {
    const few = await countStatements(app.db, () => input('open', 'published'));
    await app.db.raw(
      `insert into round_offices (round_id, office_id)
      select ?, id from offices where kind = 'bureau' on conflict do nothing`,
      [app.world.rounds.open],
    );
    expect(await countStatements(app.db, () => input('open', 'published'))).toBe(few);
    expect(few).toBeLessThan(8);
    await app.db.raw(
      `delete from round_offices where office_id in (select id from offices where kind = 'bureau')`,
    );
  });

  it('of a change says who gains, who loses, and by which sub-indicator', async () => {
    await draft((document) => {
      Object.assign(sub(document, '1'), { criteria: ['50', '60', '70', '80', '85'], weight: '25' });
      Object.assign(sub(document, '3'), { weight: '15' });
    });
    const { offices } = simulate(await input('open', 'draft'));
    const krabi = offices.find(({ name }) => name.includes('กระบี่'));
    expect(krabi?.self).toEqual(['2.7296', expect.not.stringMatching('2.7296')]);
    expect(krabi?.why?.self?.[0]).toMatchObject({
      code: '1',
      score: ['3.3333', '4.6667'],
      weight: ['20', '25'],
    });
    const all = krabi?.why?.self?.reduce((sum, { effect }) => sum + Number(effect), 0) ?? 0;
    expect(all).toBeCloseTo(Number(krabi?.self[1]) - Number(krabi?.self[0]), 3);
    expect(await storedTotals('open')).toContainEqual(expect.objectContaining({ self: '2.7296' }));
  });

  it('in a thread is the same, one after the other, and ends at its limit', async () => {
    const whole = await input('open', 'draft');
    const done: number[] = [];
    const [first, late, second] = await Promise.all([
      simulateInThread(whole, (n) => done.push(n)),
      simulateInThread(whole, () => {}, 1),
      simulateInThread(whole),
    ]);
    expect(first).toEqual(simulate(whole));
    expect(second).toEqual(first);
    expect(late).toBeUndefined();
    expect(done[0]).toBe(0);
    const broken = { ...whole, offices: [{ id: '1', type: null, name: '', entries: '?', audits: '[]' }] };
    await expect(simulateInThread(broken)).rejects.toThrow();
  });

  it('is asked for on the page, done by the queue, and stores nothing but its result', async () => {
    const before = await fingerprint();
    const form = await psdg.get(PAGE).expect(200);
    expect(form.text).toContain('ฉบับร่าง ปีงบประมาณ 2562');
    expect(form.text).toContain(`<option value="${app.world.rounds.open}" selected>`);
    const fields = { round: app.world.rounds.open, against: 'draft' };
    const { headers } = await psdg.post(PAGE).type('form').send(fields).expect(303);
    const id = String(headers.location).split('/').at(-1);
    await psdg.get(`${PAGE}?task=${id}`).expect(303);
    await runJobs(app);
    const task = await psdg.get(String(headers.location)).expect(200);
    expect(task.text).toContain(`href="${PAGE}?task=${id}"`);
    const { text } = await psdg.get(`${PAGE}?task=${id}&measure=self`).expect(200);
    expect(text).toContain('2.7296');
    expect(text).toContain('3.3333 เป็น 4.6667');
    expect(text).toContain('น้ำหนัก 20 เป็น 25');
    expect(text).toMatch(/<meter class="bin-bar" min="0" max="\d" value="\d"/);
    const certified = await psdg.get(`${PAGE}?task=${id}`).expect(200);
    expect(certified.text).toContain('<h2>คะแนนจริง</h2>');
    expect(await fingerprint()).toEqual(before);
    await psdg.get(`/krs/framework/2561/simulation?task=${id}`).expect(404);
    await psdg.get(`${PAGE}?task=999999`).expect(404);
  });

  it('is refused where there is no such round, or nothing due in it', async () => {
    const none = await psdg.post(PAGE).type('form').send({ round: '999999', against: 'draft' }).expect(422);
    expect(none.text).toContain('เลือกรอบที่มีรายการข้อมูล');
    await draft((document) => {
      for (const part of partsOf(document)) if (part.kind === 'variable') part.part.sources['6M'] = 'not_due';
    });
    const fields = { round: app.world.rounds.past, against: 'draft' };
    expect((await psdg.post(PAGE).type('form').send(fields).expect(422)).text).toContain('รอบ 6M');
    await psdg.get('/krs/framework/2570/simulation').expect(404);
  });

  it('of a change is what its publication stores', async () => {
    await app.db('framework_drafts').delete();
    await draft((document) => {
      Object.assign(sub(document, '1'), { criteria: ['50', '60', '70', '80', '85'], weight: '25' });
      Object.assign(sub(document, '3'), { weight: '15', criteria: ['0', '1', '2', '3', '4'] });
      Object.assign(sub(document, '4'), { formula: 'a / (b + 20) * 100' });
      Object.assign(sub(document, '2.2'), {
        office_exceptions: [{ office: '8101', included: false, reason: 'ไม่มีกลุ่มเป้าหมาย' }],
      });
    });
    const simulated = simulate(await input('open', 'draft'));
    const version = (await findDraft(app.db, by.systemId, 2562))?.version ?? 0;
    const order = { systemId: by.systemId, fiscalYear: 2562, userId: by.id, version, reason: 'ทดลองแล้ว' };
    expect(await publishDraft(context, order)).toMatchObject({ outcome: 'published' });
    expect(simulated.offices.map(({ self, certified }) => [self[1], certified[1]])).toEqual(
      (await storedTotals('open')).map(({ self, certified }) => [self, certified]),
    );
    expect(simulated.offices.some(({ self }) => self[0] !== self[1])).toBe(true);
    // what was set aside comes back where a draft has it in scope again
    await draft((document) => Object.assign(sub(document, '2.2'), { office_exceptions: [] }));
    const back = simulate(await input('open', 'draft'));
    await publishDraft(context, { ...order, version: 2 });
    expect(back.offices.map(({ self }) => self[1])).toEqual(
      (await storedTotals('open')).map(({ self }) => self),
    );
  });
});

describe('values of another year', () => {
  it('are found by what was copied, or by equal codes; the rest is told', async () => {
    const before = await loadFramework(app.db, app.world.frameworkId, 3);
    const next = await newest();
    next.fiscal_year = 2563;
    for (const part of partsOf(next)) {
      const old = part.part.key;
      part.part.key = `n${old}`;
      if (part.kind === 'variable') part.part.copied_from = old;
    }
    sub(next, '1').code = '1.1';
    const [copied, renamed] = sub(next, '1.1').variables;
    Object.assign(renamed ?? {}, { code: 'x', copied_from: null });
    const byCode = sub(next, '2.2').variables[0];
    Object.assign(byCode ?? {}, { copied_from: null });
    const after = draftFramework(next, await knownThings(app.db, by.systemId, 2562));
    const mapping = mapFrameworks(before, after, '12M');
    expect(mapping.variables.get(copied?.key ?? '')).toBe(app.world.variable('1/a'));
    expect(mapping.variables.get(byCode?.key ?? '')).toBe(app.world.variable('2.2/a'));
    expect(mapping.unmapped).toEqual([{ subIndicator: '1.1', code: 'x', name: renamed?.name }]);
    expect(mapping.dropped).toBe(1);
    const whole = { ...(await input('open', 'published')), before, after };
    const [counted, left] = [simulate(whole), simulate({ ...whole, leaveOut: true })];
    const krabi = ({ offices }: typeof counted) => offices.find(({ name }) => name.includes('กระบี่'))?.self;
    expect(Number(krabi(left)?.[1])).toBeGreaterThan(Number(krabi(counted)?.[1]));
    expect(left.unmapped).toEqual(counted.unmapped);
    expect(mapping.subIndicators.get(`n${app.world.node('3')}`)).toBe(app.world.node('3'));
    // and the other way round: values of a later year in the framework that it was copied from
    const back = mapFrameworks(after, before, '12M');
    expect(back.variables.get(app.world.variable('1/a'))).toBe(copied?.key);
  });
});

describe('the round that is proposed', () => {
  const rounds = [
    { id: '5', fiscalYear: 2564 },
    { id: '4', fiscalYear: 2563 },
    { id: '3', fiscalYear: 2562 },
    { id: '2', fiscalYear: 2562 },
    { id: '1', fiscalYear: 2561 },
  ];
  it.each([
    ['the newest of the year that has values', 2562, ['2', '1'], '2'],
    ['of the year before where the year has none', 2563, ['5', '3', '1'], '3'],
    ['of a later one where there is nothing before', 2561, ['5', '3'], '3'],
    ['of the year where nothing was reported yet', 2562, [], '3'],
    ['the newest before a year without rounds', 2570, [], '5'],
  ])('is %s', (_what, year, reported, expected) => {
    expect(proposedRound(rounds, year, new Set(reported))?.id).toBe(expected);
  });
});

describe('the summary', () => {
  const office = (name: string, before: string | null, after: string | null): SimulatedOffice => {
    return { name, self: [before, after], certified: ['1.0000', '1.0000'] };
  };
  const offices = [
    office('a', '1.0000', '1.5000'),
    office('b', '4.9999', '5.0000'),
    office('c', '3.0001', '2.0000'),
    office('d', null, '4.0000'),
    office('e', '2.0000', '2.0000'),
  ];

  it('counts, averages and orders', () => {
    const summary = summaryOf(offices, 'self');
    expect(summary.before).toEqual({
      ...{ count: 4, mean: '2.7500', median: '2.5001', lowest: '1.0000', highest: '4.9999' },
    });
    expect(summary.after).toMatchObject({ count: 5, mean: '2.9000', median: '2.0000' });
    expect(summary).toMatchObject({ gained: 2, lost: 1, same: 1 });
    expect(summary.gainers.map(({ name, by }) => [name, by])).toEqual([
      ['a', '+0.5000'],
      ['b', '+0.0001'],
    ]);
    expect(summary.losers.map(({ name, by }) => [name, by])).toEqual([['c', '-1.0001']]);
    expect(summary.bins.map(({ from, before, after }) => [from, before, after])).toEqual([
      ...[
        ['1.0', 1, 0],
        ['1.5', 0, 1],
        ['2.0', 1, 2],
        ['2.5', 0, 0],
      ],
      ...[
        ['3.0', 1, 0],
        ['3.5', 0, 0],
        ['4.0', 0, 1],
        ['4.5', 1, 1],
      ],
    ]);
    expect(summary.bins.at(-1)?.to).toBe('5.0');
  });

  it('of nobody is empty', () => {
    expect(summaryOf([], 'certified').before).toMatchObject({ count: 0, mean: null, median: null });
  });
});

async function input(round: WorldRound, against: 'draft' | 'published'): Promise<SimulationInput> {
  const request = {
    systemId: by.systemId,
    roundId: app.world.rounds[round],
    fiscalYear: 2562,
    against,
    leaveOut: false,
  };
  const loaded = await loadSimulation(app.db, request, app.clock.now());
  if (typeof loaded === 'string') throw new Error(loaded);
  return loaded;
}

async function storedTotals(round: WorldRound) {
  const offices = await listRoundOffices(app.db, app.world.rounds[round]);
  return offices.map(({ name, total }) => ({ name, self: total.selfAssessed, certified: total.certified }));
}

async function draft(change: (document: DraftDocument) => void): Promise<void> {
  await createDraft(context, by, { system: 'krs', fiscalYear: 2562 });
  await changeDraft(context, by, { fiscalYear: 2562, event: 'edit' }, (document) => {
    const copy = structuredClone(document);
    change(copy);
    return copy;
  });
}

async function newest(): Promise<DraftDocument> {
  await createDraft(context, by, { system: 'krs', fiscalYear: 2562 });
  const found = await findDraft(app.db, by.systemId, 2562);
  if (found === undefined) throw new Error('no draft');
  return found.document;
}

function sub(document: DraftDocument, code: string): DraftSubIndicator {
  const found = subIndicatorsOf(document).find(({ part }) => part.code === code);
  if (found === undefined) throw new Error(`no sub-indicator ${code}`);
  return found.part;
}

/** Everything that a simulation must not touch. */
async function fingerprint() {
  const tables = ['entry_rows', 'scores', 'round_offices', 'frameworks', 'framework_drafts', 'entry_events'];
  const hashes = tables.map(async (table) => {
    const { rows } = await app.db.raw(`select md5(string_agg(t::text, '' order by t::text)) from ${table} t`);
    return rows[0].md5;
  });
  return Promise.all(hashes);
}
