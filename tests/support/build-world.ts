import bcrypt from 'bcrypt';
import type { Db } from '../../src/db/database.ts';
import { loadFramework } from '../../src/framework/queries.ts';
import { listRoundOffices } from '../../src/rounds/queries.ts';
import { refreshScores } from '../../src/scores/actions.ts';
import {
  ARS_PASSWORD,
  OFFICES,
  PASSWORD,
  PEOPLE,
  ROUNDS,
  readWorld,
  WORLD_NOW,
  type World,
  type WorldRound,
} from './world.ts';
import { SUB_INDICATORS, VALUES, type Value } from './world-data.ts';

const CHEAP_COST = 4;
const ROUND_ROWS = [
  [
    '6M',
    1,
    'รอบที่ 1 ปี 62 (รอบ 6 เดือน)',
    '2019-03-31',
    '2019-04-01T00:00',
    '2019-04-20T16:30',
    '2019-05-15T16:30',
  ],
  [
    '12M',
    2,
    'รอบที่ 2 ปี 62 (รอบ 12 เดือน)',
    '2019-09-30',
    '2019-10-01T00:00',
    '2019-10-20T16:30',
    '2019-11-15T16:30',
  ],
] as const;

/** Fills a migrated, empty database with the world of world.ts. */
export async function buildWorld(db: Db): Promise<World> {
  await insertSystemsAndOffices(db);
  await insertUsers(db);
  await insertFramework(db);
  const world = await insertRounds(db);
  await insertEntries(db, world);
  await storeWorldScores(db, world);
  return world;
}

async function insertSystemsAndOffices(db: Db): Promise<void> {
  await db('systems').insert([
    system('krs', 'KRS System', 'ระบบรายงานผลตามคำรับรองการปฏิบัติราชการ', 'KPI Report System'),
    system('ars', 'ARS System', 'ระบบรายงานผลตัวชี้วัดตามแผนปฏิบัติราชการ', 'Action plan Report System'),
  ]);
  await db('offices').insert([
    office(12, 'kpiOffice', null, 'กลุ่มพัฒนาระบบบริหาร', 'กพร.'),
    office(1, 'bureau1', null, 'สำนักนโยบายและแผนการศึกษาขั้นพื้นฐาน', 'สนผ.'),
    office(9, 'bureau9', null, 'สำนักการคลังและสินทรัพย์', 'สคส.'),
    office(1, 'krabi', 'สพป', 'สำนักงานเขตพื้นที่การศึกษาประถมศึกษากระบี่', 'สพป.กระบี่'),
    office(127, 'lampang', 'สพป', 'สำนักงานเขตพื้นที่การศึกษาประถมศึกษาลำปาง เขต 2', 'สพป.ลำปาง เขต 2'),
    office(190, 'secondary', 'สพม', 'สำนักงานเขตพื้นที่การศึกษามัธยมศึกษา เขต 7', 'สพม.7'),
  ]);
  await db.raw('insert into system_offices select s.id, o.id from systems s cross join offices o');
}

function system(code: string, brand: string, name_th: string, name_en: string) {
  return { code, brand, name_th, name_en };
}

function office(
  list_order: number,
  key: keyof typeof OFFICES,
  type: string | null,
  name: string,
  short: string,
) {
  const [kind, code] = OFFICES[key];
  return { kind, code, type, name, short_name: short, list_label: short, list_order, valid_from_fy: 2553 };
}

async function insertUsers(db: Db): Promise<void> {
  const hash = await bcrypt.hash(PASSWORD, CHEAP_COST);
  const arsHash = await bcrypt.hash(ARS_PASSWORD, CHEAP_COST);
  const people = [
    ['krs', PEOPLE.owner, 'krabi', 'district_admin', 'เจ้าของ งานดี'],
    ['krs', PEOPLE.colleague, 'krabi', 'reporter', 'สมใจ ช่วยกัน'],
    ['krs', PEOPLE.idle, 'krabi', 'reporter', 'วิชัย ว่างงาน'],
    ['krs', PEOPLE.former, 'krabi', 'reporter', 'อดีต ย้ายไป'],
    ['krs', PEOPLE.outsider, 'lampang', 'reporter', 'คนนอก ลำปาง'],
    ['krs', PEOPLE.secondary, 'secondary', 'district_admin', 'มัธยม เขตเจ็ด'],
    ['krs', PEOPLE.certifier, 'bureau9', 'certifier', 'รับรอง คลัง'],
    ['krs', PEOPLE.bureauAdmin, 'bureau9', 'bureau_admin', 'หัวหน้า คลัง'],
    ['krs', PEOPLE.otherCertifier, 'bureau1', 'certifier', 'รับรอง นโยบาย'],
    ['krs', PEOPLE.kpiOffice, 'kpiOffice', 'kpi_office', 'กลาง พัฒนาระบบ'],
    ['ars', PEOPLE.owner, 'krabi', 'district_admin', 'เจ้าของ งานดี'],
  ] as const;
  for (const [systemCode, username, officeKey, role, name] of people) {
    const [kind, code] = OFFICES[officeKey];
    await db('users').insert({
      system_id: db('systems').where({ code: systemCode }).select('id'),
      office_id: db('offices').where({ kind, code }).select('id'),
      username,
      password_hash: systemCode === 'krs' ? hash : arsHash,
      name,
      email: `${username}@example.org`,
      role,
      status: username === PEOPLE.former ? 'disabled' : 'active',
    });
  }
}

async function insertFramework(db: Db): Promise<void> {
  const [framework] = await db('frameworks').insert(
    {
      system_id: db('systems').where({ code: 'krs' }).select('id'),
      fiscal_year: 2562,
      title_th: 'ระบบรายงานผลการประเมินส่วนราชการ ประจำปีงบประมาณ พ.ศ. 2562',
      title_en: 'KPI Report System, fiscal year 2562',
    },
    ['id'],
  );
  const nodes = new Map<string, string>();
  let position = 0;
  const node = async (kind: string, code: string, name: string, parent: string | undefined) => {
    const found = nodes.get(`${kind} ${code}`);
    if (found !== undefined) return found;
    position += 1;
    const row = { framework_id: framework.id, kind, code, name, parent_id: parent ?? null, position };
    const [{ id }] = await db('framework_nodes').insert(row, ['id']);
    nodes.set(`${kind} ${code}`, id);
    return id as string;
  };
  for (const sub of SUB_INDICATORS) {
    const dimension = await node(
      'dimension',
      sub.dimension,
      `องค์ประกอบที่ ${sub.dimension.slice(1)}`,
      undefined,
    );
    const heading =
      sub.heading === undefined ? dimension : await node('indicator', sub.heading, 'หัวข้อ', dimension);
    const indicator = await node('indicator', sub.code, sub.name, heading);
    const id = await node('sub_indicator', sub.code, sub.name, indicator);
    await insertSubIndicator(db, framework.id, id, sub);
  }
}

async function insertSubIndicator(
  db: Db,
  frameworkId: string,
  nodeId: string,
  sub: (typeof SUB_INDICATORS)[number],
): Promise<void> {
  await db('sub_indicators').insert({
    node_id: nodeId,
    weight: sub.weight,
    formula: sub.formula,
    direction: sub.direction ?? 'more',
    whole_levels: sub.wholeLevels ?? false,
    result_unit: sub.resultUnit ?? null,
    office_types: sub.officeTypes ?? ['สพป', 'สพม'],
  });
  const [level1, level2, level3, level4, level5] = sub.levels;
  await db('criteria').insert({ node_id: nodeId, level1, level2, level3, level4, level5 });
  for (const [index, variable] of sub.variables.entries()) {
    const [kind, code] = OFFICES[sub.certifier];
    const [{ id }] = await db('variables').insert(
      {
        framework_id: frameworkId,
        node_id: nodeId,
        ...variable,
        explanation: `คำอธิบายของ ${variable.name}`,
        position: Number(nodeId) * 100 + index,
        bureau_id: db('offices').where({ kind, code }).select('id'),
      },
      ['id'],
    );
    for (const roundKind of sub.due) {
      await db('variable_rounds').insert({
        variable_id: id,
        round_kind: roundKind,
        source: sub.source ?? 'office',
      });
    }
  }
}

async function insertRounds(db: Db): Promise<World> {
  for (const [kind, sequence, label, dataAsOf, opens, closes, certificationCloses] of ROUND_ROWS) {
    await db('rounds').insert({
      system_id: db('systems').where({ code: 'krs' }).select('id'),
      framework_id: db('frameworks').where({ fiscal_year: 2562 }).select('id'),
      fiscal_year: 2562,
      kind,
      sequence,
      label,
      data_as_of: dataAsOf,
      entry_opens_at: `${opens}+07:00`,
      entry_closes_at: `${closes}+07:00`,
      certification_closes_at: `${certificationCloses}+07:00`,
    });
  }
  const world = await readWorld(db);
  await db.raw(`
    insert into round_offices (round_id, office_id)
    select r.id, o.id from rounds r cross join offices o where o.kind = 'district' order by r.id, o.id`);
  await db.raw(
    `insert into assignments (user_id, node_id)
     select u.id, s.node_id from users u cross join sub_indicators s
      where u.id = any(?) or (u.id = ? and s.node_id = any(?))`,
    [
      [world.users.owner, world.users.outsider, world.users.secondary],
      world.users.colleague,
      [world.node('1'), world.node('3')],
    ],
  );
  return world;
}

async function insertEntries(db: Db, world: World): Promise<void> {
  await db.raw(`
    insert into entries (round_id, office_id, variable_id, source)
    select r.id, o.id, v.id, vr.source
      from rounds r
      join round_offices ro on ro.round_id = r.id
      join offices o on o.id = ro.office_id
      join variables v on v.framework_id = r.framework_id
      join variable_rounds vr on vr.variable_id = v.id and vr.round_kind = r.kind
      join sub_indicators s on s.node_id = v.node_id and o.type = any(s.office_types)
     order by r.id, o.id, v.position`);
  for (const value of VALUES) await report(db, world, value);
}

async function storeWorldScores(db: Db, world: World): Promise<void> {
  const framework = await loadFramework(db, world.frameworkId, 1);
  for (const round of Object.keys(ROUNDS) as WorldRound[]) {
    const id = world.rounds[round];
    const offices = await listRoundOffices(db, id);
    await db.transaction((trx) => refreshScores(trx, framework, { id, kind: ROUNDS[round] }, offices));
  }
}

/** Gives an entry its value, status and the history that led there. */
async function report(db: Db, world: World, item: Value): Promise<void> {
  const id = await world.entry(item.round, item.office, item.variable);
  const reporter = {
    krabi: world.users.owner,
    lampang: world.users.outsider,
    secondary: world.users.secondary,
  }[item.office];
  const reportedAt = item.round === 'past' ? new Date('2019-04-18T10:00:00+07:00') : before(24 * 60);
  const decidedAt = item.round === 'past' ? new Date('2019-05-10T10:00:00+07:00') : before(60);
  const central = item.status === 'central';
  const decided = item.status === 'certified' || item.status === 'rejected';
  const decider = item.variable.startsWith('2.2') ? world.users.otherCertifier : world.users.certifier;
  const reason = item.status === 'rejected' ? 'ข้อมูลไม่ตรงกับเอกสารหลักฐาน' : null;
  await db('entries')
    .where({ id })
    .update({
      value: item.value,
      status: central ? 'certified' : item.status,
      reason,
      version: decided ? 3 : 2,
      reported_by: central ? world.users.kpiOffice : reporter,
      reported_at: reportedAt,
      ...(decided ? { decided_by: decider, decided_at: decidedAt } : {}),
    });
  await db('entry_events').insert({
    entry_id: id,
    kind: central ? 'central' : 'save',
    at: reportedAt,
    user_id: central ? world.users.kpiOffice : reporter,
    value_after: item.value,
    status_before: 'unreported',
    status_after: central ? 'certified' : 'pending',
  });
  if (!decided) return;
  await db('entry_events').insert({
    entry_id: id,
    kind: item.status === 'certified' ? 'certify' : 'reject',
    at: decidedAt,
    user_id: decider,
    value_before: item.value,
    value_after: item.value,
    status_before: 'pending',
    status_after: item.status,
    reason,
  });
}

function before(minutes: number): Date {
  return new Date(WORLD_NOW.getTime() - minutes * 60_000);
}
