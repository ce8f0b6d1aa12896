import type { Queryable } from '../../db/database.ts';
import { VERSION_WITH_VARIABLE } from '../../framework/queries.ts';
import type { ItemKind, Reach, Side } from '../types.ts';

/** One item as its sender's side sees it, whoever it was sent to. */
export interface SentOne {
  id: string;
  kind: ItemKind;
  text: string;
  side: Side;
  variableId: string;
  frameworkId: string;
  frameworkVersion: number;
  bureauId: string;
  /** null: sent to many. */
  officeId: string | null;
  roundId: string;
  round: string;
  senderId: string;
  sender: string;
  senderOffice: string;
  sentAt: Date;
  deadline: Date | null;
  withdrawnAt: Date | null;
  fileName: string | null;
  isRegistered: boolean;
  isDecided: boolean;
  isSealed: boolean;
}

const FIND_ITEM = `
  select i.id, i.kind, i.text, i.side, i.variable_id as "variableId", v.framework_id as "frameworkId",
         ${VERSION_WITH_VARIABLE} as "frameworkVersion", v.bureau_id as "bureauId", i.office_id as "officeId",
         i.round_id as "roundId", r.label as round, i.sender_id as "senderId", s.name as sender,
         so.short_name as "senderOffice", i.sent_at as "sentAt", i.deadline, i.withdrawn_at as "withdrawnAt",
         sf.original_name as "fileName",
         exists (select from receipts c where c.item_id = i.id and c.registered_at is not null) as "isRegistered",
         exists (select from receipts c
                   join entries e on e.round_id = i.round_id and e.office_id = c.office_id
                                 and e.variable_id = c.variable_id
                   join entry_events x on x.entry_id = e.id
                  where c.item_id = i.id and x.kind in ('certify', 'reject') and x.at >= i.sent_at) as "isDecided",
         exists (select from seals x where x.round_id = i.round_id) as "isSealed"
    from thread_items i
    join variables v on v.id = i.variable_id
    join frameworks f on f.id = v.framework_id
    join rounds r on r.id = i.round_id
    join users s on s.id = i.sender_id
    join offices so on so.id = i.sender_office_id
    left join stored_files sf on sf.id = i.file_id
   where i.id = :id and i.system_id = :systemId
     and (:officeId::bigint is null or i.office_id = :officeId)
     and (:bureauId::bigint is null or v.bureau_id = :bureauId)`;

/** An item of a thread within reach; what was sent to many is found by the side that sent it. */
export async function findItem(db: Queryable, reach: Reach, id: string): Promise<SentOne | undefined> {
  const { rows } = await db.raw<{ rows: SentOne[] }>(FIND_ITEM, { ...reach, id });
  return rows[0];
}

const LOCK_RECEIVERS = `
  select c.office_id
    from receipts c
    join thread_items i on i.id = c.item_id
    join round_offices ro on ro.round_id = i.round_id and ro.office_id = c.office_id
   where c.item_id = ?
   order by c.office_id
     for update of ro, c`;

/**
 * Locks an item's receipts and the offices' parts of its round until the transaction ends, in the order of the
 * offices' ids: no decision and no receipt comes in between.
 */
export async function lockReceivers(trx: Queryable, itemId: string): Promise<void> {
  await trx.raw(LOCK_RECEIVERS, [itemId]);
}

const WITHDRAW = `
  with item as (
    update thread_items set withdrawn_at = :now where id = :id and withdrawn_at is null returning id
  )
  update receipts c set withdrawn = true from item where c.item_id = item.id`;

/** Takes an item back: a trace of it stays, and it is new to nobody any more. Its receipts are locked. */
export async function withdrawItem(trx: Queryable, id: string, now: Date): Promise<void> {
  await trx.raw(WITHDRAW, { id, now });
}

/** One receiver of an item. */
export interface Receiver {
  officeId: string;
  /** The receiving side's short name. */
  name: string;
  registeredAt: Date | null;
  registeredBy: string | null;
}

const RECEIVERS = `
  select c.office_id as "officeId", o.short_name as name, c.registered_at as "registeredAt",
         u.name as "registeredBy"
    from receipts c
    join offices o on o.id = c.receiver_id
    left join users u on u.id = c.registered_by
   where c.item_id = ?
   order by c.registered_at is not null, o.list_order, o.list_label, o.id`;

/** Who has registered an item and who has not; these first, in the order of the lists. */
export async function listReceivers(db: Queryable, itemId: string): Promise<Receiver[]> {
  const { rows } = await db.raw<{ rows: Receiver[] }>(RECEIVERS, [itemId]);
  return rows;
}
