import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressNotices } from '../../src/threads/notices/actions.ts';
import { boxFields, opened } from '../certification/audit-support.ts';
import { act, scoreDifferences, stored } from '../certification/support.ts';
import { publisherOf, sub } from '../cycle/publisher.ts';
import { entryFields } from '../support/entry-form.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type Person } from '../support/world.ts';
import { textOf } from './support.ts';

let app: TestApp;
const agents = {} as Record<
  'owner' | 'colleague' | 'outsider' | 'certifier' | 'otherCertifier' | 'kpiOffice',
  Agent
>;

beforeAll(async () => {
  app = await startTestApp();
  for (const person of [
    'owner',
    'colleague',
    'outsider',
    'certifier',
    'otherCertifier',
    'kpiOffice',
  ] as const) {
    agents[person] = await signIn(app, 'krs', PEOPLE[person satisfies Person]);
  }
});
afterAll(() => app.stop());

function address(office: 'krabi' | 'lampang' | 'secondary', round: 'open' | 'past' = 'open', node?: string) {
  const { offices, rounds } = app.world;
  const where = `office=${offices[office]}&round=${rounds[round]}`;
  if (node === undefined) return `/krs/reports/office?${where}`;
  return `/krs/reports/office/explanation?${where}${node === 'total' ? '' : `&node=${app.world.node(node)}`}`;
}

async function open(agent: Agent, path: string): Promise<string> {
  const { text } = await agent.get(path).expect(200);
  return textOf(text);
}

describe('the score report', () => {
  it('shows the own office by default, in the round that is open', async () => {
    const text = await open(agents.colleague, '/krs/reports/office');
    expect(text).toContain('สำนักงานเขตพื้นที่การศึกษาประถมศึกษากระบี่ · รอบที่ 2 ปี 62');
    expect(text).toContain('1.8778');
    expect(text).toContain('2.7296');
  });

  it('lets a bureau choose an office first, and says so', async () => {
    const text = await open(agents.certifier, '/krs/reports/office');
    expect(text).toContain('เลือกหน่วยงานที่ต้องการดูคะแนน');
    expect(text).not.toContain('1.8778');
  });

  it('prints the stored scores of every node, whoever reads', async () => {
    const stored = await app
      .db('scores')
      .where({ round_id: app.world.rounds.open, office_id: app.world.offices.krabi });
    expect(stored.length).toBeGreaterThan(8);
    for (const agent of Object.values(agents)) {
      const text = await open(agent, address('krabi'));
      for (const score of stored) expect(text).toContain(score.certified);
    }
  });

  it('says why a score is 1.0000, in every round', async () => {
    const text = await open(agents.owner, address('krabi'));
    expect(text).toMatch(/ร้อยละของนักเรียนที่อ่านออกเขียนได้ 20 1\.0000 3\.3333 83\.33 0\.2000 รอการรับรองผล/);
    expect(text).toMatch(/ระดับความสำเร็จของการควบคุมภายใน 10 1\.0000 4\.0000 20\.00 0\.1000 ไม่รับรอง/);
    expect(text).toMatch(/ขั้นตอนการพัฒนาองค์กร 20 1\.0000 1\.0000 20\.00 0\.2000 ยังไม่รายงานผล/);
    expect(await open(agents.outsider, address('lampang'))).toMatch(
      /งบประมาณเหลือจ่าย 15 1\.0000 1\.0000 – 0\.1500 รอข้อมูลส่วนกลาง/,
    );
  });

  it('shows – for what is not due in the round or does not apply to the office', async () => {
    expect(await open(agents.owner, address('krabi'))).toMatch(/จำนวนกิจกรรมจิตอาสา – – – – –/);
    expect(await open(agents.kpiOffice, address('secondary'))).toMatch(/ปริมาณการใช้ไฟฟ้าต่อคน – – – – –/);
  });

  it('can be recomputed from its own figures', async () => {
    const { text } = await agents.owner.get(address('krabi', 'past')).expect(200);
    const rows = [...text.matchAll(/<tr class="level-\d kind-sub_indicator">([\s\S]*?)<\/tr>/g)].map(
      ([, row = '']) =>
        [...row.matchAll(/<td class="num[^>]*>(?:<a[^>]*>)?([^<]*)/g)].map(([, cell = '']) => cell),
    );
    const due = rows.filter(([weight]) => weight !== '–').map((row) => row.map(Number));
    const sumOf = (figure: (row: number[]) => number) => due.reduce((sum, row) => sum + figure(row), 0);
    const total = sumOf(([w = 0, s = 0]) => w * s) / sumOf(([w = 0]) => w);
    expect(total.toFixed(4)).toBe('3.0000');
    expect(textOf(text)).toMatch(/คะแนนรวมของหน่วยงาน [\d.]+ 3\.0000 3\.2941/);
  });

  it('marks an AUDIT score, and hides the mark from other offices', async () => {
    const { krabi } = app.world.offices;
    const audit = { round_id: app.world.rounds.past, office_id: krabi, node_id: app.world.node('2.2') };
    await app.db('audit_scores').insert({ ...audit, score: '4', given_by: app.world.users.kpiOffice });
    try {
      expect(await open(agents.owner, address('krabi', 'past'))).toContain('AUDIT');
      expect(await open(agents.outsider, address('krabi', 'past'))).not.toContain('AUDIT');
      // the office reads of which bureau it is, certifiers also who gave it
      const why = address('krabi', 'past', '2.2');
      expect(await open(agents.owner, why)).toMatch(/ กพร\. ให้คะแนนเมื่อ \d/);
      expect(await open(agents.otherCertifier, why)).toMatch(/ กลาง พัฒนาระบบ \(กพร\.\) ให้คะแนนเมื่อ \d/);
    } finally {
      await app.db('audit_scores').where(audit).delete();
    }
  });

  it('tells outsiders scores, weights and status words, nothing else', async () => {
    const { text } = await agents.outsider.get(address('krabi')).expect(200);
    const shown = textOf(text);
    expect(shown).toContain('1.8778');
    expect(shown).toContain('รอการรับรองผล');
    // results (83.33), values (45, 54), rejection texts, links to explanations
    for (const secret of [
      '83.33',
      'ข้อมูลไม่ตรงกับเอกสารหลักฐาน',
      'ร้อยละ 8',
      '>45<',
      '>54<',
      'data-explain',
      '/explanation',
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(shown).not.toContain('คำอธิบายของ');
  });

  it('shows a bureau the results of its own sub-indicators only', async () => {
    const ofNine = await open(agents.certifier, address('krabi'));
    expect(ofNine).toContain('83.33');
    expect(ofNine).not.toContain('12.00');
    const ofOne = await open(agents.otherCertifier, address('krabi'));
    expect(ofOne).toContain('12.00');
    expect(ofOne).not.toContain('83.33');
  });

  it('knows no other offices and rounds, and no nonsense', async () => {
    const { krabi, bureau9 } = app.world.offices;
    for (const query of ['office=999999', 'round=999999', `office=${bureau9}`]) {
      await agents.owner.get(`/krs/reports/office?${query}`).expect(404);
    }
    for (const query of ['office=x', 'round=-1', `office=${krabi}&office=${krabi}`, 'office=1%00']) {
      await agents.owner.get(`/krs/reports/office?${query}`).expect(400);
    }
    await agents.owner.get('/krs/reports/office?office=&round=').expect(200);
  });

  it('sends people who are not signed in to the login page', async () => {
    await app
      .agent()
      .get(address('krabi'))
      .expect(303)
      .expect('location', /\/krs\/login/);
    await app
      .agent()
      .get(address('krabi', 'open', '1'))
      .expect(303);
  });

  it('asks the same few statements however many variables there are', async () => {
    await open(agents.owner, address('krabi'));
    expect(await countStatements(app.db, () => open(agents.owner, address('krabi')))).toBeLessThanOrEqual(6);
  });
});

describe('the explanation of a score', () => {
  it('tells formula, numbers, criteria and interpolation', async () => {
    const text = await open(agents.owner, address('krabi', 'open', '1'));
    expect(text).toContain('a / b * 100');
    expect(text).toContain('45 / 54 * 100');
    expect(text).toContain('83.333333333333333');
    expect(text).toContain('3 + (4 − 3) × (83.333333333333333 − 80) ÷ (90 − 80) = 3.3333');
    expect(text).toContain('20 × 1.0000 ÷ 100 = 0.2000');
  });

  it('names the variables that keep it at 1.0000, with the rejection text', async () => {
    const text = await open(agents.owner, address('krabi', 'open', '2.2'));
    expect(text).toContain('นับเป็น 1.0000 เพราะ ไม่รับรอง a. ระดับที่ได้');
    expect(text).toContain('เหตุที่ไม่รับรอง: ข้อมูลไม่ตรงกับเอกสารหลักฐาน');
  });

  it('says in words what whole levels, the top and descending criteria do', async () => {
    expect(await open(agents.owner, address('krabi', 'past', '3'))).toContain(
      'ให้คะแนนเต็มระดับเท่านั้น จึงได้ 3.0000',
    );
    expect(await open(agents.owner, address('krabi', 'past', '2.1'))).toContain(
      'ถึงเกณฑ์ระดับ 5 (1) จึงได้ 5.0000',
    );
    expect(await open(agents.owner, address('krabi', 'past', '4'))).toContain('ไม่เกินค่านี้');
  });

  it('adds up headings, dimensions and the total', async () => {
    expect(await open(agents.owner, address('krabi', 'past', 'indicator 2'))).toContain('80 ÷ 20 = 4.0000');
    const total = await open(agents.owner, address('krabi', 'past', 'total'));
    expect(total).toContain('= 3.0000');
    expect(total).toContain('คะแนนรวมของหน่วยงาน');
  });

  it('equals the stored score, and says so where it does not', async () => {
    const where = {
      round_id: app.world.rounds.past,
      office_id: app.world.offices.krabi,
      node_id: app.world.node('1'),
    };
    const path = address('krabi', 'past', '1');
    expect(await open(agents.owner, path)).not.toContain('ไม่ตรงกับที่คำนวณ');
    const { certified } = await app.db('scores').where(where).first('certified');
    await app.db('scores').where(where).update({ certified: '4.4444' });
    try {
      expect(await open(agents.owner, path)).toContain('ไม่ตรงกับที่คำนวณ');
    } finally {
      await app.db('scores').where(where).update({ certified });
    }
  });

  it('comes as a piece of the page for scripts', async () => {
    const path = address('krabi', 'open', '1');
    const { text } = await agents.owner.get(path).set('HX-Request', 'true').expect(200);
    expect(text).not.toContain('<html');
    expect(textOf(text)).toContain('45 / 54 * 100');
  });

  it('is for the office, the KPI office and the certifying bureau', async () => {
    for (const agent of [agents.colleague, agents.kpiOffice, agents.certifier]) {
      expect(await open(agent, address('krabi', 'open', '1'))).toContain('45 / 54 * 100');
    }
    for (const path of [
      address('krabi', 'open', '1'),
      address('krabi', 'open', 'total'),
      address('krabi', 'open', 'C1'),
    ]) {
      await agents.outsider.get(path).expect(404);
      await agents.outsider.get(path).set('HX-Request', 'true').expect(404);
    }
    await agents.otherCertifier.get(address('krabi', 'open', '1')).expect(404);
    await agents.certifier.get(address('krabi', 'open', '2.2')).expect(404);
    await agents.certifier.get(address('krabi', 'open', 'total')).expect(404);
  });

  it('shows a bureau its own variables of a shared sub-indicator, without the result', async () => {
    const b = app.world.variable('1/b');
    await app.db('variables').where({ id: b }).update({ bureau_id: app.world.offices.bureau1 });
    await app.db('frameworks').increment('version', 1);
    try {
      const text = await open(agents.certifier, address('krabi', 'open', '1'));
      expect(text).toContain('จำนวนนักเรียนที่อ่านออกเขียนได้ 45');
      expect(text).toContain('แสดงเฉพาะตัวแปรที่สำนักของท่านรับรอง');
      for (const secret of ['54', '83.33', '= 3.3333', 'จำนวนนักเรียนทั้งหมด'])
        expect(text).not.toContain(secret);
      expect(await open(agents.certifier, address('krabi'))).not.toContain('83.33');
    } finally {
      await app.db('variables').where({ id: b }).update({ bureau_id: app.world.offices.bureau9 });
      await app.db('frameworks').increment('version', 1);
    }
  });

  it('exists for scores only', async () => {
    await agents.owner.get(address('krabi', 'open', '6')).expect(404);
    const { krabi } = app.world.offices;
    const { open: round } = app.world.rounds;
    await agents.owner
      .get(`/krs/reports/office/explanation?office=${krabi}&round=${round}&node=999999`)
      .expect(404);
    await agents.owner.get(`/krs/reports/office/explanation?office=${krabi}&round=999999`).expect(404);
    await agents.owner
      .get(`/krs/reports/office/explanation?office=${krabi}&round=${round}&node=x`)
      .expect(400);
    await agents.owner.get(`/krs/reports/office/explanation?round=${round}`).expect(400);
  });
});

describe('a round that stays on an older revision', () => {
  const certifiers = ['certifier', 'otherCertifier', 'kpiOffice'] as const;

  beforeAll(async () => {
    // between two rounds: both are closed, and none is sealed
    app.clock.set(new Date('2019-12-01T09:00:00+07:00'));
    const outcome = await publisherOf(app).publish((draft) => {
      for (const one of sub(draft, '1').variables) one.bureau = '1';
      for (const one of sub(draft, '4').variables) one.bureau = '9';
    }, 'ย้ายผู้รับรอง');
    expect(outcome).toMatchObject({ outcome: 'published', revision: 2, rounds: [] });
    for (const person of certifiers) agents[person] = await signIn(app, 'krs', PEOPLE[person]);
  });

  it('shows its values to the bureau that certifies them now, and no more to the one before', async () => {
    const { open: round } = app.world.rounds;
    const node = app.world.node('1');
    const said = async (path: string) => {
      const answers = [await agents.certifier.get(path), await agents.otherCertifier.get(path)];
      return answers.map(({ status, text }) => ({ status, text }));
    };
    const [before, now] = await said(address('krabi', 'open', '1'));
    expect([before?.status, now?.status]).toEqual([404, 200]);
    expect(textOf(now?.text ?? '')).toContain('45 / 54 * 100');
    const reports = await said(address('krabi'));
    expect(reports.map(({ text }) => text.includes('83.33'))).toEqual([false, true]);
    const matrices = await said(`/krs/status?round=${round}&by=office`);
    const named = 'ร้อยละของนักเรียนที่อ่านออกเขียนได้';
    expect(matrices.map(({ text }) => text.includes(named))).toEqual([false, true]);
    const found = await said(`/krs/search?q=${encodeURIComponent('อ่านออก')}`);
    const link = `/krs/certify/variables?round=${round}&amp;variable=${app.world.variable('1/a')}`;
    expect(found.map(({ text }) => text.includes(link))).toEqual([false, true]);
    const audits = await said(`/krs/audit/nodes/${node}?round=${round}`);
    expect(audits.map(({ status }) => status)).toEqual([404, 200]);
  });

  it('tells it what the KPI office does in its stead, and nobody of the other', async () => {
    const { offices, users } = app.world;
    const told = () => app.db('notices').pluck('user_id');
    const b = await app.world.entry('open', 'krabi', '1/b');
    await act(app, agents.kpiOffice, 'certify', b);
    expect(await stored(app, b)).toMatchObject({ status: 'certified' });
    await addressNotices(app.db);
    expect(await told()).toEqual(expect.arrayContaining([users.otherCertifier, users.owner]));
    expect(await told()).not.toContain(users.certifier);

    await app.db('notices').delete();
    await opened(app, '1');
    const given = await agents.kpiOffice
      .post('/krs/certify/audit')
      .type('form')
      .send(await boxFields(app, '1', '4'));
    expect(given.status).toBe(303);
    const event = await app.db('audit_events').first();
    expect(event).toMatchObject({ kind: 'give', on_behalf_of: offices.bureau1 });
    expect(await told()).toEqual([users.otherCertifier]);

    await app.db('notices').delete();
    const central = `/krs/central?round=${app.world.rounds.open}&variable=${app.world.variable('4/a')}`;
    const fields = await entryFields(app.db, { [await app.world.entry('open', 'lampang', '4/a')]: '7' });
    await agents.kpiOffice.post(central).type('form').send(fields).expect(303);
    expect((await told()).sort()).toEqual([users.certifier, users.bureauAdmin].sort());
    expect(await scoreDifferences(app)).toEqual([]);
  });
});
