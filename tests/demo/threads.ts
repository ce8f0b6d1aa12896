import { beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../src/db/database.ts';
import type { FileStorage } from '../../src/storage/types.ts';
import { damageOf } from '../../src/threads/files/actions.ts';
import { filesAfter } from '../../src/threads/files/queries.ts';
import { count, filesIn, LOADED_AT, type LoadedDemo } from './demo-database.ts';

let db: Db;
let storage: FileStorage;
let folder: string;

/** No row is like this: how many are. */
const wrong = (sql: string, bindings: readonly string[] = []) => count(db, sql, bindings);

/** A thread as its readers see it: day, sender, what, and the day of its receipt. */
async function threadOf(office: string, sub: string, year: number): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { line: string }[] }>(
    `select concat_ws(' | ', (i.sent_at at time zone 'Asia/Bangkok')::date, r.kind, so.short_name, i.kind,
                      left(i.text, 20), coalesce((c.registered_at at time zone 'Asia/Bangkok')::date::text, '–')) as line
       from receipts c
       join thread_items i on i.id = c.item_id
       join rounds r on r.id = i.round_id
       join offices so on so.id = i.sender_office_id
       join offices o on o.id = c.office_id and o.code = ?
       join variables v on v.id = c.variable_id
       join framework_nodes n on n.id = v.node_id and n.code = ?
       join frameworks f on f.id = n.framework_id and f.fiscal_year = ?
       join systems s on s.id = f.system_id and s.code = 'krs'
      where v.position = (select min(w.position) from variables w where w.node_id = n.id)
      order by i.id`,
    [office, sub, year],
  );
  return rows.map(({ line }) => line);
}

export function threadsOfTheDemo(demo: () => LoadedDemo): void {
  beforeAll(() => {
    ({ db, storage, folder } = demo());
  });

  describe('the threads of the manuals', () => {
    it('R180: สพม. เขต 7 and its bureau about 11.3, registered on the same day', async () => {
      const bureau = 'สำนักการคลังและสินทรัพย์';
      const { rows } = await db.raw(`select short_name from offices where name = ?`, [bureau]);
      const short = rows[0]?.short_name ?? bureau;
      const office = (await db('offices').where({ code: '101707' }).first('short_name')).short_name;
      const lines = await threadOf('101707', '11.3', 2562);
      // the manual's days: 30 เม.ย. moves with the data set, 24 and 25 ต.ค. to the two days before today
      expect(lines.slice(1)).toEqual([
        `2026-03-08 | 12M | ${short} | rejection | งบเทียบยอดเงินฝากธนา | 2026-03-08`,
        `2026-03-08 | 12M | ${office} | document | รายการปรับปรุงบัญชีท | 2026-03-08`,
        `2026-03-08 | 12M | ${office} | comment | สพม.7 ได้แนบรายการปร | 2026-03-08`,
        `2026-03-08 | 12M | ${office} | comment | สพม.7 งบเทียบยอดเงิน | 2026-03-08`,
        `2026-03-09 | 12M | ${short} | comment | ขาดรายงานสรุปผลการตร | 2026-03-09`,
        `2026-03-09 | 12M | ${office} | document | ข้อ 1.1.6 สรุปรายงาน | 2026-03-09`,
        `2026-03-09 | 12M | ${office} | comment | สพม.7 แนบข้อ 1.1.6 ส | 2026-03-09`,
      ]);
      const [first = ''] = lines;
      expect(first).toMatch(new RegExp(`^\\S+ \\| 6M \\| ${short} \\| rejection \\| ไม่รับรอง เนื่องจากง \\| `));
      const [sent, , , , , registered] = first.split(' | ');
      expect(registered).toBe(sent);
    });

    it('R182: two documents beside KRS 7 of FY2559, sent on one day, nobody has registered them', async () => {
      const lines = (await threadOf('8101', '7', 2559)).filter((line) => line.includes('| 6M |'));
      expect(lines.map((line) => line.split(' | ').slice(3))).toEqual([
        ['document', 'บันทึกข้อความขอความร', '–'],
        ['document', 'บันทึกข้อความแจ้งทุก', '–'],
      ]);
      const days = new Set(lines.map((line) => line.split(' | ')[0]));
      // 18 เม.ย. 2559 is two days before entry closes
      const { rows } = await db.raw(`select (r.entry_closes_at at time zone 'Asia/Bangkok')::date - 2 as day
      from rounds r join systems s on s.id = r.system_id where s.code = 'krs' and r.fiscal_year = 2559 and r.kind = '6M'`);
      expect([...days]).toEqual([rows[0].day]);
      const named = await db('stored_files').where('original_name', 'like', 'บันทึกข้อความ%ดำเนินการ.pdf');
      expect(named).toHaveLength(1);
    });
  });

  describe('the other threads', () => {
    it('are a believable number, most of them registered, some new on both sides', async () => {
      const items = await count(db, 'select from thread_items');
      expect(items).toBeGreaterThan(3000);
      expect(items).toBeLessThan(20_000);
      for (const kind of ['document', 'comment', 'rejection', 'permit']) {
        expect(await count(db, 'select from thread_items where kind = ?', [kind]), kind).toBeGreaterThan(200);
      }
      const ofSide = (side: string, more: string) =>
        count(
          db,
          `select from receipts c join thread_items i on i.id = c.item_id where i.side = ? and i.office_id is not null ${more}`,
          [side],
        );
      for (const side of ['office', 'bureau']) {
        const fresh = await ofSide(side, 'and c.registered_at is null');
        expect(fresh, side).toBeGreaterThan(50);
        expect(fresh / (await ofSide(side, '')), side).toBeLessThan(0.25);
      }
    });

    it('carry the reason of every rejection and permit, by whoever decided, when it was decided', async () => {
      const events = `select e.round_id, e.office_id, e.variable_id, x.at, x.user_id, x.reason, x.until,
                           case x.kind when 'reject' then 'rejection' else 'permit' end as kind
                      from entry_events x join entries e on e.id = x.entry_id where x.kind in ('reject', 'permit')`;
      const items = `select round_id, office_id, variable_id, sent_at, sender_id, text, until, kind
                     from thread_items where kind in ('rejection', 'permit')`;
      expect(await wrong(`${events} except all ${items}`)).toBe(0);
      expect(await wrong(`${items} except all ${events}`)).toBe(0);
    });

    it('have one message of each certifying bureau to all its offices, with a deadline', async () => {
      const many = await db('thread_items').whereNull('office_id').select('deadline', 'kind');
      const bureaus = await db('variables')
        .join('variable_rounds', 'variable_rounds.variable_id', 'variables.id')
        .join('rounds', (join) =>
          join
            .on('rounds.framework_id', 'variables.framework_id')
            .andOn('rounds.kind', 'variable_rounds.round_kind'),
        )
        .where({ source: 'office' })
        .distinct('rounds.system_id', 'bureau_id');
      expect(many).toHaveLength(bureaus.length);
      expect(many.every(({ deadline }) => deadline !== null)).toBe(true);
      expect(
        await wrong(`select from thread_items i where office_id is null
                    and (select count(*) from receipts c where c.item_id = i.id)
                     <> (select count(*) from entries e where e.round_id = i.round_id and e.variable_id = i.variable_id)`),
      ).toBe(0);
    });

    it('are in order: ids by time, nothing ahead of today, receipts after sending and by the side that received', async () => {
      expect(
        await wrong(`select from (select sent_at, lag(sent_at) over (order by id) as before from thread_items) t
                    where before > sent_at`),
      ).toBe(0);
      expect(await wrong('select from thread_items where sent_at >= ?', [LOADED_AT.toISOString()])).toBe(0);
      expect(
        await wrong(
          `select from receipts c join thread_items i on i.id = c.item_id
          where c.registered_at < i.sent_at or c.registered_at >= ?`,
          [LOADED_AT.toISOString()],
        ),
      ).toBe(0);
      expect(
        await wrong(
          `select from receipts c join users u on u.id = c.registered_by where u.office_id <> c.receiver_id`,
        ),
      ).toBe(0);
      expect(
        await wrong(`select from receipts c
                     join thread_items i on i.id = c.item_id
                     join variables v on v.id = i.variable_id
                    where c.variable_id <> i.variable_id or c.system_id <> i.system_id
                       or (i.side = 'office' and (c.receiver_id, c.sending_office_id) <> (v.bureau_id, c.office_id))
                       or (i.side = 'bureau' and (c.receiver_id, c.sending_office_id) <> (c.office_id, v.bureau_id))`),
      ).toBe(0);
      expect(
        await wrong(`select from thread_items i join users u on u.id = i.sender_id
                    where u.office_id <> i.sender_office_id or u.system_id <> i.system_id`),
      ).toBe(0);
    });

    it('stand beside entries that there are, and the next item gets the next number', async () => {
      expect(
        await wrong(`select from receipts c join thread_items i on i.id = c.item_id
                    where not exists (select from entries e where e.round_id = i.round_id
                                        and e.office_id = c.office_id and e.variable_id = c.variable_id)`),
      ).toBe(0);
      const { rows } =
        await db.raw(`select nextval(pg_get_serial_sequence('thread_items', 'id')) - max(id) as ahead
                                     from thread_items`);
      expect(rows[0].ahead).toBe('1');
    });

    it('share a few files, which lie in the storage as their rows say', async () => {
      const files = await filesAfter(db, '0', 1000);
      expect(files.length).toBeLessThanOrEqual(60);
      expect(await filesIn(folder)).toHaveLength(files.length);
      for (const file of files) expect(await damageOf(storage, file), file.name).toBeNull();
      const types = new Set(files.map(({ mediaType }) => mediaType));
      expect([...types].sort()).toEqual(['application/pdf', 'image/png', null]);
      expect(
        await wrong(
          'select from stored_files f where not exists (select from thread_items where file_id = f.id)',
        ),
      ).toBe(0);
    });
  });
}
