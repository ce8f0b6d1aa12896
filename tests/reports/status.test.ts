import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFilterChoices } from '../../src/rounds/filters/queries.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { addOffices, textOf } from './support.ts';

let app: TestApp;
let kpiOffice: Agent;
let certifier: Agent;
let owner: Agent;
let outsider: Agent;

beforeAll(async () => {
  app = await startTestApp();
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  owner = await signIn(app, 'krs', PEOPLE.owner);
  outsider = await signIn(app, 'krs', PEOPLE.outsider);
});
afterAll(() => app.stop());

async function open(agent: Agent, query = ''): Promise<string> {
  const { text } = await agent.get(`/krs/status?${query}`).expect(200);
  return textOf(text.slice(text.indexOf('<main')));
}

describe('the status matrix', () => {
  it('shows the KPI office every office with its counts', async () => {
    const text = await open(kpiOffice);
    // krabi: 12 entries; a, b pending, 2.1 certified, 2.2 rejected, two central values, the rest unreported
    expect(text).toMatch(/สพป\.กระบี่ 6\/12 6 2 1 3 /);
    expect(text).toMatch(/สพป\.ลำปาง เขต 2 2\/12 8 2 2 /);
    expect(text).toMatch(/สพม\.7 0\/11 9 2 /);
    expect(text).toMatch(/รวม 8\/35 23 4 1 3 4 /);
  });

  it('puts the word of each cell beside its symbol', async () => {
    const { text } = await kpiOffice.get('/krs/status').expect(200);
    expect(text).toContain('<td class="cell dot dot-pending">รอการรับรองผล</td>');
    expect(text).toContain('<td class="cell dot dot-rejected">ไม่รับรอง</td>');
    expect(text).toContain('<td class="cell dot dot-central">รอข้อมูลส่วนกลาง</td>');
    // of the two values of lampang one was taken back
    const entry = await app.world.entry('open', 'lampang', '1/a');
    await app.db('entries').where({ id: entry }).update({ status: 'unreported', value: null });
    try {
      expect(await open(kpiOffice)).toContain('ยังไม่รายงานผล 1/2');
    } finally {
      await app.db('entries').where({ id: entry }).update({ status: 'pending', value: '50' });
    }
  });

  it('shows a bureau its own variables of all offices', async () => {
    const text = await open(certifier);
    expect(text).toMatch(/สพป\.กระบี่ 3\/9 6 2 1 /);
    expect(text).toMatch(/สพป\.ลำปาง เขต 2 2\/9 7 2 /);
    expect(text).not.toContain('ระดับความสำเร็จของการควบคุมภายใน');
    // asking for another bureau changes nothing
    expect(await open(certifier, `bureau=${app.world.offices.bureau1}`)).toMatch(/สพป\.กระบี่ 3\/9/);
  });

  it('shows an office itself only', async () => {
    for (const by of ['office', 'indicator', 'bureau']) {
      const text = await open(outsider, `by=${by}`);
      expect(text).not.toContain('กระบี่');
      expect(text).toContain('รายงานแล้ว 2 จาก 12');
    }
  });

  it('counts by indicator and by bureau', async () => {
    const byIndicator = await open(owner);
    expect(byIndicator).toMatch(/1 ร้อยละของนักเรียนที่อ่านออกเขียนได้ 2\/2 2 รอการรับรองผล/);
    const byBureau = await open(kpiOffice, 'by=bureau');
    expect(byBureau).toMatch(
      /สคส\. สำนักการคลังและสินทรัพย์ 14 ต\.ค\. 2562 5\/26 21 ยังไม่รายงานผล 4 รอการรับรองผล 1 รับรองผล/,
    );
  });

  it('counts what AUDIT decided as decided', async () => {
    const where = {
      round_id: app.world.rounds.open,
      office_id: app.world.offices.krabi,
      node_id: app.world.node('3'),
    };
    await app.db('audit_scores').insert({ ...where, score: '4', given_by: app.world.users.kpiOffice });
    try {
      expect(await open(owner)).toMatch(/ขั้นตอนการพัฒนาองค์กร 5\/5 5 ให้คะแนนโดย AUDIT/);
    } finally {
      await app.db('audit_scores').where(where).delete();
    }
  });

  it('filters by status, type, bureau and name', async () => {
    expect(await open(kpiOffice, 'status=rejected')).not.toContain('ลำปาง');
    expect(await open(kpiOffice, `type=${encodeURIComponent('สพม')}`)).not.toContain('กระบี่');
    const found = await open(kpiOffice, `q=${encodeURIComponent('ลำปาง')}`);
    expect(found).toContain('สพป.ลำปาง');
    expect(found).not.toContain('สพม.7');
    expect(await open(kpiOffice, `bureau=${app.world.offices.bureau1}`)).toMatch(/สพป\.กระบี่ 3\/3/);
    expect(await open(kpiOffice, `q=${encodeURIComponent("%' or true --")}`)).toContain(
      'ไม่พบรายการตามตัวกรองนี้',
    );
  });

  it('offers the bureaus that have variables in the lists, retired since or not', async () => {
    const { db, world } = app;
    const { bureau1: bureau_id, krabi: none } = world.offices;
    const offered = async () => (await listFilterChoices(db, world.rounds.open)).bureaus.map(({ id }) => id);
    const before = await offered();
    const { id: _, ...variable } = await db('variables').where({ bureau_id }).first();
    await db('variables').where({ bureau_id }).update({ retired: true });
    await db('variables').insert({ ...variable, code: 'z', bureau_id: none });
    try {
      expect(await offered()).toEqual(before);
      expect(before).toContain(bureau_id);
    } finally {
      await db('variables').where({ bureau_id: none }).delete();
      await db('variables').where({ bureau_id }).update({ retired: false });
    }
  });

  it('knows no other rounds, and no nonsense', async () => {
    await kpiOffice.get('/krs/status?round=999999').expect(404);
    for (const query of [
      'round=x',
      'by=person',
      'status=lost',
      'page=0',
      'page=x',
      'bureau=-1',
      'q=%00',
      'q=1&q=2',
    ]) {
      await kpiOffice.get(`/krs/status?${query}`).expect(400);
    }
    await kpiOffice.get('/krs/status?page=999').expect(200);
    await app.agent().get('/krs/status').expect(303);
  });
});

describe('with many offices', () => {
  it('pages, stays light and asks no more statements', async () => {
    const before = await countStatements(app.db, () => open(kpiOffice));
    await addOffices(app, 120);
    const { text } = await kpiOffice.get('/krs/status').expect(200);
    expect(text.length).toBeLessThan(300_000);
    expect(textOf(text)).toContain('หน้า 1 จาก 3 (ทั้งหมด 123 รายการ)');
    expect(textOf(text)).toMatch(/รวม 8\/1,4\d\d/);
    expect(await countStatements(app.db, () => open(kpiOffice))).toBeLessThanOrEqual(before);
    const last = await open(kpiOffice, 'page=3&status=unreported');
    expect(last).toContain('สำนักงานทดลอง 120');
  });
});
