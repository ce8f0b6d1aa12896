import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type Person, WORLD_NOW } from '../support/world.ts';
import { addOffices, textOf } from './support.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());
beforeEach(() => app.clock.set(WORLD_NOW));

async function open(person: Person): Promise<{ html: string; text: string; agent: Agent }> {
  const agent = await signIn(app, 'krs', PEOPLE[person]);
  const { text } = await agent.get('/krs').expect(200);
  const html = text.slice(text.indexOf('<main'));
  return { html, text: textOf(html), agent };
}

describe('home of a reporter', () => {
  it('says what is owed and by when, with a way there', async () => {
    const { html, text } = await open('colleague');
    expect(text).toContain('เหลือ 5 วัน 7 ชั่วโมง');
    expect(text).toContain('ปิดรับข้อมูล 20 ต.ค. 2562 16:30 น.');
    expect(text).toMatch(/3 ขั้นตอนการพัฒนาองค์กร ขาด 5 ค่า/);
    const first = await app.world.entry('open', 'krabi', '3/1.');
    expect(html).toContain(`/krs/entry?round=${app.world.rounds.open}#e${first}`);
    // 2.2 and 5 are not hers
    expect(text).not.toContain('ข้อมูลไม่ตรงกับเอกสารหลักฐาน');
    expect(text).not.toContain('ปริมาณการใช้ไฟฟ้าต่อคน');
    // central data are never owed
    expect(text).not.toContain('งบประมาณเหลือจ่าย');
  });

  it('says so when nothing is assigned', async () => {
    const { text } = await open('idle');
    expect(text).toContain('ยังไม่ได้มอบหมายตัวชี้วัดให้ท่าน');
  });

  it('tells what comes next between rounds', async () => {
    app.clock.set(new Date('2019-12-24T09:00:00+07:00'));
    const { text } = await open('colleague');
    expect(text).toContain('ขณะนี้ไม่มีรอบการรายงานที่เปิดอยู่');
    expect(text).toContain('ดูคะแนน รอบที่ 2 ปี 62');
  });

  it('leaves out a round in which the office has no part', async () => {
    const { world, db } = app;
    const [round] = await db('rounds').insert(
      {
        ...(await db('rounds')
          .where({ id: world.rounds.open })
          .first(['system_id', 'framework_id', 'fiscal_year', 'revision', 'certification_closes_at'])),
        ...{ kind: '9M', sequence: 3, label: 'รอบของ สพม. เท่านั้น' },
        ...{
          entry_opens_at: new Date(WORLD_NOW.getTime() - 60_000),
          entry_closes_at: new Date(WORLD_NOW.getTime() + 60_000),
        },
      },
      ['id'],
    );
    const part = { round_id: round.id, office_id: world.offices.secondary };
    await db('round_offices').insert(part);
    try {
      const { html, agent } = await open('owner');
      expect(html).not.toContain('รอบของ สพม. เท่านั้น');
      for (const path of ['/krs/entry', '/krs/status', '/krs/reports/office']) {
        const { text } = await agent.get(path).expect(200);
        expect(text, path).toContain(`value="${world.rounds.open}" selected`);
      }
      expect((await agent.get('/krs/entry')).text).not.toContain('รอบของ สพม. เท่านั้น');
      expect((await open('secondary')).html).toContain('รอบของ สพม. เท่านั้น');
      expect((await open('kpiOffice')).html).toContain('รอบของ สพม. เท่านั้น');
    } finally {
      await db('round_offices').where(part).delete();
      await db('rounds').where({ id: round.id }).delete();
    }
  });

  it('lets one fix what was rejected while a permit runs', async () => {
    const entry = await app.world.entry('open', 'krabi', '2.2/a');
    app.clock.set(new Date('2019-10-25T09:00:00+07:00'));
    expect((await open('owner')).text).toContain('หากต้องแก้ไข กด “ขอแก้ไข” ในหน้าบันทึกข้อมูล');
    await app.db('permits').insert({
      round_id: app.world.rounds.open,
      office_id: app.world.offices.krabi,
      variable_id: app.world.variable('2.2/a'),
      until: new Date('2019-10-30T16:30:00+07:00'),
      reason: 'แก้ไขตามที่แจ้ง',
      granted_by: app.world.users.certifier,
    });
    try {
      const { html, text } = await open('owner');
      expect(text).toContain('แก้ไขได้ถึง 30 ต.ค. 2562 16:30 น.');
      expect(html).toMatch(new RegExp(`btn-primary" href="[^"]*#e${entry}"`));
      expect(text).not.toContain('ขาด 5 ค่า');
    } finally {
      await app.db('permits').delete();
    }
  });
});

describe('home of a district admin', () => {
  it('adds rejections with their reasons, the office and its people', async () => {
    const { text } = await open('owner');
    expect(text).toContain('ไม่รับรอง ต้องแก้ไขหรือชี้แจง 1 รายการ');
    expect(text).toContain('เหตุที่ไม่รับรอง: ข้อมูลไม่ตรงกับเอกสารหลักฐาน');
    expect(text).toContain('รายงานแล้ว 4 จาก 10 ค่า');
    expect(text).toMatch(/เจ้าของ งานดี 5 4\/10/);
    expect(text).toMatch(/สมใจ ช่วยกัน 2 2\/7/);
    expect(text).toContain('ทุกตัวชี้วัดย่อยมีผู้รับผิดชอบแล้ว');
  });

  it('names the sub-indicators that nobody reports', async () => {
    const where = { user_id: app.world.users.owner, node_id: app.world.node('5') };
    await app.db('assignments').where(where).delete();
    try {
      const { text, html } = await open('owner');
      expect(text).toContain('ตัวชี้วัดย่อยที่ยังไม่มีผู้รับผิดชอบ 1 รายการ');
      expect(html).toContain(`/krs/assignments?year=2562&amp;show=lacking#s${app.world.node('5')}`);
      expect(text).toContain('ปริมาณการใช้ไฟฟ้าต่อคน');
    } finally {
      await app.db('assignments').insert(where);
    }
  });
});

describe('home of a certifier', () => {
  it('lists what waits, oldest first, with the number of offices and the way there', async () => {
    const { html, text } = await open('certifier');
    expect(text).toContain('รอการรับรอง 4 รายการ ใน 2 ตัวแปร');
    expect(text).toMatch(/1 a\. จำนวนนักเรียนที่อ่านออกเขียนได้ 14 ต\.ค\. 2562 2/);
    const { open: round } = app.world.rounds;
    expect(html).toContain(`/krs/certify/variables?round=${round}&amp;variable=${app.world.variable('1/a')}`);
  });

  it('says so when nothing waits, and when no round is open', async () => {
    expect((await open('otherCertifier')).text).toContain('ไม่มีรายการรอการรับรอง');
    app.clock.set(new Date('2019-12-24T09:00:00+07:00'));
    expect((await open('certifier')).text).toContain('ขณะนี้ไม่มีรอบที่เปิดให้รับรอง');
  });
});

describe('AUDIT', () => {
  it('waits at the bureau that certifies all of the sub-indicator, until there is a score', async () => {
    const { world, db } = app;
    const opening = { round_id: world.rounds.open, opened_by: world.users.kpiOffice, reason: 'ตามมติ' };
    await db('audit_openings').insert([
      { ...opening, node_id: world.node('2.1'), office_id: world.offices.krabi },
      { ...opening, node_id: world.node('3'), office_id: null },
      { ...opening, node_id: world.node('2.2'), office_id: world.offices.krabi, closed_at: WORLD_NOW },
    ]);
    const score = { round_id: world.rounds.open, office_id: world.offices.krabi, node_id: world.node('3') };
    await db('audit_scores').insert({ ...score, score: 4, given_by: world.users.certifier });
    try {
      const { text, html } = await open('certifier');
      expect(text).toContain('ยังไม่ได้ให้คะแนน 3 หน่วยงาน ใน 2 ตัวชี้วัดย่อย');
      expect(text).toMatch(/2\.1 การจัดทำแผนปฏิบัติราชการ 1 .*3 ขั้นตอนการพัฒนาองค์กร 2 /);
      expect(html).toContain(`/krs/audit/nodes/${world.node('3')}?round=${world.rounds.open}#missing`);
      for (const person of ['otherCertifier', 'kpiOffice'] as const) {
        expect((await open(person)).text).not.toContain('รอคะแนน AUDIT');
      }
    } finally {
      await db('audit_scores').where(score).delete();
      await db('audit_openings').delete();
    }
  });

  it('waits at the KPI office where several bureaus certify', async () => {
    const { world, db } = app;
    await db('sub_indicators')
      .where({ node_id: world.node('1') })
      .update({ mode: 'audit' });
    await db('variables')
      .where({ id: world.variable('1/b') })
      .update({ bureau_id: world.offices.bureau1 });
    try {
      expect((await open('kpiOffice')).text).toContain('ยังไม่ได้ให้คะแนน 3 หน่วยงาน ใน 1 ตัวชี้วัดย่อย');
      expect((await open('certifier')).text).not.toContain('รอคะแนน AUDIT');
    } finally {
      await db('sub_indicators')
        .where({ node_id: world.node('1') })
        .update({ mode: 'normal' });
      await db('variables')
        .where({ id: world.variable('1/b') })
        .update({ bureau_id: world.offices.bureau9 });
    }
  });
});

describe('home of the KPI office', () => {
  it('shows rounds, bureaus that lag and offices that report least', async () => {
    const { text } = await open('kpiOffice');
    expect(text).toContain('รอบที่ 2 ปี 62 (รอบ 12 เดือน) · เปิดรับข้อมูล');
    expect(text).toContain('เหลือ 5 วัน 7 ชั่วโมง');
    expect(text).toContain('รายงานแล้ว 8 จาก 35');
    expect(text).toMatch(/สคส\. สำนักการคลังและสินทรัพย์ 14 ต\.ค\. 2562 4 1\/5/);
    expect(text).toMatch(/สพม\.7 0\/9 .*สพป\.ลำปาง เขต 2 2\/10 .*สพป\.กระบี่ 4\/10/);
  });

  it('says so when there is no round yet', async () => {
    const empty = await startTestApp();
    try {
      await empty.db.raw('truncate rounds cascade');
      for (const person of ['kpiOffice', 'certifier', 'owner'] as const) {
        const agent = await signIn(empty, 'krs', PEOPLE[person]);
        for (const path of ['/krs/status', '/krs/reports/office']) await agent.get(path).expect(200);
        const { text } = await agent.get('/krs').expect(200);
        const next = /btn-primary" href="\/krs\/rounds"/;
        if (person === 'kpiOffice') expect(text).toMatch(next);
        else expect(text).not.toMatch(next);
      }
    } finally {
      await empty.stop();
    }
  });
});

it('asks a few statements for everybody, however many offices there are', async () => {
  const people = ['owner', 'colleague', 'certifier', 'kpiOffice'] as const;
  const agents = await Promise.all(people.map((person) => signIn(app, 'krs', PEOPLE[person])));
  const count = async () => {
    const counts: number[] = [];
    for (const agent of agents)
      counts.push(await countStatements(app.db, () => agent.get('/krs').expect(200)));
    return counts;
  };
  const before = await count();
  await addOffices(app, 60);
  expect(await count()).toEqual(before);
  // the session's own statement goes through a pool of its own; what is new takes one, and one more where there is any;
  // requests to edit take one, those for AUDIT another
  expect(Math.max(...before)).toBeLessThanOrEqual(10);
});

it('is for people who signed in', async () => {
  await app.agent().get('/krs').expect(303);
});
