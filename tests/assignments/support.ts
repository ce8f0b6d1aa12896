import type { Agent, TestApp } from '../support/test-app.ts';
import type { Person } from '../support/world.ts';

/** The ticks of a page as a browser would send them back. */
export function fieldsOf(html: string): { year: string; shown: string; node: string[] } {
  const value = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
  const boxes = html.match(/<input[^>]* name="node"[^>]*>/g) ?? [];
  const node = boxes
    .filter((box) => box.includes(' checked'))
    .map((box) => /value="(\d+)"/.exec(box)?.[1] ?? '');
  return { year: value('year'), shown: value('shown'), node };
}

export function personPath(app: TestApp, person: Person): string {
  return `/krs/users/${app.world.users[person]}/assignments`;
}

/** Opens somebody's page and sends it with these sub-indicators ticked and those not. */
export async function assign(
  app: TestApp,
  by: Agent,
  person: Person,
  change: { tick?: string[]; untick?: string[] },
) {
  const path = personPath(app, person);
  const { text } = await by.get(path).expect(200);
  const fields = fieldsOf(text);
  const ids = (codes: string[] = []) => codes.map((code) => app.world.node(code));
  const untick = ids(change.untick);
  const node = [...fields.node.filter((id) => !untick.includes(id)), ...ids(change.tick)];
  return by
    .post(path)
    .type('form')
    .send({ ...fields, node });
}

/** The codes of what is assigned to a person. */
export async function assignedTo(app: TestApp, person: Person, frameworkId = app.world.frameworkId) {
  const rows = await app
    .db('assignments as a')
    .join('framework_nodes as n', 'n.id', 'a.node_id')
    .where({ 'a.user_id': app.world.users[person], 'n.framework_id': frameworkId })
    .orderBy('n.position')
    .select('n.code');
  return rows.map(({ code }: { code: string }) => code);
}

export interface NextYear {
  frameworkId: string;
  /** By code. */
  nodes: Map<string, string>;
}

/**
 * A framework of 2563 in KRS: `1` keeps its code, `2.2` was renamed, `9` was copied from `3`, `5` applies to primary
 * areas as before, the others are gone.
 */
export async function insertNextYear(app: TestApp): Promise<NextYear> {
  const { db, world } = app;
  const [{ id: frameworkId }] = await db('frameworks').insert(
    {
      system_id: world.systems.krs,
      fiscal_year: 2563,
      title_th: 'KRS 2563',
      title_en: 'KRS 2563',
    },
    ['id'],
  );
  const place = { framework_id: frameworkId };
  const [{ id: dimension }] = await db('framework_nodes').insert(
    { ...place, kind: 'dimension', code: 'C1', name: 'องค์ประกอบที่ 1', position: 1 },
    ['id'],
  );
  const nodes = new Map<string, string>();
  const subs = [
    { code: '1', name: 'ร้อยละของนักเรียนที่อ่านออกเขียนได้', copied: null, types: ['สพป', 'สพม'] },
    { code: '2.2', name: 'การควบคุมภายในแบบใหม่', copied: null, types: ['สพป', 'สพม'] },
    { code: '9', name: 'ขั้นตอนการพัฒนาองค์กร', copied: world.variable('3/1.'), types: ['สพป', 'สพม'] },
    { code: '5', name: 'ปริมาณการใช้ไฟฟ้าต่อคน', copied: null, types: ['สพม'] },
  ];
  for (const [index, { code, name, copied, types }] of subs.entries()) {
    const [{ id }] = await db('framework_nodes').insert(
      { ...place, parent_id: dimension, kind: 'sub_indicator', code, name, position: 10 + index },
      ['id'],
    );
    nodes.set(code, id);
    await db('sub_indicators').insert({
      node_id: id,
      weight: 25,
      formula: 'a',
      direction: 'more',
      office_types: types,
    });
    await db('criteria').insert({ node_id: id, level1: 1, level5: 5 });
    const [{ id: variable }] = await db('variables').insert(
      {
        ...place,
        node_id: id,
        code: 'a',
        name: `ค่าของ ${code}`,
        unit: 'คน',
        kind: 'whole',
        min: 0,
        max: 100,
        position: index,
        copied_from_id: copied,
        bureau_id: world.offices.bureau9,
      },
      ['id'],
    );
    await db('variable_rounds').insert({ variable_id: variable, round_kind: '12M', source: 'office' });
  }
  return { frameworkId, nodes };
}
