import type { Db } from '../src/db/database.ts';
import type { BenchSystem } from './data.ts';
import { tidyTables } from './database.ts';
import type { Connection } from './load.ts';
import type { Pair, Side } from './measure.ts';
import type { WritingStage } from './pairs.ts';
import type { RunningServer } from './servers.ts';
import { CONNECTIONS, roundOf, type Seat } from './world.ts';

/** Certifying takes the offices that the saves leave alone: nobody waits there either. */
export interface CertifyStage extends WritingStage {
  /** A certifier for each connection. */
  certifiers: readonly Pick<Seat, 'ours' | 'bare'>[];
}

/**
 * Certifying one pending entry after the other, each connection in offices of its own. Before every run all
 * entries are pending again; a run ends early where nothing is left to certify.
 */
export async function certifyPair(stage: CertifyStage): Promise<Pair> {
  const { db, servers, system } = stage;
  for (const sql of KEEP) await db.raw(sql, [officeIds(system)]);
  return {
    name: 'certify',
    label: 'certify one entry',
    wanted: 0.5,
    ours: certifyingSide(stage, 'ours', servers.ours, `/${system.code}/certify`),
    bare: certifyingSide(stage, 'bare', servers.bare, ''),
  };
}

function certifyingSide(
  { db, system, certifiers }: CertifyStage,
  side: 'ours' | 'bare',
  server: RunningServer,
  base: string,
): Side {
  return {
    server,
    async prepare() {
      for (const sql of PUT_BACK) await db.raw(sql);
      await tidyTables(db);
      const pending = await pendingEntries(db, system, side);
      return certifiers.map((certifier, at) => certifying(certifier[side], pending[at] ?? [], base));
    },
  };
}

/** The form of a row's ✓ in the list of its variable. */
function certifying(cookie: string, entries: readonly PendingEntry[], base: string): Connection {
  let next = 0;
  return {
    cookie,
    next() {
      const entry = entries[next];
      next += 1;
      if (entry === undefined) return null;
      const { id, version, round_id: round, variable_id: variable } = entry;
      return {
        method: 'POST',
        path: `${base}/entries/${id}/certification`,
        expect: 303,
        body: formOf({ round, variable, version }),
      };
    },
  };
}

export function formOf({
  round,
  variable,
  version,
}: {
  round: string;
  variable: string;
  version: number;
}): string {
  return `view=variables&round=${round}&variable=${variable}&version=${version}`;
}

interface PendingEntry {
  id: string;
  version: number;
  round_id: string;
  office_id: string;
  variable_id: string;
}

const PENDING = `
  select id, version, round_id, office_id, variable_id from entries
   where round_id = ? and office_id = any(?) and status = 'pending'
   order by variable_id, office_id`;

/** One list for each connection: its offices' pending entries, variable by variable. */
async function pendingEntries(db: Db, system: BenchSystem, side: 'ours' | 'bare'): Promise<PendingEntry[][]> {
  const offices = officeIds(system);
  const { rows } = await db.raw<{ rows: PendingEntry[] }>(PENDING, [roundOf(system, side), offices]);
  return Array.from({ length: CONNECTIONS }, (_, connection) =>
    rows.filter((row) => offices.indexOf(row.office_id) % CONNECTIONS === connection),
  );
}

function officeIds(system: BenchSystem): string[] {
  return system.offices.slice(CONNECTIONS).map(({ id }) => id);
}

const KEEP = [
  'create table kept_entries as select * from entries where office_id = any(?)',
  'create table kept_scores as select * from scores where office_id = any(?)',
];

const PUT_BACK = [
  `update entries e set status = k.status, version = k.version, decided_by = k.decided_by, decided_at = k.decided_at
     from kept_entries k where k.id = e.id and e.version <> k.version`,
  `update scores s set self_assessed = k.self_assessed, certified = k.certified, result = k.result, reason = k.reason
     from kept_scores k
    where k.round_id = s.round_id and k.office_id = s.office_id and k.node_id = s.node_id
      and (s.self_assessed, s.certified, s.result, s.reason)
          is distinct from (k.self_assessed, k.certified, k.result, k.reason)`,
];
