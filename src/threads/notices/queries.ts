import type { Queryable, Transaction } from '../../db/database.ts';
import { write } from '../../db/statement.ts';
import type { NoticeData, ThreadNotice, WaitingNotice } from './types.ts';

const INSERT = 'insert into thread_notices (sender_id, kind, data) values (:senderId, :kind, :data)';

/** Stores what happened, in a statement that nobody waits for. */
export async function insertThreadNotice(
  trx: Transaction,
  notice: { senderId: string; kind: ThreadNotice['kind']; data: NoticeData },
): Promise<void> {
  await write(trx, INSERT, { ...notice, data: JSON.stringify(notice.data) });
}

const TAKE = `
  with taken as (
    delete from thread_notices returning *
  )
  select t.kind, t.at, t.data,
         jsonb_build_object(
           'frameworkId', f.id::text, 'frameworkVersion', coalesce((t.data ->> 'frameworkVersion')::int, f.version),
           'revision', coalesce((select min(old.revision) from framework_revisions old
                                  where old.framework_id = f.id
                                    and old.version >= (t.data ->> 'frameworkVersion')::int), f.revision),
           'newestRevision', f.revision) as pinned,
         jsonb_build_object('id', u.id::text, 'systemId', u.system_id::text, 'name', u.name,
                            'officeShortName', o.short_name) as by
    from taken t
    join users u on u.id = t.sender_id
    join offices o on o.id = u.office_id
    join frameworks f on f.id = (t.data ->> 'frameworkId')::bigint
   order by t.id`;

/** Takes all that is stored, in the order in which it happened; another that takes at the same moment gets the rest. */
export async function takeThreadNotices(trx: Queryable): Promise<WaitingNotice[]> {
  const { rows } = await trx.raw<{ rows: WaitingNotice[] }>(TAKE);
  return rows;
}
