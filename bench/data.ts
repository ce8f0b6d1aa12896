import bcrypt from 'bcrypt';
import type { Db } from '../src/db/database.ts';
import { importFramework } from '../src/framework/actions.ts';
import { loadFramework } from '../src/framework/queries.ts';
import type { YearRound } from '../src/framework/types.ts';
import { createRound } from '../src/rounds/actions.ts';
import { listRoundOffices, storeRound } from '../src/rounds/queries.ts';
import { refreshScores } from '../src/scores/actions.ts';
import { benchFramework, OFFICE_TYPE, ROUNDS } from './framework.ts';

/** Of every account of the bench. */
export const PASSWORD = 'a password for measuring';
export const CHEAP_COST = 4;

export interface BenchSystem {
  code: string;
  id: string;
  /** Offices in the order of their ids. */
  offices: { id: string; username: string }[];
  certifiers: string[];
  /** Round id by kind. */
  rounds: Record<string, string>;
}

export interface SystemPlan {
  code: string;
  offices: number;
  certifiers: number;
  /** How many of the framework's sub-indicators; all where it is missing. */
  subIndicators?: number;
  /** No scores, one round, and entries in all statuses. */
  onlyEntries?: boolean;
  /** The rounds are there, their entry lists are not. */
  withoutLists?: boolean;
}

/**
 * A system of its own in the database: so many offices, one reporter in each who is assigned everything, one
 * bureau with so many certifiers, the framework and its rounds, every value reported and pending.
 */
export async function createBenchSystem(db: Db, plan: SystemPlan): Promise<BenchSystem> {
  const { code, offices, certifiers, subIndicators, onlyEntries = false, withoutLists = false } = plan;
  const [system] = await db('systems').insert(
    { code, brand: code.toUpperCase(), name_th: `ระบบ ${code}`, name_en: `System ${code}` },
    ['id'],
  );
  const hash = await bcrypt.hash(PASSWORD, CHEAP_COST);
  await db.raw(PEOPLE, { systemId: system.id, code, offices, certifiers, officeType: OFFICE_TYPE, hash });
  await db.raw('analyze offices, system_offices, users');
  const file = benchFramework(code, `${code}-bureau`, new Date(), subIndicators);
  const { frameworkId, rounds: yearRounds } = await importFramework(db, file);
  if (!onlyEntries) await db.raw(ASSIGN, { systemId: system.id, frameworkId });
  const rounds: BenchSystem['rounds'] = {};
  for (const planned of yearRounds) {
    if (onlyEntries && planned.kind !== ROUNDS.ours) continue;
    rounds[planned.kind] = withoutLists
      ? await planRound(db, frameworkId, planned)
      : await reportRound(db, frameworkId, planned, onlyEntries);
  }
  return { code, id: system.id, rounds, ...(await readPeople(db, system.id)) };
}

async function planRound(db: Db, frameworkId: string, planned: YearRound): Promise<string> {
  const round = await storeRound(db, { ...planned, frameworkId });
  if (round === undefined) throw new Error('The round could not be stored');
  return round.id;
}

async function reportRound(
  db: Db,
  frameworkId: string,
  planned: YearRound,
  onlyEntries: boolean,
): Promise<string> {
  return db.transaction(async (trx) => {
    const round = await createRound(trx, { ...planned, frameworkId });
    await trx.raw(onlyEntries ? MIX : REPORT, { roundId: round.id });
    if (onlyEntries) return round.id;
    const framework = await loadFramework(trx, frameworkId, 1);
    await refreshScores(trx, framework, round, await listRoundOffices(trx, round.id));
    return round.id;
  });
}

async function readPeople(db: Db, systemId: string): Promise<Pick<BenchSystem, 'offices' | 'certifiers'>> {
  const users = await db('users')
    .where({ system_id: systemId })
    .orderBy('id')
    .select('office_id', 'username', 'role');
  return {
    offices: users
      .filter(({ role }) => role === 'district_admin')
      .map(({ office_id: id, username }) => ({ id, username })),
    certifiers: users.filter(({ role }) => role === 'certifier').map(({ username }) => username),
  };
}

const PEOPLE = `
  with made as (
    insert into offices (kind, code, type, name, short_name, list_label, list_order, valid_from_fy)
    select 'district', :code || '-' || lpad(n::text, 4, '0'), :officeType,
           'สำนักงานเขตพื้นที่การศึกษาประถมศึกษาตัวอย่าง เขต ' || n, 'สพป.ตัวอย่าง เขต ' || n, 'ตัวอย่าง เขต ' || n, n, 2553
      from generate_series(1, :offices::int) n
    union all
    select 'bureau', :code || '-bureau', null, 'สำนักทดสอบ ' || :code, 'สท. ' || :code, 'สท. ' || :code, 1, 2553
    union all
    select 'kpi_office', :code || '-kpi', null, 'กลุ่มพัฒนาระบบ ' || :code, 'กพร. ' || :code, 'กพร. ' || :code, 2, 2553
    returning id, kind, list_order
  ), taking_part as (
    insert into system_offices select :systemId::bigint, id from made returning office_id
  )
  insert into users (system_id, office_id, username, password_hash, name, role)
  select :systemId, m.id, p.username, :hash, 'ผู้ใช้งาน ' || p.username, p.role
    from made m
    join taking_part t on t.office_id = m.id
    cross join lateral (
      select 'office' || m.list_order as username, 'district_admin' as role where m.kind = 'district'
      union all
      select 'certifier' || n, 'certifier' from generate_series(1, :certifiers::int) n where m.kind = 'bureau'
      union all
      select 'kpi', 'kpi_office' where m.kind = 'kpi_office'
    ) p
   order by m.list_order, p.username`;

const ASSIGN = `
  insert into assignments (user_id, node_id)
  select u.id, n.id from users u join framework_nodes n on n.framework_id = :frameworkId and n.kind = 'sub_indicator'
   where u.system_id = :systemId and u.role = 'district_admin'`;

// the same values as valueAt gives for phase 0
const REPORT = `
  update entries e
     set value = case when v.kind = 'yes_no' then 1 when v.kind = 'number' then 7.25 when v.code = 'a' then 45 else 54 end,
         status = 'pending', version = 2, reported_at = now() - interval '1 hour', reported_by = u.id
    from variables v, users u
   where e.round_id = :roundId and v.id = e.variable_id and u.office_id = e.office_id`;

const MIX = `
  update entries
     set value = 45, version = 2, reported_at = now() - interval '1 hour',
         status = case when id % 3 = 0 then 'pending' else 'certified' end
   where round_id = :roundId and id % 5 <> 0`;
