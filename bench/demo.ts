import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import bcrypt from 'bcrypt';
import { loadDemo } from '../seeds/demo/index.ts';
import type { Db } from '../src/db/database.ts';
import { localFolder } from '../src/storage/local-folder.ts';
import { CHEAP_COST, PASSWORD } from './data.ts';

/** Places in the demo's KRS that are worth measuring. */
export interface DemoPlaces {
  /** A district admin, whose own office the score report shows. */
  reporter: string;
  reportPath: string;
  /** A certifier, and the list of one of the bureau's variables with all 225 offices in the open round. */
  certifier: string;
  listPath: string;
}

const PLACES = `
  select r.id as "roundId", e.variable_id as "variableId", u.username as certifier, count(*)::int as offices,
         (select d.username from users d
           where d.system_id = r.system_id and d.role = 'district_admin' order by d.id limit 1) as reporter
    from rounds r
    join systems s on s.id = r.system_id and s.code = 'krs'
    join entries e on e.round_id = r.id
    join variables v on v.id = e.variable_id
    join users u on u.office_id = v.bureau_id and u.system_id = s.id and u.role = 'certifier'
   where r.entry_opens_at <= now() and r.entry_closes_at > now() and e.source = 'office'
   group by r.id, e.variable_id, u.id
   order by offices desc, e.variable_id, u.id
   limit 1`;

/** Loads the demo into the empty database, all accounts with the bench's password. */
export async function loadDemoData(db: Db): Promise<DemoPlaces> {
  const passwordHash = await bcrypt.hash(PASSWORD, CHEAP_COST);
  const folder = await mkdtemp(join(tmpdir(), 'kpi-bench-uploads-'));
  try {
    await loadDemo(db, { passwordHash, now: new Date(), storage: localFolder(folder), log: { info() {} } });
  } finally {
    // no page that is measured opens a file
    await rm(folder, { recursive: true, force: true });
  }
  const { rows } = await db.raw(PLACES);
  const { roundId, variableId, certifier, reporter, offices } = rows[0] ?? {};
  if (offices !== 225) throw new Error(`The demo's largest list has ${offices} offices instead of 225`);
  return {
    reporter,
    reportPath: `/krs/reports/office?round=${roundId}`,
    certifier,
    listPath: `/krs/certify/variables?round=${roundId}&variable=${variableId}`,
  };
}
