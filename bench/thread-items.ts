import { withoutForeignKeys } from '../seeds/demo/bulk.ts';
import type { Db } from '../src/db/database.ts';

/** The thread that is looked at; nothing is added to it later. */
export interface ThreadPlace {
  systemId: string;
  roundId: string;
  officeId: string;
  variableId: string;
}

/** Whoever writes for the bureau. */
const PEOPLE = `
  select (select id from users where system_id = :systemId and role = 'certifier' order by id limit 1) as certifier_id`;

/*
 * Items of both sides in turn, each with its receipt. One of fifty is new, but nothing of the office and of the
 * variable that are looked at: their pages show the same before and after.
 */
const insertItems = (places: string, isNew: string) => `
  with people as (${PEOPLE}), place as (
    select e.office_id, e.variable_id, v.bureau_id, row_number() over (order by e.id) - 1 as number,
           (select u.id from users u where u.office_id = e.office_id and u.system_id = :systemId
             order by u.id limit 1) as reporter_id
      from entries e join variables v on v.id = e.variable_id
     where e.round_id = :roundId and ${places}
  ), item as (
    insert into thread_items (system_id, variable_id, office_id, round_id, kind, text, sender_id, side, sender_office_id)
    select :systemId, p.variable_id, p.office_id, :roundId, 'comment',
           'ได้ตรวจสอบและแก้ไขตัวเลขตามข้อสังเกตแล้ว ครั้งที่ ' || n,
           case s.side when 'office' then p.reporter_id else people.certifier_id end, s.side,
           case s.side when 'office' then p.office_id else p.bureau_id end
      from generate_series(:first::int, :last::int) n
      join place p on p.number = n % (select count(*) from place)
     cross join people
     cross join lateral (select case when n / 7 % 2 = 0 then 'office' else 'bureau' end as side) s
    returning id, variable_id, office_id, side, sender_office_id
  )
  insert into receipts (item_id, system_id, receiver_id, office_id, variable_id, sending_office_id, registered_at,
                        registered_by)
  select item.id, :systemId, case item.side when 'office' then v.bureau_id else item.office_id end, item.office_id,
         item.variable_id, item.sender_office_id, case when not (${isNew}) then now() end,
         case when not (${isNew}) then people.certifier_id end
    from item join variables v on v.id = item.variable_id cross join people`;

const OWN = insertItems('(e.office_id, e.variable_id) = (:officeId, :variableId)', 'item.id % 4 = 0');
const OTHERS = insertItems(
  '(e.office_id, e.variable_id) <> (:officeId, :variableId)',
  'item.id % 50 = 0 and item.office_id <> :officeId and item.variable_id <> :variableId',
);

/** Fills the thread that is looked at. */
export async function fillThread(db: Db, place: ThreadPlace, items: number): Promise<void> {
  await db.raw(OWN, { ...place, first: 1, last: items });
}

/** Adds items to the other threads: number `first` to `last`, in one statement. */
export async function fillOthers(db: Db, place: ThreadPlace, first: number, last: number): Promise<void> {
  await db.transaction((trx) => withoutForeignKeys(trx, () => trx.raw(OTHERS, { ...place, first, last })));
  await db.raw('vacuum (analyze) thread_items, receipts');
}
