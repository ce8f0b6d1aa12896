import type { Queryable } from '../db/database.ts';
import type { AccountMail, Notice } from './types.ts';

const INSERT_MAILS = `
  with mail as (
    insert into mails (system_id, user_id, address, kind, data)
    select * from unnest(:systemIds::bigint[], :userIds::bigint[], :addresses::text[], :kinds::text[], :data::jsonb[])
    returning id
  )
  select graphile_worker.add_job('send-mail', json_build_object('mailId', mail.id::text),
                                 job_key => 'mail-' || mail.id)
    from mail`;

/** Stores mails and the jobs that send them. */
export async function insertMails(db: Queryable, mails: readonly AccountMail[]): Promise<void> {
  await db.raw(INSERT_MAILS, {
    systemIds: mails.map(({ systemId }) => systemId),
    userIds: mails.map(({ userId }) => userId),
    addresses: mails.map(({ address }) => address),
    kinds: mails.map(({ kind }) => kind),
    data: mails.map(({ data }) => JSON.stringify(data)),
  });
}

const INSERT_NOTICES = `
  with notice as (
    insert into notices (system_id, user_id, kind, group_key, data)
    select :systemId, u.id, :kind, :groupKey, :data
      from users u
     where u.id = any(:userIds) and u.system_id = :systemId
       and u.status = 'active' and u.email <> '' and u.mail_preference <> 'none'
    returning user_id
  )
  select graphile_worker.add_job('collect-notices',
           json_build_object('userId', u.id::text, 'groupKey', :groupKey::text),
           run_at => now() + interval '10 minutes', job_key => 'notices-' || u.id || '-' || :groupKey,
           job_key_mode => 'preserve_run_at')
    from notice join users u on u.id = notice.user_id
   where u.mail_preference = 'at_once'`;

/** Stores one notice for each receiver who wants mail, and the job that makes a mail of a group of them. */
export async function insertNotices(db: Queryable, { data, userIds, ...notice }: Notice): Promise<void> {
  await db.raw(INSERT_NOTICES, { ...notice, userIds: [...userIds], data: JSON.stringify(data) });
}
