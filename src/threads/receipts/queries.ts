import type { Queryable } from '../../db/database.ts';
import type { ReceiptRef, Receiving, Registration } from './types.ts';

const REGISTER = `
  with asked as (
    select item_id, office_id from unnest(:itemIds::bigint[], :officeIds::bigint[]) as a (item_id, office_id)
  ), found as (
    select c.item_id, c.office_id, c.receiver_id, c.registered_at is null and not c.withdrawn as is_new,
           :mayRegisterAll or exists (select from variables v
                                        join assignments a on a.node_id = v.node_id and a.user_id = :userId
                                       where v.id = c.variable_id) as is_own
      from receipts c join asked using (item_id, office_id)
     where c.system_id = :systemId and c.receiver_id = any(:sideIds::bigint[])
       and (:variableId::bigint is null or c.variable_id = :variableId)
     order by c.item_id, c.office_id for update of c
  ), done as (
    update receipts c set registered_at = :now, registered_by = :userId
      from found f
     where c.item_id = f.item_id and c.office_id = f.office_id and c.receiver_id = f.receiver_id
       and f.is_new and (select count(*) = :asked::int and bool_and(is_own) from found)
    returning c.item_id
  )
  select (select count(*) from found)::int as found, (select count(*) from found where is_own)::int as own,
         (select count(*) from done)::int as done`;

/**
 * Registers receipts of these sides that are still new (manual KRS 2559, R97–R99), all or none, in the order of
 * their ids; `variableId` null: of any thread. What somebody else registered before, or what was taken back, is
 * found and not done.
 */
export async function registerReceipts(
  trx: Queryable,
  { sideIds, ...who }: Receiving,
  refs: readonly ReceiptRef[],
  { variableId, now }: { variableId: string | null; now: Date },
): Promise<Registration> {
  const { rows } = await trx.raw<{ rows: [Registration] }>(REGISTER, {
    ...who,
    sideIds: [...sideIds],
    itemIds: refs.map(({ itemId }) => itemId),
    officeIds: refs.map(({ officeId }) => officeId),
    asked: refs.length,
    variableId,
    now,
  });
  return rows[0];
}
