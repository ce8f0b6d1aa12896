import { beforeAll, describe, expect, it } from 'vitest';
import type { DemoSummary } from '../../seeds/demo/index.ts';
import type { Db } from '../../src/db/database.ts';
import { draftOf } from '../../src/framework/drafts/from-rows.ts';
import { lintDraft } from '../../src/framework/drafts/lint.ts';
import { knownThings, listYearRounds } from '../../src/framework/drafts/queries.ts';
import { readFrameworkRows } from '../../src/framework/queries.ts';
import { verifyScores } from '../../src/scores/verification/actions.ts';
import { listAllRounds } from '../../src/scores/verification/queries.ts';
import type { FileStorage } from '../../src/storage/types.ts';
import { listSystems } from '../../src/systems/queries.ts';
import {
  count,
  emptyDatabase,
  LOADED_AT,
  type LoadedDemo,
  load,
  PASSWORD_HASH,
  TODAY,
} from './demo-database.ts';

const STATEMENTS = 150;

let db: Db;
let storage: FileStorage;
let summary: DemoSummary & { statements: number };

/** No row is like this: how many are. */
const wrong = (sql: string, bindings: readonly string[] = []) => count(db, sql, bindings);

export function dataOfTheDemo(demo: () => LoadedDemo): void {
  beforeAll(() => {
    ({ db, storage, summary } = demo());
  });

  describe('loading', () => {
    it('sends a number of statements that does not grow with the data', () => {
      expect(summary.statements).toBeLessThan(STATEMENTS);
    });

    it('leaves every foreign key where it was', async () => {
      const keys = "select conname from pg_constraint where contype = 'f' and convalidated";
      const fresh = await emptyDatabase();
      expect(await count(db, keys)).toBe(await count(fresh.db, keys));
      await fresh.stop();
    });

    it('refuses a database that holds a system already', async () => {
      await expect(load({ db, storage })).rejects.toThrow('systems_code_unique');
    });

    it('names accounts that exist, each with the one password', async () => {
      for (const { system, username } of summary.accounts) {
        const user = `select from users u join systems s on s.id = u.system_id
                     where s.code = ? and u.username = ? and u.status = 'active' and u.password_hash = ?`;
        expect(await count(db, user, [system, username, PASSWORD_HASH]), username).toBe(1);
      }
    });
  });

  describe('frameworks', () => {
    it('can be corrected: no draft of them has an error, and rounds to come are planned after those that are there', async () => {
      for (const { code, id } of await listSystems(db)) {
        const published = await db('frameworks').where({ system_id: id }).select('id', 'fiscal_year');
        for (const { id: framework, fiscal_year: year } of published) {
          const known = await knownThings(db, id, year);
          const rows = await readFrameworkRows(db, framework);
          const rounds = await listYearRounds(db, id, year);
          const draft = draftOf(rows, { system: code, known, rounds });
          const problems = lintDraft(draft, known);
          expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
          const [first, second] = draft.rounds;
          expect((second?.entry_opens_at ?? '') > (first?.certification_closes_at ?? '~')).toBe(true);
        }
      }
    });
  });

  describe('rounds', () => {
    it('close thirty days from now where they are open, and are in order', async () => {
      const { rows } = await db.raw(
        `
      select s.code, r.fiscal_year as year, r.kind, r.label,
             r.entry_opens_at <= :now as begun, r.entry_closes_at <= :now as closed,
             (r.entry_closes_at at time zone 'Asia/Bangkok')::date - :today::timestamptz::date as "closesIn",
             (select count(distinct office_id)::int from entries e where e.round_id = r.id) as offices
        from rounds r join systems s on s.id = r.system_id order by s.id, r.fiscal_year, r.sequence`,
        {
          now: LOADED_AT,
          today: '2026-03-10',
        },
      );
      const state = { begun: true, closed: true, offices: 225 };
      const open = { begun: true, closed: false, offices: 225, closesIn: 30 };
      const close = { closesIn: expect.any(Number) };
      expect(rows).toEqual([
        { code: 'krs', year: 2559, kind: '6M', label: 'รอบ 6 เดือน ปี 59', ...state, ...close },
        { code: 'krs', year: 2559, kind: '12M', label: 'รอบ 12 เดือน ปี 59', ...state, ...close },
        { code: 'krs', year: 2562, kind: '6M', label: 'รอบที่ 1 ปี 62 (รอบ 6 เดือน)', ...state, closesIn: -153 },
        { code: 'krs', year: 2562, kind: '12M', label: 'รอบที่ 2 ปี 62 (รอบ 12 เดือน)', ...open },
        { code: 'ars', year: 2559, kind: '6M', label: 'รอบ 6 เดือน ปี 59', ...open },
      ]);
    });

    it('show every status, and end certified where they are over', async () => {
      const { rows } = await db.raw<{ rows: { closed: boolean; statuses: number; certified: number }[] }>(
        `select r.entry_closes_at < ? as closed, count(distinct e.status)::int as statuses,
              avg((e.status = 'certified')::int)::float as certified
         from entries e join rounds r on r.id = e.round_id group by r.id`,
        [LOADED_AT],
      );
      for (const { closed, statuses, certified } of rows) {
        expect(statuses).toBe(4);
        if (closed) expect(certified).toBeGreaterThan(0.85);
        else expect(certified).toBeLessThan(0.6);
      }
    });

    it('have entries for due variables in scope, all of them and no others', async () => {
      const due = `
      select r.id as round_id, o.id as office_id, v.id as variable_id, vr.source
        from rounds r
        join variables v on v.framework_id = r.framework_id
        join variable_rounds vr on vr.variable_id = v.id and vr.round_kind = r.kind
        join sub_indicators s on s.node_id = v.node_id
        join offices o on o.type = any(s.office_types)
                      and r.fiscal_year between o.valid_from_fy and coalesce(o.valid_to_fy, 9999)`;
      const entries = 'select round_id, office_id, variable_id, source from entries';
      expect(await count(db, entries)).toBe(summary.rounds.reduce((sum, round) => sum + round.entries, 0));
      expect(await wrong(`(${due}) except (${entries})`)).toBe(0);
      expect(await wrong(`(${entries}) except (${due})`)).toBe(0);
    });
  });

  describe('values', () => {
    it('fit their variables', async () => {
      expect(
        await wrong(`select from entries e join variables v on v.id = e.variable_id
                    where e.value not between v.min and v.max
                       or scale(trim_scale(e.value)) > v.decimals
                       or v.kind = 'yes_no' and e.value not in (0, 1)`),
      ).toBe(0);
    });

    it('are parts of a whole where they are ratios', async () => {
      expect(
        await wrong(`select from entries e join variables v on v.id = e.variable_id
                     join sub_indicators s on s.node_id = v.node_id and s.formula like '%/ b * 100%'
                     join variables w on w.node_id = v.node_id and w.code = 'b'
                     join entries f on f.variable_id = w.id and (f.round_id, f.office_id) = (e.round_id, e.office_id)
                    where v.code = 'a' and s.formula not like '%a - b%' and e.value > f.value`),
      ).toBe(0);
    });

    it('resemble those of the last round, with a few that do not', async () => {
      const pairs = `
      from entries e join entries l on l.variable_id = e.variable_id and l.office_id = e.office_id
      join rounds r on r.id = e.round_id and r.kind = '12M' join rounds q on q.id = l.round_id and q.kind = '6M'
      join variables v on v.id = e.variable_id and v.kind = 'whole' and v.code in ('b', '2')`;
      const { rows } = await db.raw(`select corr(ln(1 + e.value), ln(1 + l.value)) as corr ${pairs}`);
      expect(rows[0].corr).toBeGreaterThan(0.98);
      const outliers = await count(
        db,
        `select ${pairs} where r.fiscal_year = 2562 and e.value > l.value * 1.5`,
      );
      expect(outliers).toBeGreaterThan(0);
      expect(outliers).toBeLessThan(30);
    });
  });

  describe('scores', () => {
    it('are stored as they are computed', async () => {
      for (const round of await listAllRounds(db)) {
        expect((await verifyScores(db, round)).differences, round.label).toEqual([]);
      }
    });

    it('spread over the levels, and name every reason for 1.0000', async () => {
      const { rows } = await db.raw<{ rows: { level: string; share: number }[] }>(
        `select round(s.self_assessed) as level, count(*) * 1.0 / sum(count(*)) over () as share
         from scores s join sub_indicators n on n.node_id = s.node_id group by 1 order by 1`,
      );
      expect(rows.map(({ level }) => level)).toEqual(['1', '2', '3', '4', '5']);
      for (const { share } of rows) expect(Number(share)).toBeGreaterThan(0.05);
      expect(await count(db, 'select distinct reason from scores where reason is not null')).toBe(5);
    });

    it('are given by AUDIT where it is open: by mode, or by an opening', async () => {
      expect(await count(db, 'select distinct round_id from audit_scores')).toBe(3);
      expect(
        await wrong(`select from audit_scores a join sub_indicators s on s.node_id = a.node_id
                    where s.mode <> 'audit' and not exists (select from audit_openings o
                          where (o.round_id, o.node_id, o.office_id) = (a.round_id, a.node_id, a.office_id))`),
      ).toBe(0);
    });
  });

  describe('people', () => {
    it('are invented: numbers that no telephone has, addresses of example.org', async () => {
      expect(await wrong("select from users where phone !~ '^0-0000-[0-9]{4}$'")).toBe(0);
      expect(await wrong("select from users where email not like '%@example.org'")).toBe(0);
    });

    it('have all sub-indicators of their office where they are its admin', async () => {
      expect(
        await wrong(`select from users u join offices o on o.id = u.office_id
                     join frameworks f on f.system_id = u.system_id join framework_nodes n on n.framework_id = f.id
                     join sub_indicators s on s.node_id = n.id and o.type = any(s.office_types)
                    where u.role = 'district_admin'
                      and not exists (select from assignments a where (a.user_id, a.node_id) = (u.id, n.id))`),
      ).toBe(0);
      expect(await count(db, "select from users where role = 'district_admin'")).toBe(450);
      expect(await count(db, "select distinct office_id from users where role = 'reporter'")).toBe(3);
      expect(await count(db, "select from users where status = 'disabled'")).toBe(1);
    });

    it('exist before anything happens, and nothing happens from today on', async () => {
      expect(
        await wrong('select from entry_events e join users u on u.id = e.user_id where e.at < u.created_at'),
      ).toBe(0);
      expect(await wrong('select from entry_events where at >= ?::timestamptz', [TODAY])).toBe(0);
    });
  });
}
