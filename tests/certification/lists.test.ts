import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statementsDuring } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';
import { act, given, refreshAll, rowOf, stored } from './support.ts';

let app: TestApp;
let certifier: Agent;
let kpiOffice: Agent;

beforeAll(async () => {
  app = await startTestApp();
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app.stop());

function variables(query: Record<string, string | undefined>, agent = certifier) {
  return agent.get('/krs/certify/variables').query({ round: app.world.rounds.open, ...query });
}

function offices(query: Record<string, string | undefined>, agent = certifier) {
  return agent.get('/krs/certify/offices').query({ round: app.world.rounds.open, ...query });
}

describe('by variable', () => {
  it('offers the own variables that are due in the round, with how many wait', async () => {
    const { text } = await variables({}).expect(200);
    const options = [...text.matchAll(/<option value="\d+"[^>]*>([^<]+)</g)].map((match) => match[1]);
    expect(options).toContain('a. จำนวนนักเรียนที่อ่านออกเขียนได้ (รอ 2)');
    expect(options).toContain('1. จัดทำแผนแล้วเสร็จ');
    expect(options.some((option) => option?.includes('งบประมาณ'))).toBe(false);
    expect(options.some((option) => option?.includes('จำนวนกิจกรรม'))).toBe(false);
    expect(text).toContain('รับรองข้อมูล ตามตัวชี้วัด รอบที่ 2 ปี 62 (รอบ 12 เดือน)');
  });

  it('shows value, last round, change, status and the verbs that the status allows', async () => {
    const pending = await app.world.entry('open', 'krabi', '1/a');
    const { text } = await variables({ variable: app.world.variable('1/a') }).expect(200);
    const row = rowOf(text, pending);
    expect(row).toMatch(/class="num last"[^>]*>40</);
    expect(row).toMatch(/class="num value"[^>]*>45</);
    expect(row).toContain('+5');
    expect(row).toContain('chip-pending');
    expect(verbsIn(row)).toEqual(['certify', 'reject', 'permit']);
    const unreported = rowOf(text, await app.world.entry('open', 'secondary', '1/a'));
    expect(unreported).toContain('n/a');
    expect(verbsIn(unreported)).toEqual(['permit']);
    expect(text.indexOf('สพป.กระบี่</th>')).toBeLessThan(text.indexOf('สพป.ลำปาง เขต 2</th>'));
  });

  it('marks a value that changed by more than half', async () => {
    const id = await given(app, 'krabi', '1/b', 'pending');
    await app.db('entries').where({ id }).update({ value: '90' });
    const { text } = await variables({ variable: app.world.variable('1/b') });
    expect(rowOf(text, id)).toContain('class="outlier"');
    expect(rowOf(text, id)).toContain('เปลี่ยนเกินครึ่ง');
  });

  it('tells what is new in the threads, in the choice and as a filter', async () => {
    const district = await signIn(app, 'krs', PEOPLE.owner);
    const [office, variable] = [app.world.offices.krabi, app.world.variable('2.1/1.')];
    await district
      .post(`/krs/threads/${office}/${variable}/comments`)
      .type('form')
      .send({ round: app.world.rounds.open, text: 'โปรดตรวจแผน' })
      .expect(303);
    const choice = await variables({}).expect(200);
    expect(choice.text).toContain('>1. จัดทำแผนแล้วเสร็จ (ใหม่ 1)<');
    const byOffice = await offices({}).expect(200);
    expect(byOffice.text).toMatch(/\(ใหม่ 1\)<\/option>/);
    const { text } = await variables({ variable, status: 'fresh' }).expect(200);
    expect(text).toContain('สพป.กระบี่</th>');
    expect(text).not.toContain('สพป.ลำปาง เขต 2</th>');
    expect(text).toMatch(/aria-current=true>มีข้อมูลใหม่ <b>1</);
  });

  it('narrows to a status, counts the whole list', async () => {
    const { text } = await variables({ variable: app.world.variable('1/a'), status: 'pending' }).expect(200);
    expect([...text.matchAll(/<tr id="e/g)]).toHaveLength(2);
    expect(text).toMatch(/ทั้งหมด <b>3<\/b>/);
    expect(text).toMatch(/aria-current=true>รอการรับรองผล <b>2<\/b>/);
    const none = await variables({ variable: app.world.variable('1/a'), status: 'rejected' }).expect(200);
    expect(none.text).toContain('ไม่มีรายการในสถานะนี้');
  });

  it('ticks all that wait, without script', async () => {
    const { text } = await variables({ variable: app.world.variable('1/a'), select: 'pending' }).expect(200);
    expect([...text.matchAll(/type="checkbox" name="entry"[^>]* checked/g)]).toHaveLength(2);
    expect(text).toContain('เลือก 2 หน่วยงาน');
  });

  it('has no variable of other people, of another round or of no kind', async () => {
    await variables({ variable: app.world.variable('2.2/a') }).expect(404);
    await variables({ variable: app.world.variable('6/a') }).expect(404);
    await variables({ variable: '999999' }).expect(404);
    await variables({ round: '999999' }).expect(404);
    await variables({ variable: 'x' }).expect(400);
  });

  it('shows a certifier without variables what to do', async () => {
    const sid = await app
      .db('users')
      .where({ username: PEOPLE.otherCertifier })
      .update({ office_id: app.world.offices.kpiOffice });
    expect(sid).toBe(1);
    const other = await signIn(app, 'krs', PEOPLE.otherCertifier);
    const { text } = await variables({}, other).expect(200);
    await app
      .db('users')
      .where({ username: PEOPLE.otherCertifier })
      .update({ office_id: app.world.offices.bureau1 });
    expect(text).toContain('ไม่มีตัวแปรที่ต้องรับรองในรอบนี้');
  });

  it('shows central data without verbs', async () => {
    const other = await signIn(app, 'krs', PEOPLE.otherCertifier);
    const { text } = await variables({ variable: app.world.variable('4/a') }, other).expect(200);
    const loaded = rowOf(text, await app.world.entry('open', 'krabi', '4/a'));
    expect(loaded).toContain('ใช้ข้อมูลส่วนกลาง');
    expect(verbsIn(loaded)).toEqual([]);
    expect(rowOf(text, await app.world.entry('open', 'lampang', '4/a'))).toContain('รอข้อมูลส่วนกลาง');
  });
});

describe('the KPI office', () => {
  it('sees all variables, can narrow them to a bureau, and is told in whose stead it acts', async () => {
    const all = await variables({ variable: app.world.variable('2.2/a') }, kpiOffice).expect(200);
    expect(all.text).toContain('ท่านกำลังทำรายการแทน สนผ.');
    const narrowed = await variables({ bureau: app.world.offices.bureau1 }, kpiOffice).expect(200);
    expect(narrowed.text).not.toContain('จำนวนนักเรียนที่อ่านออกเขียนได้');
    expect(narrowed.text).toContain('ระดับที่ได้');
  });

  it('leaves "แทน" in the row that it decided', async () => {
    const id = await given(app, 'krabi', '2.1/1.', 'pending');
    await act(app, kpiOffice, 'certify', id);
    const { text } = await variables({ variable: app.world.variable('2.1/1.') });
    expect(rowOf(text, id)).toContain('โดย กลาง พัฒนาระบบ แทน สคส.');
  });
});

describe('by office', () => {
  it('shows the whole tree of headings with scores, rows for the own variables only', async () => {
    const { text } = await offices({ office: app.world.offices.krabi }).expect(200);
    expect(text).toContain('รับรองข้อมูล ตามหน่วยงาน');
    expect(text).toContain('องค์ประกอบที่ 1');
    expect(text).toContain('ระดับความสำเร็จของการควบคุมภายใน');
    expect(rowOf(text, await app.world.entry('open', 'krabi', '2.2/a'))).toBe('');
    expect(rowOf(text, await app.world.entry('open', 'krabi', '1/a'))).toContain('a. จำนวนนักเรียน');
    const score = await app
      .db('scores')
      .where({
        round_id: app.world.rounds.open,
        office_id: app.world.offices.krabi,
        node_id: app.world.node('1'),
      })
      .first();
    expect(text).toMatch(new RegExp(`id="s${app.world.node('1')}"[^/]*/span> ${score.self_assessed}`));
  });

  it('leaves out sub-indicators that do not apply to the office', async () => {
    const { text } = await offices({ office: app.world.offices.secondary }).expect(200);
    expect(text).not.toContain('ปริมาณการใช้ไฟฟ้าต่อคน');
  });

  it('shows an AUDIT score, and counts its entries as decided', async () => {
    const row = {
      round_id: app.world.rounds.open,
      office_id: app.world.offices.lampang,
      node_id: app.world.node('1'),
      score: '4.5',
      given_by: app.world.users.certifier,
    };
    await app.db('audit_scores').insert(row);
    const { text } = await offices({ office: app.world.offices.lampang }).expect(200);
    const list = await variables({ variable: app.world.variable('1/a') });
    await app.db('audit_scores').delete();
    expect(text).toContain('AUDIT 4.5000');
    expect(list.text).toMatch(/AUDIT <b>1<\/b>/);
    expect(list.text).toMatch(/รอการรับรองผล <b>1<\/b>/);
  });

  it('answers htmx with the row and the scores of the headings above it', async () => {
    const id = await given(app, 'krabi', '2.1/1.', 'pending');
    const { version } = await stored(app, id);
    const { text } = await certifier
      .post(`/krs/certify/entries/${id}/certification`)
      .set('HX-Request', 'true')
      .type('form')
      .send({ view: 'offices', version: String(version) })
      .expect(200);
    expect(rowOf(text, id)).toContain('chip-certified');
    expect(text).toContain(`id="s${app.world.node('2.1')}" hx-swap-oob=true`);
    expect(text).toContain(`id="s${app.world.node('C1')}" hx-swap-oob=true`);
    expect(text).toContain('id="stotal" hx-swap-oob=true');
    expect(text).not.toContain(`id="s${app.world.node('3')}"`);
  });

  it('answers htmx with the choice as the whole page would show it', async () => {
    for (const [place, at] of [
      ['offices', { office: app.world.offices.krabi }],
      ['variables', { variable: app.world.variable('2.1/1.') }],
    ] as const) {
      const id = await given(app, 'krabi', '2.1/1.', 'pending');
      const { version } = await stored(app, id);
      const { text } = await certifier
        .post(`/krs/certify/entries/${id}/certification`)
        .set('HX-Request', 'true')
        .type('form')
        .send({ view: place, version: String(version) })
        .expect(200);
      const [, chosen, label] =
        /<option value="\d+" (id="pick\d+") hx-swap-oob=innerHTML>(.*)</.exec(text) ?? [];
      const page = place === 'offices' ? await offices(at).expect(200) : await variables(at).expect(200);
      expect(page.text).toContain(`${chosen} selected>${label}</option>`);
    }
  });

  it('knows no office outside the round', async () => {
    await offices({ office: app.world.offices.bureau9 }).expect(404);
    await offices({ office: '999999' }).expect(404);
  });
});

describe('the form of a reason', () => {
  it('stands on a page of its own, and alone in the dialog', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    for (const path of ['rejection', 'permit']) {
      const page = await certifier.get(`/krs/certify/entries/${id}/${path}`).expect(200);
      expect(page.text).toContain('<html');
      const part = await certifier
        .get(`/krs/certify/entries/${id}/${path}`)
        .set('HX-Request', 'true')
        .expect(200);
      expect(part.text).not.toContain('<html');
      expect(part.text).toContain('ยังไม่ได้แนบ'.slice(0, path === 'rejection' ? undefined : 0));
    }
  });

  it('is nobody else’s', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    const other = await signIn(app, 'krs', PEOPLE.otherCertifier);
    await other.get(`/krs/certify/entries/${id}/rejection`).expect(404);
    const owner = await signIn(app, 'krs', PEOPLE.owner);
    await owner.get(`/krs/certify/entries/${id}/rejection`).expect(403);
  });
});

it('a closed round is read-only and says so', async () => {
  const { text } = await certifier
    .get('/krs/certify/variables')
    .query({ round: app.world.rounds.past, variable: app.world.variable('1/a') })
    .expect(200);
  expect(text).toContain('ปิดการรับรองแล้วเมื่อ 15 พ.ค. 2562 16:30 น. ดูรายการได้อย่างเดียว');
  expect(text).not.toContain('class="act ');
  expect(text).not.toContain('certify-bar');
});

it('a round that has not opened yet is read-only and says when it opens', async () => {
  app.clock.set(new Date('2019-09-20T09:00:00+07:00'));
  const early = await signIn(app, 'krs', PEOPLE.certifier);
  const { text } = await variables({ variable: app.world.variable('1/a') }, early).expect(200);
  app.clock.set(WORLD_NOW);
  expect(text).toContain('รอบนี้ยังไม่เปิด เริ่ม 1 ต.ค. 2562 00:00 น.');
  expect(text).not.toContain('class="act ');
});

describe('the keys', () => {
  it('are switched off and on for the person', async () => {
    const variable = app.world.variable('1/a');
    const page = await variables({ variable });
    expect(page.text).toContain('data-keys="on"');
    const off = await certifier
      .post('/krs/certify/keys')
      .type('form')
      .send({ on: '0', view: 'variables', round: app.world.rounds.open, variable });
    expect(off.headers.location).toBe(
      `/krs/certify/variables?round=${app.world.rounds.open}&variable=${variable}`,
    );
    expect((await variables({ variable })).text).toContain('data-keys="off"');
    await certifier.post('/krs/certify/keys').type('form').send({ on: '1' }).expect(303);
    await certifier.post('/krs/certify/keys').type('form').send({ on: 'x' }).expect(400);
    expect((await variables({ variable })).text).toContain('data-keys="on"');
  });
});

describe('statements', () => {
  // beside the one that reads the session
  const LIST = 7;
  const DECISION = 11;

  async function measure() {
    const ids: string[] = await app
      .db('entries')
      .where({ round_id: app.world.rounds.open, variable_id: app.world.variable('2.1/1.') })
      .pluck('id');
    await app
      .db('entries')
      .whereIn('id', ids)
      .update({ status: 'pending', value: '1', reason: null, version: 1 });
    const one = { version: '1' };
    const [first = ''] = ids;
    const rest = ids.slice(1).map((id) => `${id}:1`);
    const post = (path: string, fields: object, htmx = false) => {
      const request = certifier.post(`/krs/certify/${path}`).type('form');
      return (htmx ? request.set('HX-Request', 'true') : request).send(fields).timeout(20_000);
    };
    const steps = {
      listOfVariable: () => variables({ variable: app.world.variable('2.1/1.') }).expect(200),
      listOfOffice: () => offices({ office: app.world.offices.krabi }).expect(200),
      one: () => post(`entries/${first}/certification`, one, true).expect(200),
      undo: () => post(`entries/${first}/certification/delete`, { version: '2' }).expect(303),
      many: () => post('certifications', { entry: rest }, true).expect(200),
    };
    const counts: Record<string, number> = {};
    for (const [name, step] of Object.entries(steps)) {
      counts[name] = (await statementsDuring(app.db, async () => step())).length;
    }
    return { counts, offices: ids.length };
  }

  it('are as many for 3 offices as for 203, and few', async () => {
    app.clock.set(WORLD_NOW);
    await measure();
    const few = await measure();
    await addOffices(200);
    await refreshAll(app);
    const many = await measure();
    expect([few.offices, many.offices]).toEqual([3, 203]);
    expect(many.counts).toEqual(few.counts);
    expect(many.counts.listOfVariable).toBeLessThanOrEqual(LIST);
    // openings and scores of AUDIT beside it
    expect(many.counts.listOfOffice).toBeLessThanOrEqual(LIST + 1);
    expect(many.counts.one).toBeLessThanOrEqual(DECISION);
    expect(many.counts.many).toBeLessThanOrEqual(DECISION);
  });
});

function verbsIn(row: string): string[] {
  return [...row.matchAll(/data-act="(\w+)"/g)].map((match) => match[1] ?? '');
}

async function addOffices(count: number): Promise<void> {
  await app.db.raw(
    `with added as (
       insert into offices (kind, code, type, name, short_name, list_label, list_order, valid_from_fy)
       select 'district', 'x' || n, 'สพป', 'เขตทดสอบ ' || n, 'ทดสอบ ' || n, 'ทดสอบ เขต ' || n, 1000 + n, 2553
         from generate_series(1, ?::int) n
       returning id
     ), taking_part as (
       insert into round_offices (round_id, office_id) select ?, id from added returning office_id
     )
     select 1`,
    [count, app.world.rounds.open],
  );
  await app.db.raw(
    `insert into entries (round_id, office_id, variable_id, source)
     select e.round_id, o.id, e.variable_id, e.source from entries e, offices o
      where e.round_id = ? and e.office_id = ? and o.code like 'x%'`,
    [app.world.rounds.open, app.world.offices.krabi],
  );
}
