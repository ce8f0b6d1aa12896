import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeDraft, createDraft } from '../../src/framework/drafts/actions.ts';
import { levelTables } from '../../src/framework/drafts/level-table.ts';
import { subIndicatorsOf } from '../../src/framework/drafts/parts.ts';
import type { DraftCriteria, DraftSubIndicator } from '../../src/framework/drafts/types.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

let app: TestApp;
let psdg: Agent;

beforeAll(async () => {
  app = await startTestApp();
  psdg = await signIn(app, 'krs', PEOPLE.kpiOffice);
  await createDraft({ db: app.db, clock: app.clock.now }, by(), { system: 'krs', fiscalYear: 2562 });
});
afterAll(() => app?.stop());

function by() {
  return { id: app.world.users.kpiOffice, systemId: app.world.systems.krs };
}

async function change(code: string, fields: Partial<DraftSubIndicator>): Promise<void> {
  const context = { db: app.db, clock: app.clock.now };
  await changeDraft(context, by(), { fiscalYear: 2562, event: 'edit' }, (draft) => {
    const changed = structuredClone(draft);
    Object.assign(subIndicatorsOf(changed).find(({ part }) => part.code === code)?.part ?? {}, fields);
    return changed;
  });
}

function address(code: string, values: Record<string, string>, round = '12M'): string {
  const query = new URLSearchParams({ round });
  for (const [name, value] of Object.entries(values)) {
    query.set(`value-${app.world.variable(`${code}/${name}`)}`, value);
  }
  return `/krs/framework/2562/parts/node-${app.world.node(code)}/calculator?${query}`;
}

describe('the calculator', () => {
  it('gives result, level and score with the explanation, and stores nothing', async () => {
    const before = await app.db('entries').sum('version').first();
    const { text } = await psdg.get(address('1', { a: '๔๕', b: '54' })).expect(200);
    expect(text).toContain('83.333333333333333');
    expect(text).toContain('<b>3.3333</b>');
    expect(text).toContain('45 / 54 * 100');
    expect(text).toMatch(/<dt>ระดับ<\/dt><dd><b>3<\/b>/);
    expect(text).toContain('value="๔๕"');
    // nobody certified anything: these are what-if values
    expect(text).not.toContain('รับรองผล');
    expect(text).not.toContain('คะแนนจริง');
    expect(await app.db('entries').sum('version').first()).toEqual(before);
  });

  it('answers only what changes where htmx asks', async () => {
    const { text } = await psdg
      .get(address('1', { a: '54', b: '54' }))
      .set('hx-request', 'true')
      .expect(200);
    expect(text).toContain('<b>5.0000</b>');
    expect(text).not.toContain('<html');
    expect(text).not.toContain('<form');
  });

  it('says what is wrong with a value, beside its box', async () => {
    const { text } = await psdg.get(address('1', { a: 'มาก', b: '54' })).expect(422);
    expect(text).toContain('กรอกเป็นตัวเลข');
    expect(text).toContain('aria-invalid="true"');
    expect(text).toContain('value="มาก"');
  });

  it('works on the draft as it is, with the criteria of the round', async () => {
    await change('1', { criteria_by_round: { '6M': ['10', '20', '30', '40', '50'] } });
    expect((await psdg.get(address('1', { a: '45', b: '54' }, '6M'))).text).toContain('<b>5.0000</b>');
    expect((await psdg.get(address('1', { a: '45', b: '54' }))).text).toContain('<b>3.3333</b>');
    await change('1', { formula: 'a / (b - b)' });
    const divided = (await psdg.get(address('1', { a: '45', b: '54' })).expect(200)).text;
    expect(divided).toContain('<b>1.0000</b>');
    expect(divided).toContain('เพราะตัวหารเป็น 0');
    expect(divided).not.toContain('โปรดแจ้ง');
    const half = (await psdg.get(address('4', { b: '54' })).expect(200)).text;
    expect(half).toContain('ยังไม่มีผลลัพธ์ เพราะไม่มีค่าของ a.');
    expect(half).not.toContain('รอข้อมูลส่วนกลาง');
    await change('1', { formula: 'a / c', criteria: null, criteria_by_round: {}, weight: '' });
    await psdg.get(address('1', { a: '45', b: '54' })).expect(200);
    await change('1', {
      formula: 'a / b * 100',
      criteria: ['60', '70', '80', '90', '100'],
      weight: '20',
    });
  });

  it('stands beside the sub-indicator, with the table of what result gives which score', async () => {
    const { text } = await psdg.get(`/krs/framework/2562/parts/node-${app.world.node('1')}`).expect(200);
    expect(text).toContain('id="calculator"');
    expect(text).toContain('80 ขึ้นไป แต่ไม่ถึง 90');
    expect(text).toContain('ต่ำกว่า 60');
    const less = await psdg.get(address('4', {})).expect(200);
    expect(less.text).toContain('มากกว่า');
  });

  it('is there for sub-indicators only', async () => {
    await psdg.get(`/krs/framework/2562/parts/node-${app.world.node('C1')}/calculator`).expect(404);
    await psdg.get('/krs/framework/2562/parts/node-n999/calculator').expect(404);
  });
});

describe('the table of levels', () => {
  const sub = {
    criteria: ['60', null, '80', '80', '100'],
    criteria_by_round: {},
    direction: 'more',
    whole_levels: false,
  } as unknown as DraftSubIndicator;

  it('leaves out what is not stated, and what nobody gets', () => {
    expect(levelTables(sub)).toEqual([
      {
        kinds: [],
        direction: 'more',
        wholeLevels: false,
        ranges: [
          { from: null, to: '60', level: 1, towards: null },
          { from: '60', to: '80', level: 1, towards: 3 },
          { from: '80', to: '100', level: 4, towards: 5 },
          { from: '100', to: null, level: 5, towards: null },
        ],
      },
    ]);
  });

  it('is one for each criteria that rounds have, none for those out of order', () => {
    const own: DraftCriteria = ['1', '2', '3', '4', '5'];
    const falling: DraftCriteria = ['5', '4', '3', '2', '1'];
    const byRound = { '6M': own, '9M': own, '12M': falling };
    const tables = levelTables({ ...sub, criteria_by_round: byRound, whole_levels: true });
    expect(tables.map(({ kinds }) => kinds)).toEqual([[], ['6M', '9M']]);
    expect(tables[1]?.ranges[1]).toEqual({ from: '1', to: '2', level: 1, towards: null });
  });
});

describe('problems of the draft', () => {
  it('stand beside the part, in the tree, and in a list with links', async () => {
    const b = app.world.variable('1/b');
    await change('1', { weight: '19', formula: 'a * 2' });
    const part = await psdg.get(`/krs/framework/2562/parts/variable-${b}`).expect(200);
    expect(part.text).toContain('ไม่ได้ใช้ในสูตร &#34;a * 2&#34;');
    const tree = await psdg.get('/krs/framework/2562').expect(200);
    expect(tree.text).toContain('ข้อผิดพลาด 2 รายการ');
    const list = await psdg.get('/krs/framework/2562/lint').expect(200);
    expect(list.text).toContain('น้ำหนักของตัวชี้วัดย่อยรวมกันได้ 99');
    expect(list.text).toContain(`href="/krs/framework/2562/parts/variable-${b}"`);
    const english = await psdg.get('/krs/framework/2562/lint').set('cookie', 'lang=en');
    expect(english.status).toBeLessThan(500);
    await change('1', { weight: '20', formula: 'a / b * 100' });
    expect((await psdg.get('/krs/framework/2562/lint')).text).not.toContain('ข้อผิดพลาด 2');
  });
});
