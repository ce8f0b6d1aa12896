import type { Db } from '../../src/db/database.ts';

/** Gives ARS a framework, an open round and an entry of krabi: none of it may be reached from KRS. */
export async function insertArsRound(
  db: Db,
): Promise<Record<'round' | 'entry' | 'node' | 'variable', string>> {
  const system_id = db('systems').where({ code: 'ars' }).select('id');
  const office = db('offices').where({ code: '8101' }).select('id');
  const id = await idOf(db, 'frameworks', {
    system_id,
    fiscal_year: 2562,
    title_th: 'ARS 2562',
    title_en: 'ARS 2562',
  });
  const place = { framework_id: id, code: 'A1', name: 'แผนงาน' };
  const dimension = await idOf(db, 'framework_nodes', { ...place, kind: 'dimension', position: 1 });
  const below = { ...place, parent_id: dimension };
  const node = await idOf(db, 'framework_nodes', { ...below, kind: 'sub_indicator', position: 2 });
  await db('sub_indicators').insert({
    node_id: node,
    weight: 100,
    formula: 'a',
    direction: 'more',
    office_types: ['สพป'],
  });
  await db('criteria').insert({ node_id: node, level1: 1, level5: 5 });
  const variable = await idOf(db, 'variables', {
    framework_id: id,
    node_id: node,
    code: 'a',
    name: 'โครงการ',
    unit: 'โครงการ',
    kind: 'whole',
    min: 0,
    max: 100,
    position: 1,
    bureau_id: db('offices').where({ kind: 'bureau', code: '9' }).select('id'),
  });
  await db('variable_rounds').insert({ variable_id: variable, round_kind: '12M', source: 'office' });
  const round = await idOf(db, 'rounds', {
    system_id,
    framework_id: id,
    fiscal_year: 2562,
    kind: '12M',
    sequence: 1,
    label: 'ARS รอบ 12 เดือน',
    entry_opens_at: '2019-10-01T00:00+07:00',
    entry_closes_at: '2019-10-20T16:30+07:00',
    certification_closes_at: '2019-11-15T16:30+07:00',
  });
  await db('round_offices').insert({ round_id: round, office_id: office });
  const entry = await idOf(db, 'entries', {
    round_id: round,
    office_id: office,
    variable_id: variable,
    source: 'office',
    value: '7',
    status: 'pending',
  });
  return { round, entry, node, variable };
}

async function idOf(db: Db, table: string, row: object): Promise<string> {
  const [{ id }] = await db(table).insert(row, ['id']);
  return id;
}
