import { beforeAll, describe, expect, it } from 'vitest';
import { resetDemo } from '../../seeds/demo/index.ts';
import type { Db } from '../../src/db/database.ts';
import type { FileStorage } from '../../src/storage/types.ts';
import { count, filesIn, LOADED_AT, type LoadedDemo, PASSWORD_HASH } from './demo-database.ts';

let db: Db;
let storage: FileStorage;
let folder: string;

/** How many rows are as they must not be. */
const wrong = (sql: string) => count(db, sql);

const EVENTS = `
  select h.*, e.round_id, e.office_id, e.variable_id, e.source, v.bureau_id, v.node_id,
         lag(h.value_after) over story as previous_value, lag(h.status_after) over story as previous_status,
         lag(h.at) over story as previous_at, row_number() over story as nth
    from entry_events h join entries e on e.id = h.entry_id join variables v on v.id = e.variable_id
  window story as (partition by h.entry_id order by h.id)`;

export function historyOfTheDemo(demo: () => LoadedDemo): void {
  beforeAll(() => {
    ({ db, storage, folder } = demo());
  });

  describe('the history of every entry', () => {
    it('begins with nothing, is unbroken and runs forward in time', async () => {
      expect(
        await wrong(`select from (${EVENTS}) h
                    where (value_before, status_before)
                          is distinct from (previous_value, coalesce(previous_status, 'unreported'))
                       or at <= previous_at`),
      ).toBe(0);
    });

    it('ends with what the entry is', async () => {
      expect(
        await wrong(`
        select from entries e
          left join lateral (select * from entry_events h where h.entry_id = e.id order by h.id desc limit 1) h on true
          left join lateral (select count(*) as changes from entry_events h
                              where h.entry_id = e.id and h.kind <> 'permit') c on true
         where (e.value, e.status) is distinct from (h.value_after, coalesce(h.status_after, 'unreported'))
            or e.version <> 1 + c.changes
            or e.status = 'rejected' and e.reason is distinct from h.reason`),
      ).toBe(0);
    });

    it('tells who reported and who decided last', async () => {
      const last = (kinds: string) => `
      left join lateral (select h.user_id, h.at from entry_events h
                          where h.entry_id = e.id and h.kind in (${kinds}) order by h.id desc limit 1)`;
      expect(
        await wrong(`select from entries e ${last("'save', 'clear', 'resubmit', 'central'")} r on true
                    where (e.reported_by, e.reported_at) is distinct from (r.user_id, r.at)`),
      ).toBe(0);
      expect(
        await wrong(`select from entries e ${last("'certify', 'reject', 'central'")} d on true
                    where e.status in ('certified', 'rejected')
                      and (e.decided_by, e.decided_at) is distinct from (d.user_id, d.at)
                       or e.status in ('unreported', 'pending') and e.decided_by is not null`),
      ).toBe(0);
    });

    it('takes only steps that the rules know', async () => {
      const { rows } = await db.raw<{ rows: { step: string }[] }>(
        `select distinct source || ': ' || kind || ' ' || status_before || ' > ' || status_after as step
         from (${EVENTS}) h order by 1`,
      );
      expect(rows.map(({ step }) => step)).toEqual([
        'central: central certified > certified',
        'central: central unreported > certified',
        'office: cancel certified > pending',
        'office: certify pending > certified',
        'office: clear pending > unreported',
        'office: permit unreported > unreported',
        'office: reject pending > rejected',
        'office: reject unreported > rejected',
        'office: resubmit rejected > pending',
        'office: save pending > pending',
        'office: save rejected > pending',
        'office: save unreported > pending',
      ]);
    });

    it('keeps to the windows and the permits', async () => {
      expect(
        await wrong(`select from (${EVENTS}) h join rounds r on r.id = h.round_id
                    where at not between r.entry_opens_at and r.certification_closes_at
                       or h.kind = 'reject' and status_before = 'unreported' and at < r.entry_closes_at
                       or until <= at or until > r.certification_closes_at`),
      ).toBe(0);
      expect(
        await wrong(`select from (${EVENTS}) h join rounds r on r.id = h.round_id
                    where h.kind in ('save', 'clear', 'resubmit') and at >= r.entry_closes_at
                      and not exists (select from permits p
                            where (p.round_id, p.office_id, p.variable_id) = (h.round_id, h.office_id, h.variable_id)
                              and h.at between p.granted_at and least(p.until, p.ended_at))`),
      ).toBe(0);
    });

    it('is written by the right people', async () => {
      expect(
        await wrong(`select from (${EVENTS}) h join users u on u.id = h.user_id
                    where kind in ('save', 'clear', 'resubmit')
                      and (u.office_id <> h.office_id
                           or not exists (select from assignments a where (a.user_id, a.node_id) = (u.id, h.node_id)))`),
      ).toBe(0);
      expect(
        await wrong(`select from (${EVENTS}) h join users u on u.id = h.user_id
                    where kind not in ('save', 'clear', 'resubmit')
                      and h.bureau_id <> case u.role when 'kpi_office' then coalesce(h.on_behalf_of, u.office_id)
                                                     else u.office_id end`),
      ).toBe(0);
      expect(await count(db, 'select from entry_events where on_behalf_of is not null')).toBeGreaterThan(0);
    });

    it('tells of entries saved again and resubmitted after a rejection, and of running permits', async () => {
      for (const kind of ['save', 'resubmit']) {
        const after = `select from entry_events where kind = '${kind}' and status_before = 'rejected'`;
        expect(await count(db, after)).toBeGreaterThan(5);
      }
      const running = `select from permits where ended_at is null and until > '${LOADED_AT.toISOString()}'`;
      expect(await count(db, running)).toBeGreaterThan(5);
    });
  });

  describe('the screens of the manuals', () => {
    const values = async (round: string, office: string, subs: string[]) => {
      const { rows } = await db.raw<{ rows: { row: string }[] }>(
        `select concat_ws(' ', n.code || '.' || v.code, e.source, e.status, trim_scale(e.value)) as row
         from entries e join variables v on v.id = e.variable_id join framework_nodes n on n.id = v.node_id
         join rounds r on r.id = e.round_id join systems s on s.id = r.system_id join offices o on o.id = e.office_id
        where s.code || ' ' || r.fiscal_year || ' ' || r.kind = ? and o.list_label = ? and n.code = any(?)
        order by v.position`,
        [round, office, subs],
      );
      return rows.map(({ row }) => row);
    };
    const scores = async (round: string, office: string, sub: string) => {
      const { rows } = await db.raw(
        `select sc.self_assessed as self, sc.certified, round(sc.result, 2) as result, sc.reason
         from scores sc join framework_nodes n on n.id = sc.node_id and n.kind = 'sub_indicator'
         join rounds r on r.id = sc.round_id join systems s on s.id = r.system_id join offices o on o.id = sc.office_id
        where s.code || ' ' || r.fiscal_year || ' ' || r.kind = ? and o.list_label = ? and n.code = ?`,
        [round, office, sub],
      );
      return rows[0];
    };
    const SEVEN = 'มัธยมศึกษา เขต 7';

    it('R179, R180: สพม. เขต 7, 6-month round of 2562', async () => {
      const shown = ['11.2', '11.3', '11.4', '11.5', '12'];
      expect(await values('krs 2562 6M', SEVEN, shown)).toEqual([
        '11.2.a central unreported',
        '11.2.b central unreported',
        '11.3.1 office rejected',
        '11.4.a central unreported',
        '11.4.b central unreported',
      ]);
      const { rows } = await db.raw(
        `select e.reason, o.code, (e.decided_at - r.entry_closes_at) < '10 days' as soon
         from entries e join rounds r on r.id = e.round_id join users u on u.id = e.decided_by
         join offices o on o.id = u.office_id join offices w on w.id = e.office_id
        where w.list_label = ? and r.fiscal_year = 2562 and r.kind = '6M' and e.reason like '%บัญชีเงินรับฝากอื่น'`,
        [SEVEN],
      );
      expect(rows).toEqual([{ reason: expect.stringMatching(/^ไม่รับรอง เนื่องจาก/), code: '9', soon: true }]);
      expect(await scores('krs 2562 6M', SEVEN, '11.3')).toMatchObject({
        certified: '1.0000',
        reason: 'rejected',
      });
    });

    it('45 of 54 schools: 3.3333 ร้อยละ 83.33', async () => {
      expect(await values('krs 2562 12M', SEVEN, ['11.2', '11.3'])).toEqual([
        '11.2.a central certified 45',
        '11.2.b central certified 54',
        '11.3.1 office rejected 1',
      ]);
      expect(await scores('krs 2562 12M', SEVEN, '11.2')).toEqual({
        self: '3.3333',
        certified: '3.3333',
        result: '83.33',
        reason: null,
      });
    });

    it('R181: KRS 7 in the 6-month round of 2559', async () => {
      const boxes: Record<string, string> = {
        กระบี่: '1',
        'กรุงเทพมหานคร เขต 1': '1',
        'กาญจนบุรี เขต 1': 'n/a',
        'กาญจนบุรี เขต 2': 'n/a',
        'กาญจนบุรี เขต 3': '1',
        'กาญจนบุรี เขต 4': '1',
        'กาฬสินธุ์ เขต 1': '1',
        'กาฬสินธุ์ เขต 2': 'n/a',
        'กาฬสินธุ์ เขต 3': '1',
        'กำแพงเพชร เขต 1': '1',
        'กำแพงเพชร เขต 2': 'n/a',
        'ขอนแก่น เขต 1': '1',
        'นครพนม เขต 1': 'n/a',
        'นครราชสีมา เขต 1': 'n/a',
        'นครราชสีมา เขต 2': '1',
        'นครราชสีมา เขต 3': 'n/a',
        'นครราชสีมา เขต 4': 'n/a',
        'นครราชสีมา เขต 5': 'n/a',
        'นครราชสีมา เขต 6': 'n/a',
        'นครราชสีมา เขต 7': '1',
        'นครศรีธรรมราช เขต 1': 'n/a',
        'นครศรีธรรมราช เขต 2': 'n/a',
        'นครศรีธรรมราช เขต 3': '1',
      };
      for (const [office, value] of Object.entries(boxes)) {
        const shown = value === 'n/a' ? '7.1 office unreported' : `7.1 office certified ${value}`;
        expect(await values('krs 2559 6M', office, ['7']), office).toEqual([shown]);
      }
    });

    it('R183: the AUDIT page of ARS', async () => {
      expect(await values('ars 2559 6M', 'กระบี่', ['9', '10', '11'])).toEqual([
        '9.a office certified 4',
        '10.a office pending 5',
        '11.a office certified 5',
      ]);
      const open = `select from sub_indicators s join framework_nodes n on n.id = s.node_id
                    join frameworks f on f.id = n.framework_id join systems y on y.id = f.system_id
                    join variables v on v.node_id = n.id join offices b on b.id = v.bureau_id
                   where y.code = 'ars' and n.code = '10' and s.mode = 'audit' and b.code = '15'`;
      expect(await count(db, open)).toBe(1);
      expect(await scores('ars 2559 6M', 'กระบี่', '10')).toMatchObject({
        certified: '1.0000',
        reason: 'pending',
      });
    });
  });

  describe('loading again', () => {
    const fingerprint = async () => {
      const { rows } = await db.raw<{ rows: { name: string }[] }>(
        `select tablename as name from pg_tables where schemaname = current_schema() and tablename not like 'knex%'`,
      );
      const sums: Record<string, string> = {};
      for (const { name } of rows) {
        // the names of files in the storage are drawn anew
        const sum = await db.raw(
          `select sum(hashtextextended((to_jsonb(t) - 'key')::text, 0)) as sum from ?? t`,
          [name],
        );
        sums[name] = sum.rows[0].sum;
      }
      return sums;
    };

    it('yields the same data on the same day, row by row', { timeout: 180_000 }, async () => {
      const before = await fingerprint();
      const inTheEvening = new Date('2026-03-10T21:05+07:00');
      const quiet = { info() {} };
      const options = { passwordHash: PASSWORD_HASH, now: inTheEvening, storage, log: quiet };
      const files = await filesIn(folder);
      await resetDemo(db, { ...options, production: false });
      expect(await fingerprint()).toEqual(before);
      const now = await filesIn(folder);
      expect(now).toHaveLength(files.length);
      expect(
        now.filter((name) => files.includes(name)),
        'of before',
      ).toEqual([]);
    });

    it('is refused in production, and then nothing is lost', async () => {
      const options = { passwordHash: '', now: LOADED_AT, storage, log: { info() {} } };
      await expect(resetDemo(db, { ...options, production: true })).rejects.toThrow('production');
      expect(await count(db, 'select from systems')).toBe(2);
    });
  });
}
