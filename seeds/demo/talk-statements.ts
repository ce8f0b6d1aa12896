import type { Queryable } from '../../src/db/database.ts';
import type { Said } from './talk.ts';

/** An item as it is written: to one office, or (officeId null) to many. Times are milliseconds. */
export interface Letter extends Omit<Said, 'officeId' | 'registered'> {
  systemId: string;
  roundId: string;
  officeId: string | null;
  deadline: number | null;
  receipts: readonly { receiverId: string; officeId: string; registered: Said['registered'] }[];
}

const INSERT_ITEMS = `
  insert into thread_items (id, system_id, variable_id, office_id, round_id, kind, text, file_id, sender_id, side,
                            sender_office_id, on_behalf_of, sent_at, deadline, until)
  overriding system value
  select place, system_id, variable_id, office_id, round_id, kind, text, file_id, sender_id, side, sender_office_id,
         on_behalf_of, to_timestamp(sent_at / 1000.0), to_timestamp(deadline / 1000.0), to_timestamp(until / 1000.0)
    from unnest(:systemIds::bigint[], :variableIds::bigint[], :officeIds::bigint[], :roundIds::bigint[],
                :kinds::text[], :texts::text[], :fileIds::bigint[], :senderIds::bigint[], :sides::text[],
                :senderOfficeIds::bigint[], :onBehalfOf::bigint[], :sentAt::bigint[], :deadlines::bigint[],
                :untils::bigint[]) with ordinality
         as i (system_id, variable_id, office_id, round_id, kind, text, file_id, sender_id, side, sender_office_id,
               on_behalf_of, sent_at, deadline, until, place)`;

const INSERT_RECEIPTS = `
  insert into receipts (item_id, system_id, receiver_id, office_id, variable_id, sending_office_id, registered_at,
                        registered_by)
  select item_id, system_id, receiver_id, office_id, variable_id, sending_office_id,
         to_timestamp(registered_at / 1000.0), registered_by
    from unnest(:itemIds::bigint[], :systemIds::bigint[], :receiverIds::bigint[], :officeIds::bigint[],
                :variableIds::bigint[], :sendingOfficeIds::bigint[], :registeredAt::bigint[], :registeredBy::bigint[])
         as r (item_id, system_id, receiver_id, office_id, variable_id, sending_office_id, registered_at,
               registered_by)`;

const NEXT_ID = "select setval(pg_get_serial_sequence('thread_items', 'id'), :last)";

/** Writes items in the order in which they were sent, into tables that are empty. `fileIds` are by name. */
export async function writeLetters(
  trx: Queryable,
  unsorted: readonly Letter[],
  fileIds: ReadonlyMap<string, string>,
): Promise<void> {
  const letters = unsorted.toSorted((a, b) => a.at - b.at);
  await trx.raw(INSERT_ITEMS, {
    systemIds: letters.map(({ systemId }) => systemId),
    variableIds: letters.map(({ variableId }) => variableId),
    officeIds: letters.map(({ officeId }) => officeId),
    roundIds: letters.map(({ roundId }) => roundId),
    kinds: letters.map(({ kind }) => kind),
    texts: letters.map(({ text }) => text),
    fileIds: letters.map(({ file }) => (file === null ? null : (fileIds.get(file) ?? null))),
    senderIds: letters.map(({ senderId }) => senderId),
    sides: letters.map(({ side }) => side),
    senderOfficeIds: letters.map(({ senderOfficeId }) => senderOfficeId),
    onBehalfOf: letters.map(({ onBehalfOf }) => onBehalfOf),
    sentAt: letters.map(({ at }) => Math.floor(at)),
    deadlines: letters.map(({ deadline }) => deadline),
    untils: letters.map(({ until }) => until),
  });
  await trx.raw(NEXT_ID, { last: letters.length });
  await writeReceipts(trx, letters);
}

async function writeReceipts(trx: Queryable, letters: readonly Letter[]): Promise<void> {
  const rows = letters.flatMap(({ receipts, ...letter }, index) =>
    receipts.map((receipt) => ({ ...receipt, letter, itemId: index + 1 })),
  );
  await trx.raw(INSERT_RECEIPTS, {
    itemIds: rows.map(({ itemId }) => itemId),
    systemIds: rows.map(({ letter }) => letter.systemId),
    receiverIds: rows.map(({ receiverId }) => receiverId),
    officeIds: rows.map(({ officeId }) => officeId),
    variableIds: rows.map(({ letter }) => letter.variableId),
    sendingOfficeIds: rows.map(({ letter, officeId }) =>
      letter.side === 'office' ? officeId : letter.bureauId,
    ),
    registeredAt: rows.map(({ registered }) => (registered === null ? null : Math.floor(registered.at))),
    registeredBy: rows.map(({ registered }) => registered?.by ?? null),
  });
}

/** Sets when the files came to be: the same at every loading of one day. */
export async function dateFiles(trx: Queryable, at: string): Promise<void> {
  await trx.raw('update stored_files set created_at = ?', [at]);
}

/** The keys of all files that the database knows. */
export async function listFileKeys(db: Queryable): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { key: string }[] }>('select key from stored_files');
  return rows.map(({ key }) => key);
}
