import type { Db } from '../src/db/database.ts';
import { PASSWORD } from './data.ts';
import { send, signIn } from './load.ts';
import { medianOf } from './measure.ts';

const REPETITIONS = 9;

/** People of the demo's KRS in the list of users. */
export const USERS = 2000;

// Spread over all district offices, each responsible for a few sub-indicators of the newest year.
const FILL = `
  with system as (
    select id from systems where code = 'krs'
  ), framework as (
    select f.id from frameworks f join system s on s.id = f.system_id order by f.fiscal_year desc limit 1
  ), places as (
    select o.id, row_number() over (order by o.id) - 1 as place, count(*) over () as number
      from offices o join system_offices so on so.office_id = o.id join system s on s.id = so.system_id
     where o.kind = 'district' and o.valid_to_fy is null
  ), added as (
    insert into users (system_id, office_id, username, name, position, phone, email, role, last_login_at)
    select s.id, p.id, 'person' || n, 'ผู้ใช้งานคนที่ ' || n, 'นักวิชาการศึกษา', '0-0000-' || lpad(n::text, 4, '0'),
           'person' || n || '@example.org', 'reporter', now() - n * interval '1 hour'
      from generate_series(1, :wanted::int - (select count(*)::int from users u join system s on s.id = u.system_id)) n
     cross join system s
      join places p on p.place = n % p.number
    returning id
  ), nodes as (
    select n.id, row_number() over (order by n.position) as place
      from framework_nodes n join framework f on f.id = n.framework_id where n.kind = 'sub_indicator'
  )
  insert into assignments (user_id, node_id)
  select a.id, n.id from added a join nodes n on n.place <= 5`;

/** Fills the demo's KRS up to so many people; before the application starts. */
export async function addUsers(db: Db): Promise<void> {
  await db.raw(FILL, { wanted: USERS });
}

/** A page of the list as the KPI office sees it, and the time that it takes, one request at a time. */
export async function measureUserList(origin: string): Promise<{ cookie: string; path: string; ms: number }> {
  const cookie = await signIn(origin, 'krs', 'psdg', PASSWORD);
  const path = '/krs/users?page=20';
  const times: number[] = [];
  for (let repetition = -2; repetition < REPETITIONS; repetition += 1) {
    const begin = performance.now();
    const { status } = await send(origin, { method: 'GET', path, cookie });
    if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
    if (repetition >= 0) times.push(performance.now() - begin);
  }
  return { cookie, path, ms: medianOf(times) };
}
