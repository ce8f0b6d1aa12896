import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());
beforeEach(() => app.clock.set(WORLD_NOW));

async function pageOf(username: string, round: 'open' | 'past' = 'open') {
  const agent = await signIn(app, 'krs', username);
  return (await agent.get(`/krs/entry?round=${app.world.rounds[round]}`).expect(200)).text;
}

/** The row of one entry, without line breaks. */
async function rowOf(page: string, variable: string, office: 'krabi' | 'secondary' = 'krabi') {
  const id = await app.world.entry('open', office, variable);
  return new RegExp(`<tr id="e${id}">.*?</tr>`, 's').exec(page)?.[0].replace(/\s+/g, ' ') ?? '';
}

function textOf(html: string): string {
  return html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

describe('the entry page', () => {
  it('shows code, last value, box, unit and status of a variable', async () => {
    const row = await rowOf(await pageOf(PEOPLE.owner), '1/a');
    expect(textOf(row)).toContain('a. จำนวนนักเรียนที่อ่านออกเขียนได้');
    expect(row).toMatch(/data-label="รอบก่อน">40</);
    expect(row).toMatch(/<input class="value-box"[^>]* value="45"/);
    expect(textOf(row)).toContain('คน รอการรับรองผล');
  });

  it('shows score and percent as the manual does, and the distance to the next level', async () => {
    const page = await pageOf(PEOPLE.owner);
    const cell = new RegExp(`data-score="${app.world.node('1')}">(.*?)</div>`, 's').exec(page)?.[1] ?? '';
    // 45 / 54 = 83.33 %; level 4 at 90 % is 48.6 pupils
    expect(textOf(cell).trim()).toBe('3.3333 ร้อยละ 83.33 อีก 4 คน = 4.0000');
  });

  it('shows no distance where the office cannot go it: with central data, and under AUDIT', async () => {
    const cellOf = async (node: string) => {
      const pattern = new RegExp(`data-score="${app.world.node(node)}">(.*?)</div>`, 's');
      return textOf(pattern.exec(await pageOf(PEOPLE.owner))?.[1] ?? '').trim();
    };
    expect(await cellOf('4')).toMatch(/^[\d.]+ ร้อยละ 12.00$/);
    const { offices, rounds, users } = app.world;
    const score = { round_id: rounds.open, office_id: offices.krabi, score: 4, given_by: users.certifier };
    await app
      .db('audit_scores')
      .insert(['1', '3'].map((code) => ({ ...score, node_id: app.world.node(code) })));
    const cells = [await cellOf('1'), await cellOf('3')];
    await app.db('audit_scores').delete();
    for (const cell of cells) expect(cell).toMatch(/^\d\.\d{4} ร้อยละ [\d.]+ AUDIT 4.0000 ใช้เป็นคะแนนจริง$/);
  });

  it('shows 0.0000 ร้อยละ 0.00 where nothing was saved, and says that it counts as 1.0000', async () => {
    const page = await pageOf(PEOPLE.owner);
    const cell = new RegExp(`data-score="${app.world.node('5')}">(.*?)</div>`, 's').exec(page)?.[1] ?? '';
    expect(textOf(cell)).toContain('0.0000 ร้อยละ 0.00');
    expect(textOf(cell)).toContain('นับเป็น 1.0000');
  });

  it('has no box for central data, certified values and what is not due', async () => {
    const page = await pageOf(PEOPLE.owner);
    expect(await rowOf(page, '4/a')).toContain('ใช้ข้อมูลส่วนกลาง');
    expect(await rowOf(page, '2.1/1.')).not.toContain('<input');
    expect(textOf(page)).toContain('ครั้ง ยังไม่ต้องรายงานในรอบนี้');
    expect(await rowOf(await pageOf(PEOPLE.secondary), '4/a', 'secondary')).toContain('รอข้อมูลส่วนกลาง');
  });

  it('shows why and by whom a value was rejected', async () => {
    expect(textOf(await pageOf(PEOPLE.owner))).toContain(
      'ไม่รับรองเมื่อ 15 ต.ค. 2562 โดยสำนักนโยบายและแผนการศึกษาขั้นพื้นฐาน: ข้อมูลไม่ตรงกับเอกสารหลักฐาน',
    );
  });

  it('gives a reporter boxes for the own sub-indicators only, and shows the others', async () => {
    const page = await pageOf(PEOPLE.colleague);
    expect(await rowOf(page, '1/a')).toContain('<input');
    expect(await rowOf(page, '5/a')).not.toContain('<input');
    expect(page).toContain('ไม่ได้มอบหมายให้ท่าน');
  });

  it('names the people responsible', async () => {
    expect(textOf(await pageOf(PEOPLE.owner))).toContain('เจ้าของ งานดี, สมใจ ช่วยกัน');
  });

  it('leaves out what does not apply to the office', async () => {
    expect(await pageOf(PEOPLE.secondary)).not.toContain('ปริมาณการใช้ไฟฟ้าต่อคน');
  });

  it('tells who is assigned to nothing what to do', async () => {
    const page = await pageOf(PEOPLE.idle);
    expect(page).toContain('ยังไม่ได้มอบหมายตัวชี้วัดให้ท่าน');
    expect(page).not.toContain('<input class="value-box"');
  });

  it('says that a closed round can only be read, and when it closed', async () => {
    const page = await pageOf(PEOPLE.owner, 'past');
    expect(page).toContain('รอบนี้ปิดรับข้อมูลแล้วเมื่อ 20 เม.ย. 2562 16:30 น.');
    expect(page).not.toContain('บันทึกข้อมูลทั้งหมด');
    expect(page).not.toContain('ช่องสีขาวของท่านที่กรอกแล้ว');
    // nobody can permit anything any more
    expect(page).toContain('สิ้นสุดการรับรองแล้ว');
    expect(page).not.toContain('ขออนุญาต');
  });

  it('tells where to ask while certification runs', async () => {
    app.clock.set(new Date('2019-10-24T09:00:00+07:00'));
    expect(await pageOf(PEOPLE.owner)).toContain('หากต้องแก้ไข กด “ขอแก้ไข” ที่ตัวแปรนั้น');
  });

  it('says when a round opens', async () => {
    app.clock.set(new Date('2019-09-01T09:00:00+07:00'));
    expect(await pageOf(PEOPLE.owner)).toContain('เปิดรับ 1 ต.ค. 2562 00:00 น.');
  });

  it('says that the office has no entry list', async () => {
    const { krabi } = app.world.offices;
    await app.db.raw('alter table entry_events disable trigger entry_events_append_only');
    await app
      .db('entry_events')
      .whereIn('entry_id', app.db('entries').where({ office_id: krabi }).select('id'))
      .delete();
    await app.db('entries').where({ office_id: krabi }).delete();
    const page = await pageOf(PEOPLE.owner);
    expect(page).toContain('ยังไม่ได้สร้างรายการกรอกข้อมูลของหน่วยงานในรอบนี้');
    expect(page).not.toContain('ยังไม่ต้องรายงานในรอบนี้</span></td>');
  });
});

it('a system without rounds says what comes next', async () => {
  const agent = await signIn(app, 'ars', PEOPLE.owner, 'another world password');
  expect((await agent.get('/ars/entry').expect(200)).text).toContain('ยังไม่มีรอบการรายงาน');
});
