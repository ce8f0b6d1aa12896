import type { Queryable } from '../db/database.ts';
import { rowsOf } from '../db/statement.ts';
import { VERSION_WITH_VARIABLE } from '../framework/queries.ts';
import { notFound } from '../lib/errors.ts';
import type {
  Audience,
  AudienceCounts,
  ItemKind,
  Reach,
  Side,
  Thread,
  ThreadItem,
  ThreadRound,
} from './types.ts';

const IN_REACH = `
         (:ownOfficeId::bigint is null or e.office_id = :ownOfficeId)
     and (:bureauId::bigint is null or v.bureau_id = :bureauId)`;

const FIND_THREAD = `
  select v.id as "variableId", v.node_id as "nodeId", v.bureau_id as "bureauId", b.short_name as bureau,
         v.framework_id as "frameworkId", ${VERSION_WITH_VARIABLE} as "frameworkVersion",
         f.system_id as "systemId",
         o.id as "officeId", o.short_name as office,
         exists (select from assignments a where a.user_id = :userId and a.node_id = v.node_id) as assigned,
         r.id, r.label, r.kind, r.sequence, old.version as "pinnedVersion", r.entry_opens_at as "entryOpensAt",
         r.entry_closes_at as "entryClosesAt", r.certification_closes_at as "certificationClosesAt",
         ro.entry_closes_at as "officeClosesAt", ro.sealed_at as "sealedAt", e.id as "entryId", e.set_aside as "setAside", e.source, e.status, e.value,
         (select p.until from permits p
           where p.round_id = r.id and p.office_id = e.office_id and p.variable_id = v.id
             and p.ended_at is null and p.until > :now) as "permitUntil",
         (select s.round_id from entry_rows s where s.id = e.carried_from_id) as "carriedFromId"
    from variables v
    join frameworks f on f.id = v.framework_id and f.system_id = :systemId
    join offices b on b.id = v.bureau_id
    join rounds r on r.framework_id = v.framework_id
    left join framework_revisions old on (old.framework_id, old.revision) = (r.framework_id, r.revision)
    join entry_rows e on e.round_id = r.id and e.office_id = :officeId and e.variable_id = v.id
    join round_offices ro on ro.round_id = r.id and ro.office_id = e.office_id
    join offices o on o.id = e.office_id
   where v.id = :variableId and ${IN_REACH}
     and (not e.set_aside or not exists (
       select from entries x join rounds xr on xr.id = x.round_id and xr.framework_id = v.framework_id
        where x.office_id = e.office_id and x.variable_id = v.id))
   order by r.sequence`;

/** Which thread, and who asks for it. */
export interface ThreadRef {
  officeId: string;
  variableId: string;
}

type ThreadRow = Omit<Thread, 'rounds'> & ThreadRound;

/**
 * The thread of one office and variable, as this person sees it now. Throws notFound where it is not the person's
 * to see, and where the variable is never due for the office.
 */
export async function findThread(
  db: Queryable,
  person: Reach & { userId: string },
  ref: ThreadRef,
  now: Date,
): Promise<Thread> {
  const { userId, systemId, officeId: ownOfficeId, bureauId } = person;
  const bindings = { userId, systemId, ownOfficeId, bureauId, ...ref, now };
  const { rows } = await db.raw<{ rows: ThreadRow[] }>(FIND_THREAD, bindings);
  const [first] = rows;
  if (first === undefined) throw notFound();
  const { variableId, nodeId, bureau, frameworkId, frameworkVersion, officeId, office, assigned } = first;
  const rounds = rows.map(roundOf);
  const of = { variableId, nodeId, bureau, frameworkId, frameworkVersion, officeId, office, assigned };
  return { ...of, systemId: first.systemId, bureauId: first.bureauId, rounds };
}

function roundOf(row: ThreadRow): ThreadRound {
  const { id, label, kind, sequence, pinnedVersion, entryOpensAt, entryClosesAt, certificationClosesAt } =
    row;
  const { officeClosesAt, sealedAt, entryId, setAside, source, status, value, permitUntil, carriedFromId } =
    row;
  const windows = { setAside, entryOpensAt, entryClosesAt, certificationClosesAt, officeClosesAt, sealedAt };
  const of = { id, label, kind, sequence, pinnedVersion, ...windows };
  return { ...of, entryId, source, status, value, permitUntil, carriedFromId };
}

const ITEM = `
  i.id, i.kind, i.text, i.side, i.round_id as "roundId", r.label as round, i.sender_id as "senderId",
  s.name as sender, so.short_name as "senderOffice", ob.short_name as "onBehalfOf", i.sent_at as "sentAt",
  i.deadline, i.until, i.withdrawn_at as "withdrawnAt", i.office_id is null as "isBroadcast",
  case when f.id is not null then
    jsonb_build_object('id', f.id::text, 'name', f.original_name, 'size', f.size::text,
                       'mediaType', f.media_type, 'state', f.state, 'damaged', f.damaged_at is not null)
  end as file`;
const ITEM_JOINS = `
    join rounds r on r.id = i.round_id
    join users s on s.id = i.sender_id
    join offices so on so.id = i.sender_office_id
    left join offices ob on ob.id = i.on_behalf_of
    left join stored_files f on f.id = i.file_id`;
/** Whether an entry that the receipt is about was certified or rejected since the item was sent. */
const DECIDED_SINCE = `
  exists (select from entries e join entry_events x on x.entry_id = e.id
           where e.round_id = i.round_id and e.office_id = c.office_id and e.variable_id = c.variable_id
             and x.kind in ('certify', 'reject') and x.at >= i.sent_at)`;

const LIST_ITEMS = `
  select ${ITEM}, c.registered_at as "registeredAt", u.name as "registeredBy",
         case when u.office_id <> c.receiver_id then
           (select x.short_name from offices x where x.id = u.office_id) end as "registeredByOffice",
         c.registered_at is not null or (i.office_id is null and exists (
           select from receipts x where x.item_id = i.id and x.registered_at is not null)) as "isRegistered",
         ${DECIDED_SINCE} as "isDecided",
         exists (select from seals x where x.round_id = i.round_id) as "isSealed"
    from receipts c
    join thread_items i on i.id = c.item_id${ITEM_JOINS}
    left join users u on u.id = c.registered_by
   where c.variable_id = :variableId and c.office_id = :officeId
   order by i.sent_at, i.id`;

/** Everything said and sent in a thread, in order of time, with the receipt of this office or its bureau. */
export async function listItems(db: Queryable, { officeId, variableId }: ThreadRef): Promise<ThreadItem[]> {
  const { rows } = await db.raw<{ rows: ThreadItem[] }>(LIST_ITEMS, { officeId, variableId });
  return rows;
}

/** What is sent by one person in one go. */
export interface SentItem {
  systemId: string;
  kind: ItemKind;
  text: string;
  side: Side;
  senderId: string;
  senderOfficeId: string;
  /** The KPI office, which speaks in the stead of other variables' bureaus; otherwise null. */
  standInOfficeId: string | null;
  now: Date;
  deadline: Date | null;
  until: Date | null;
}

const INSERT_ITEMS = `
  with item as (
    insert into thread_items (system_id, variable_id, office_id, round_id, kind, text, file_id, sender_id, side,
                              sender_office_id, on_behalf_of, sent_at, deadline, until)
    select :systemId, v.id, p.office_id, p.round_id, :kind, :text, p.file_id, :senderId, :side, :senderOfficeId,
           case when :standInOfficeId::bigint is not null then nullif(v.bureau_id, :standInOfficeId::bigint) end,
           :now, :deadline::timestamptz, :until::timestamptz
      from unnest(:officeIds::bigint[], :variableIds::bigint[], :roundIds::bigint[], :fileIds::bigint[])
           with ordinality as p (office_id, variable_id, round_id, file_id, position)
      join variables v on v.id = p.variable_id
     order by p.position
    returning id, system_id, office_id, variable_id
  ), receipt as (
    insert into receipts (item_id, system_id, receiver_id, office_id, variable_id, sending_office_id)
    select item.id, item.system_id, case when :side = 'office' then v.bureau_id else item.office_id end,
           item.office_id, item.variable_id, case when :side = 'office' then item.office_id else v.bureau_id end
      from item join variables v on v.id = item.variable_id
  )
  select id from item order by id`;

/** Writes an item for each of these threads (for each file: the same thread several times), with its receipt. */
export async function insertItems(
  trx: Queryable,
  item: SentItem,
  places: readonly (ThreadRef & { roundId: string; fileId?: string })[],
): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(trx, INSERT_ITEMS, {
    ...item,
    officeIds: places.map(({ officeId }) => officeId),
    variableIds: places.map(({ variableId }) => variableId),
    roundIds: places.map(({ roundId }) => roundId),
    fileIds: places.map(({ fileId }) => fileId ?? null),
  });
  return rows.map(({ id }) => id);
}

const INSERT_BROADCAST = `
  with receiver as (
    select office_id from entries
     where round_id = :roundId and variable_id = :variableId and (:audience = 'all' or status = :audience)
  ), item as (
    insert into thread_items (system_id, variable_id, office_id, round_id, kind, text, file_id, sender_id, side,
                              sender_office_id, on_behalf_of, sent_at, deadline)
    select :systemId, v.id, null, :roundId, :kind, :text, p.file_id, :senderId, :side, :senderOfficeId,
           case when :standInOfficeId::bigint is not null then nullif(v.bureau_id, :standInOfficeId::bigint) end,
           :now, :deadline::timestamptz
      from unnest(:fileIds::bigint[]) with ordinality as p (file_id, position)
      join variables v on v.id = :variableId
     where (select count(*) from receiver) = :count::int
     order by p.position
    returning id, system_id, variable_id
  ), receipt as (
    insert into receipts (item_id, system_id, receiver_id, office_id, variable_id, sending_office_id)
    select item.id, item.system_id, receiver.office_id, receiver.office_id, item.variable_id, v.bureau_id
      from item join variables v on v.id = item.variable_id cross join receiver
     order by item.id, receiver.office_id
    returning item_id, office_id
  )
  select r.office_id as "officeId", o.short_name as office, array_agg(cast(r.item_id as text) order by r.item_id) as items
    from receipt r join offices o on o.id = r.office_id
   group by r.office_id, o.short_name`;

/**
 * Writes one item (one for each file) that goes to every office of the audience, with a receipt for each. Nothing
 * is written, and nobody returned, where they are not as many as the sender was told.
 */
export async function insertBroadcast(
  trx: Queryable,
  item: SentItem,
  to: {
    roundId: string;
    variableId: string;
    audience: Audience;
    count: number;
    fileIds: readonly (string | null)[];
  },
): Promise<{ officeId: string; office: string; items: string[] }[]> {
  const { rows } = await trx.raw<{ rows: { officeId: string; office: string; items: string[] }[] }>(
    INSERT_BROADCAST,
    {
      ...item,
      ...to,
      fileIds: [...to.fileIds],
    },
  );
  return rows;
}

const AUDIENCE = `
  select count(*)::int as "all", (count(*) filter (where status = 'unreported'))::int as unreported,
         (count(*) filter (where status = 'pending'))::int as pending,
         (count(*) filter (where status = 'rejected'))::int as rejected
    from entries where round_id = :roundId and variable_id = :variableId`;

/** How many offices something would go to that is sent to all that have the variable in the round. */
export async function countAudience(
  db: Queryable,
  scope: { roundId: string; variableId: string },
): Promise<AudienceCounts> {
  const { rows } = await db.raw<{ rows: AudienceCounts[] }>(AUDIENCE, scope);
  return rows[0] ?? { all: 0, unreported: 0, pending: 0, rejected: 0 };
}
