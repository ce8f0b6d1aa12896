import readExcelFile from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../src/certification/actions.ts';
import { run } from '../../src/cli/seal-verify.ts';
import { publishDraft } from '../../src/cycle/revisions/actions.ts';
import { sealRound, verifySeal } from '../../src/cycle/seal/actions.ts';
import { canonicalText, inGroups, sha256Of } from '../../src/cycle/seal/canonical.ts';
import { changeDraft, createDraft } from '../../src/framework/drafts/actions.ts';
import { findDraft } from '../../src/framework/drafts/queries.ts';
import type { CurrentUser } from '../../src/http/current-user.ts';
import { lockOwnRound } from '../../src/rounds/queries.ts';
import { textOf } from '../reports/support.ts';
import { deliverMail, runJobs } from '../support/jobs.ts';
import { asBytes } from '../support/spreadsheet.ts';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';

const OVER = new Date('2019-11-15T16:30:00+07:00');

let app: TestApp;
let context: { db: TestApp['db']; clock: () => Date };
let user: Pick<CurrentUser, 'id' | 'systemId'>;
let roundId: string;
let hash = '';

beforeAll(async () => {
  app = await startTestApp();
  context = { db: app.db, clock: app.clock.now };
  user = { id: app.world.users.kpiOffice, systemId: app.world.systems.krs };
  roundId = app.world.rounds.open;
});
afterAll(() => app.stop());

describe('a canonical form', () => {
  it('is one text for one value, whatever order its keys were written in', () => {
    const text = canonicalText({ b: [1, null, 'ก"'], a: { d: true, c: '1.5' } });
    expect(text).toBe('{"a":{"c":"1.5","d":true},"b":[1,null,"ก\\""]}');
    expect(canonicalText({ a: { c: '1.5', d: true }, b: [1, null, 'ก"'] })).toBe(text);
    expect(() => canonicalText(0.5)).toThrow(RangeError);
    expect(sha256Of('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

describe('sealing', () => {
  it('is seen by whoever waited for the lock of an office', async () => {
    const where = { round_id: roundId, office_id: app.world.offices.krabi };
    const scope = { roundId, systemId: user.systemId, officeId: app.world.offices.krabi };
    const { waiting } = await app.db.transaction(async (trx) => {
      await trx('round_offices').where(where).update({ sealed_at: WORLD_NOW });
      const waiting = app.db.transaction((other) => lockOwnRound(other, scope));
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { waiting };
    });
    expect((await waiting)?.sealedAt).toEqual(WORLD_NOW);
    await app.db('round_offices').where(where).update({ sealed_at: null });
  });

  it('waits until certification has closed for everybody, and for the last permit', async () => {
    expect(await seal()).toEqual({ refused: 'certifying' });
    app.clock.set(new Date(OVER.getTime() - 1));
    expect(await seal()).toEqual({ refused: 'certifying' });
    app.clock.set(OVER);
    const ofKrabi = { round_id: roundId, office_id: app.world.offices.krabi };
    const late = new Date('2019-11-16T00:00:00+07:00');
    await app.db('round_offices').where(ofKrabi).update({ entry_closes_at: late });
    expect(await seal()).toEqual({ refused: 'reopened' });
    await app.db('round_offices').where(ofKrabi).update({ entry_closes_at: null });
    const permit = { ...ofKrabi, variable_id: app.world.variable('1/a'), reason: 'ขอ', granted_by: user.id };
    await app.db('permits').insert({ ...permit, until: late });
    expect(await seal()).toEqual({ refused: 'permits' });
    await app.db('permits').delete();
    await expect(sealRound(context, { ...order(), systemId: app.world.systems.ars })).rejects.toThrow(
      'notFound',
    );
  });

  it('refuses scores that the values do not give', async () => {
    const score = app.db('scores').where({ round_id: roundId, node_id: app.world.node('1') });
    await score.clone().update({ certified: '2' });
    expect(await seal()).toEqual({ refused: 'scores' });
    await score.update({ certified: '1' });
  });

  it('says what will stay without a score, and whether anybody gets the hash', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const page = async () => {
      const { text } = await agent.get(`/krs/rounds/${roundId}/seal`).expect(200);
      const main = textOf(text.slice(text.indexOf('<main')));
      return main.replace(/\s+/g, ' ');
    };
    const before = 'ยังไม่รายงาน 23 รายการ รอการรับรอง 4 รายการ ไม่รับรอง 1 รายการ รอข้อมูลส่วนกลาง 4 รายการ';
    expect(await page()).toContain(before);
    const audit = { round_id: roundId, office_id: app.world.offices.krabi, given_by: user.id, score: 3 };
    const nodes = ['1', '2.2'].map((code) => ({ ...audit, node_id: app.world.node(code) }));
    await app.db('audit_scores').insert(nodes);
    const scored = await page();
    await app.db('audit_scores').delete();
    expect(scored).toContain('ยังไม่รายงาน 23 รายการ รอการรับรอง 2 รายการ รอข้อมูลส่วนกลาง 4 รายการ');
    expect(scored).not.toContain('ไม่มีบัญชีของ กพร.');
    const { email } = await app.db('users').where({ id: user.id }).first('email');
    await app.db('users').where({ id: user.id }).update({ email: '' });
    expect(await page()).toContain('ไม่มีบัญชีของ กพร.');
    await app.db('users').where({ id: user.id }).update({ email });
  });

  it('keeps what is, mails the KPI office the hash whatever it prefers, and holds', async () => {
    await app.db('users').where({ id: user.id }).update({ mail_preference: 'none' });
    await app.db('entry_events').insert({
      ...{ entry_id: await app.world.entry('open', 'krabi', '2.2/a'), kind: 'reject', at: WORLD_NOW },
      ...{ user_id: user.id, on_behalf_of: app.world.offices.bureau1, reason: 'x' },
      ...{ status_before: 'pending', status_after: 'rejected' },
    });
    const sealed = await seal();
    expect(sealed).toMatchObject({ mailed: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    hash = 'sha256' in sealed ? sealed.sha256 : '';
    expect(await seal()).toEqual({ refused: 'sealed' });
    const [mail, ...others] = await deliverMail(app);
    expect(others).toEqual([]);
    expect(mail?.subject).toContain('ปิดผนึกผลคะแนน');
    expect(mail?.text).toContain(inGroups(hash));
    expect(await app.db('round_events').where({ round_id: roundId, kind: 'seal' })).toHaveLength(1);
    expect(await verifySeal(app.db, roundId)).toMatchObject({
      sha256: hash,
      computed: hash,
      unreadable: false,
      unsealedOffices: 0,
      differences: [],
    });
    expect((await told()).at(-1)).toBe('Every seal holds.');
    const { snapshot } = await app.db('seals').first('snapshot');
    const content = JSON.parse(snapshot);
    expect(content.entries.length).toBeGreaterThan(30);
    const { bureau1 } = app.world.offices;
    const inStead = content.entries.filter((entry: { on_behalf_of: string }) => entry.on_behalf_of !== null);
    expect(inStead).toMatchObject([{ variable: app.world.variable('2.2/a'), on_behalf_of: bureau1 }]);
    expect(content.names.offices[bureau1]).toBe('สนผ.');
  });
});

describe('tampering', () => {
  const inRound = () => ({ round_id: roundId, office_id: app.world.offices.krabi });
  const entry = () => app.db('entry_rows').where({ ...inRound(), variable_id: app.world.variable('1/a') });
  const criteria = () => app.db('criteria').where({ node_id: app.world.node('1') });
  const score = () => app.db('scores').where({ ...inRound(), node_id: app.world.node('1') });
  const list = () => app.db('round_offices').where(inRound());
  const snapshot = () => app.db('seals').where({ round_id: roundId });
  const swapped = (from: string, to: string) => ({
    snapshot: app.db.raw('replace(snapshot, ?, ?)', [from, to]),
  });

  it.each<[string, () => Promise<unknown>, () => Promise<unknown>, RegExp]>([
    [
      'a value',
      () => entry().update({ value: '46' }),
      () => entry().update({ value: '45' }),
      /entries สพป.กระบี่ · 1\/a: value: sealed 45, now 46/,
    ],
    [
      'a status',
      () => entry().update({ status: 'certified' }),
      () => entry().update({ status: 'pending' }),
      /status: sealed pending, now certified/,
    ],
    [
      'who decided',
      () => entry().update({ decided_by: user.id }),
      () => entry().update({ decided_by: null }),
      /decided_by: sealed nothing, now \d+/,
    ],
    [
      'an entry that is gone',
      () => entry().update({ set_aside: true }),
      () => entry().update({ set_aside: false }),
      /entries สพป.กระบี่ · 1\/a: is missing/,
    ],
    [
      'a score',
      () => score().update({ certified: '5' }),
      () => score().update({ certified: '1' }),
      /scores สพป.กระบี่ · 1: certified: sealed 1, now 5/,
    ],
    [
      'a total',
      () => list().update({ certified: '5' }),
      () => list().update({ certified: '1.8778' }),
      /offices สพป.กระบี่: certified: sealed 1.8778, now 5/,
    ],
    [
      'criteria',
      () => criteria().update({ level5: '99' }),
      () => criteria().update({ level5: '100' }),
      /framework criteria 1: level5: sealed 100, now 99/,
    ],
    [
      'a weight',
      () => weight('21'),
      () => weight('20'),
      /framework subIndicators 1: weight: sealed 20, now 21/,
    ],
    [
      'an AUDIT score',
      () =>
        app
          .db('audit_scores')
          .insert({ ...inRound(), node_id: app.world.node('1'), score: 5, given_by: user.id }),
      () => app.db('audit_scores').delete(),
      /auditScores สพป.กระบี่ · 1: was added/,
    ],
    [
      'a window',
      () => closes(new Date('2019-12-01T00:00:00Z')),
      () => closes(OVER),
      /round: certification_closes_at: sealed 2019-11-15T09:30:00.000000Z/,
    ],
    [
      'the mark of an office',
      () => list().update({ sealed_at: null }),
      () => list().update({ sealed_at: OVER }),
      /1 do not carry the seal/,
    ],
    [
      'the snapshot',
      () => snapshot().update(swapped('"kind":"12M"', '"kind":"12X"')),
      () => snapshot().update(swapped('"kind":"12X"', '"kind":"12M"')),
      /hash: stored .*, the snapshot gives/,
    ],
    [
      'the snapshot’s form',
      () => snapshot().update(swapped('"format":1', '"format": 1')),
      () => snapshot().update(swapped('"format": 1', '"format":1')),
      /not in canonical form/,
    ],
    [
      'the hash',
      () => snapshot().update({ sha256: Buffer.alloc(32) }),
      () => snapshot().update({ sha256: Buffer.from(hash, 'hex') }),
      /hash: stored 0000/,
    ],
  ])('with %s is found and told', async (_what, tamper, undo, line) => {
    await withoutTrigger(tamper);
    const lines: string[] = [];
    await expect(run([], { db: app.db }, (text) => lines.push(text))).rejects.toThrow(
      '1 of 1 seals do not hold',
    );
    expect(lines.join('\n')).toMatch(line);
    expect(lines[0]).toContain('BROKEN');
    await withoutTrigger(undo);
    expect((await told()).at(-1)).toBe('Every seal holds.');
  });

  it('with both snapshot and hash is found by the hash that was mailed', async () => {
    await expect(
      run(['--round', roundId, '--hash', '0'.repeat(64)], { db: app.db }, () => {}),
    ).rejects.toThrow();
    expect((await told(['--round', roundId, '--hash', inGroups(hash).toUpperCase()])).at(-1)).toBe(
      'Every seal holds.',
    );
    expect((await told(['--round', roundId, '--hash', ...inGroups(hash).split(' ')])).at(-1)).toBe(
      'Every seal holds.',
    );
    for (const wrong of [['--hash', '1234'], ['--hash', hash, 'x'], ['1234']]) {
      await expect(told(['--round', roundId, ...wrong])).rejects.toThrow('64 hexadecimal digits');
    }
    await expect(run(['--round', '999'], { db: app.db }, () => {})).rejects.toThrow('not sealed');
    await expect(run(['--hash', hash], { db: app.db }, () => {})).rejects.toThrow('Usage');
  });

  it('is refused by the database to begin with', async () => {
    await expect(snapshot().update({ snapshot: '{}' })).rejects.toThrow('append-only');
    await expect(snapshot().delete()).rejects.toThrow('append-only');
  });

  async function weight(value: string) {
    await app
      .db('sub_indicators')
      .where({ node_id: app.world.node('1') })
      .update({ weight: value });
  }
  async function closes(moment: Date) {
    await app.db('rounds').where({ id: roundId }).update({ certification_closes_at: moment });
  }
});

describe('after the seal', () => {
  it('nothing of the round changes, whatever the clock says', async () => {
    app.clock.set(WORLD_NOW);
    const entry = await app.world.entry('open', 'krabi', '1/a');
    const owner = await signIn(app, 'krs', PEOPLE.owner);
    const page = await owner.get(`/krs/entry?round=${roundId}`).expect(200);
    expect(page.text).not.toContain('class="value-box"');
    const kpiOffice = await app.db('users').where({ id: user.id }).first();
    const person = { ...kpiOffice, systemId: user.systemId, officeId: kpiOffice.office_id } as CurrentUser;
    const decision = { event: 'certify' as const, seen: new Map([[entry, 2]]), reason: null, until: null };
    const { done, left } = await decide(context as never, person, decision);
    expect(done).toEqual([]);
    expect(left.map(({ why }) => why)).toEqual(['sealed']);
    app.clock.set(OVER);
    expect((await told()).at(-1)).toBe('Every seal holds.');
  });

  it('texts that it shows are corrected in a revision of their own, which leaves it alone', async () => {
    const by = { id: user.id, systemId: user.systemId };
    await createDraft(context, by, { system: 'krs', fiscalYear: 2562 });
    await changeDraft(context, by, { fiscalYear: 2562, event: 'edit' }, (draft) =>
      JSON.parse(JSON.stringify({ ...draft, title_th: 'อื่น' }).replaceAll('ขั้นตอนการพัฒนา', 'คำใหม่')),
    );
    const version = (await findDraft(app.db, by.systemId, 2562))?.version ?? 0;
    const order = { systemId: by.systemId, fiscalYear: 2562, userId: by.id, version, reason: 'แก้คำ' };
    expect(await publishDraft(context, order)).toMatchObject({ kind: 'revision', revision: 2, rounds: [] });
    expect((await told()).at(-1)).toBe('Every seal holds.');
  });

  it('its lists and threads keep the texts that it had', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const thread = `/krs/threads/${app.world.offices.krabi}/${app.world.variable('3/1.')}?round=${roundId}`;
    const { text } = await agent.get(thread).expect(200);
    expect(text).toContain('ขั้นตอนการพัฒนาองค์กร');
    expect(text).not.toContain('คำใหม่');
    const { body } = await agent.get(`/krs/owing.xlsx?round=${roundId}`).buffer().parse(asBytes).expect(200);
    const sheets = JSON.stringify(await readExcelFile(body));
    expect(sheets).toContain('ขั้นตอนการพัฒนาองค์กร');
    expect(sheets).not.toContain('คำใหม่');
  });

  it('the report shows it, and so does its page', async () => {
    const owner = await signIn(app, 'krs', PEOPLE.owner);
    const report = await owner.get(`/krs/reports/office?round=${roundId}`).expect(200);
    expect(report.text).toContain(inGroups(hash));
    const agent = await signIn(app, 'krs', PEOPLE.kpiOffice);
    expect((await agent.get(`/krs/rounds/${roundId}/seal`).expect(200)).text).toContain(inGroups(hash));
    await agent.post(`/krs/rounds/${roundId}/seal`).type('form').send({ confirmed: '1' }).expect(409);
    const file = await agent.get(`/krs/rounds/${roundId}/seal.json`).expect(200);
    expect(sha256Of(file.text)).toBe(hash);
    await app.db.raw('alter table seals rename column snapshot to gone');
    await agent.get(`/krs/rounds/${roundId}/seal.json`).expect(500);
    await app.db.raw('alter table seals rename column gone to snapshot');
    await agent.get('/krs/rounds/999999/seal').expect(404);
    const past = app.world.rounds.past;
    await agent.post(`/krs/rounds/${past}/seal`).type('form').send({ reason: 'x' }).expect(422);
    const asked = await agent
      .post(`/krs/rounds/${past}/seal`)
      .type('form')
      .send({ reason: 'x', confirmed: '1' })
      .expect(303);
    await runJobs(app);
    const verified = await verifySeal(app.db, past);
    expect(verified).toMatchObject({ differences: [], unreadable: false });
    const task = await agent.get(asked.headers.location ?? '').expect(200);
    expect(task.text).toContain(inGroups(verified?.sha256 ?? ''));
    expect(task.text).toContain(`/krs/rounds/${past}/seal`);
  });
});

function seal() {
  return sealRound(context, order());
}

function order() {
  return { systemId: user.systemId, userId: user.id, roundId, reason: '' };
}

async function told(args: string[] = []): Promise<string[]> {
  const lines: string[] = [];
  await run(args, { db: app.db }, (line) => lines.push(line));
  return lines;
}

/** Somebody who owns the database stops at no trigger. */
async function withoutTrigger(work: () => Promise<unknown>): Promise<void> {
  await app.db.raw('alter table seals disable trigger seals_immutable');
  await work();
  await app.db.raw('alter table seals enable trigger seals_immutable');
}
