import type { Queryable } from '../db/database.ts';
import type { AccountMail, MailState, Notice, ToldNotice, WaitingMail } from './types.ts';

/*
 * Every statement that makes a mail waiting adds its job, too: a waiting mail has exactly one job, under the key
 * `mail-<id>`. A smaller priority goes first: mails about accounts before others, other jobs before all mails.
 */
const JOB_OF_MAIL = `graphile_worker.add_job('send-mail', json_build_object('mailId', mail.id::text),
  job_key => 'mail-' || mail.id, run_at => coalesce(mail.next_try_at, now()),
  priority => case when mail.kind in ('notices', 'summary') then 20 else 10 end)`;

const INSERT_MAILS = `
  with mail as (
    insert into mails (system_id, user_id, address, kind, data)
    select * from unnest(:systemIds::bigint[], :userIds::bigint[], :addresses::text[], :kinds::text[], :data::jsonb[])
    returning *
  )
  select ${JOB_OF_MAIL} from mail`;

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
  insert into notices (system_id, user_id, kind, group_key, data, created_at)
  select n.system_id, u.id, n.kind, n.group_key, n.data, coalesce(n.at, now())
    from unnest(:systemIds::bigint[], :userIds::bigint[], :kinds::text[], :groupKeys::text[], :data::jsonb[],
                :moments::timestamptz[])
         with ordinality as n (system_id, user_id, kind, group_key, data, at, position)
    join users u on u.id = n.user_id and u.system_id = n.system_id
   where u.status = 'active' and u.email <> '' and u.mail_preference <> 'none'
   order by n.position`;

/** Stores a notice for each receiver who wants mail; a job of every minute makes mails of them. */
export async function insertNotices(db: Queryable, notices: readonly Notice[]): Promise<void> {
  const each = notices.flatMap((notice) => notice.userIds.map((userId) => ({ ...notice, userId })));
  if (each.length === 0) return;
  await db.raw(INSERT_NOTICES, {
    systemIds: each.map(({ systemId }) => systemId),
    userIds: each.map(({ userId }) => userId),
    kinds: each.map(({ kind }) => kind),
    groupKeys: each.map(({ groupKey }) => groupKey),
    data: each.map(({ data }) => JSON.stringify(data)),
    moments: each.map(({ at }) => at ?? null),
  });
}

// of what was taken back in its thread meanwhile nobody is told, nor when the mail is sent again
const IS_WITHDRAWN = `n.data -> 'items' is not null and not exists (
       select from jsonb_array_elements_text(n.data -> 'items') as told (id)
         join thread_items i on i.id = told.id::bigint where i.withdrawn_at is null)`;
const DELETE_WITHDRAWN = `delete from notices n where n.mail_id is null and ${IS_WITHDRAWN}`;

/** Of the notices that `taken` names: one mail for each receiver and, where they are told of groups, each group. */
const MAIL_OF_NOTICES = `
  receiver as (
    select distinct system_id, user_id, email, group_key from taken
  ), mail as (
    insert into mails (system_id, user_id, address, kind, data)
    select system_id, user_id, email, :kind, json_build_object('group', group_key)
      from receiver order by user_id, group_key returning *
  ), told as (
    update notices n set mail_id = mail.id
      from taken join mail on mail.user_id = taken.user_id and mail.system_id = taken.system_id
                          and mail.data ->> 'group' is not distinct from taken.group_key
     where n.id = taken.id
  )
  select ${JOB_OF_MAIL} from mail`;

const COLLECT_GROUPS = `
  with due as (
    select distinct n.user_id, n.group_key
      from notices n join users u on u.id = n.user_id
     where n.mail_id is null and n.created_at <= now() - make_interval(secs => :seconds)
       and u.status = 'active' and u.email <> '' and u.mail_preference = 'at_once'
  ), taken as (
    select n.id, n.system_id, n.user_id, n.group_key, u.email
      from due join notices n using (user_id, group_key) join users u on u.id = n.user_id
     where n.mail_id is null
       for update of n skip locked
  ), ${MAIL_OF_NOTICES}`;

/** Makes one mail of each group of waiting notices whose oldest has waited for so long. */
export async function collectGroups(trx: Queryable, seconds: number): Promise<void> {
  // two at the same moment would share a group between them
  await trx.raw("select pg_advisory_xact_lock(hashtext('collect-notices'))");
  await trx.raw(DELETE_WITHDRAWN);
  await trx.raw(COLLECT_GROUPS, { seconds, kind: 'notices' });
}

const COLLECT_DAY = `
  with taken as (
    select n.id, n.system_id, n.user_id, null::text as group_key, u.email
      from notices n join users u on u.id = n.user_id
     where n.mail_id is null and u.status = 'active' and u.email <> ''
       and (u.mail_preference = 'daily'
            -- left over by somebody who went from "daily" to "at once"
            or (u.mail_preference = 'at_once' and n.created_at < now() - interval '1 hour'))
       for update of n skip locked
  ), ${MAIL_OF_NOTICES}`;

/** Makes one mail for everybody who wants a daily summary and has something to be told. */
export async function collectDay(db: Queryable): Promise<void> {
  await db.raw(DELETE_WITHDRAWN);
  await db.raw(COLLECT_DAY, { kind: 'summary' });
}

const WAITING_MAIL = `
  select m.id, m.kind, m.data, m.address, m.tries, m.series, m.created_at as "createdAt", m.user_id as "userId",
         u.name, u.username, u.locale, u.status = 'active' as active, o.name as "officeName",
         s.code as "systemCode", s.brand as "systemBrand", s.name_th as "systemNameTh", s.name_en as "systemNameEn"
    from mails m join users u on u.id = m.user_id join offices o on o.id = u.office_id
    join systems s on s.id = m.system_id
   where m.id = ? and m.state = 'waiting'`;

/** The mail with all that its text mentions; undefined when it is sent or given up. */
export async function findWaitingMail(db: Queryable, id: string): Promise<WaitingMail | undefined> {
  const { rows } = await db.raw<{ rows: WaitingMail[] }>(WAITING_MAIL, [id]);
  return rows[0];
}

/**
 * The first notices of a mail that are still to be told, in the order in which they happened, and how many there are in
 * all.
 */
export async function listNotices(
  db: Queryable,
  mailId: string,
  limit: number,
): Promise<{ notices: ToldNotice[]; total: number }> {
  const { rows } = await db.raw<{ rows: (ToldNotice & { total: string })[] }>(
    `select kind, group_key as "groupKey", data, count(*) over () as total
       from notices n where mail_id = ? and not (${IS_WITHDRAWN}) order by created_at, id limit ?`,
    [mailId, limit],
  );
  return { notices: rows, total: Number(rows[0]?.total ?? 0) };
}

type Try = Pick<WaitingMail, 'id' | 'series'> & { subject: string | null };

const MARK_SENT = `
  update mails
     set state = 'sent', sent_at = coalesce(sent_at, now()), last_sent_at = now(), sendings = sendings + 1, tries = tries + 1, subject = :subject, last_error = null,
         first_try_at = coalesce(first_try_at, now()), next_try_at = null
   where id = :id and series = :series and state = 'waiting'`;

/** The mail server has taken it. */
export async function markSent(db: Queryable, mail: Try): Promise<void> {
  await db.raw(MARK_SENT, mail);
}

const MARK_UNSENT = `
  with old as (
    select id, coalesce(first_try_at, now()) as first_try_at, now() + make_interval(secs => :pause) as next_try_at
      from mails where id = :id and series = :series and state = 'waiting' for update
  ), mail as (
    update mails m
       set tries = m.tries + 1, last_error = :error, subject = coalesce(:subject, m.subject),
           first_try_at = old.first_try_at, next_try_at = next.at,
           state = case when next.at is not null then 'waiting' when m.sent_at is null then 'failed' else 'sent' end
      from old cross join lateral (
        select case when not :permanent::boolean and old.next_try_at <= old.first_try_at + interval '1 day'
                    then old.next_try_at end as at) next
     where m.id = old.id
    returning m.*
  )
  select state, case when state = 'waiting' then (${JOB_OF_MAIL}).id end from mail`;

/**
 * It could not be sent: the next try comes after `pause` seconds, but not when it is in vain or would be later than a
 * day after the first one. What was sent once stays sent, whatever becomes of it the next time. Returns the mail's
 * state, undefined where it has none to change any more.
 */
export async function markUnsent(
  db: Queryable,
  failed: Try & { error: string; permanent: boolean; pause: number },
): Promise<MailState | undefined> {
  const { rows } = await db.raw<{ rows: { state: MailState }[] }>(MARK_UNSENT, failed);
  return rows[0]?.state;
}

const REQUEUE_MAIL = `
  with mail as (
    update mails
       set state = 'waiting', series = series + 1, tries = 0, last_error = null, first_try_at = null,
           next_try_at = null
     where id = :id and system_id = :systemId and state = any(:from)
    returning *
  )
  select ${JOB_OF_MAIL} from mail`;

/**
 * Puts a mail in one of these states back into the queue; when it was sent before stays. False where it is in no such
 * state.
 */
export async function requeueMail(
  db: Queryable,
  mail: { id: string; systemId: string },
  from: readonly MailState[],
): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(REQUEUE_MAIL, { ...mail, from: [...from] });
  return rows.length > 0;
}

const GIVE_UP_LOST = `
  update mails set state = case when sent_at is null then 'failed' else 'sent' end, last_error = coalesce(last_error, 'internal'), next_try_at = null
   where state = 'waiting' and created_at < now() - interval '1 hour'
     and not exists (select from graphile_worker.jobs j
                      where j.key = 'mail-' || mails.id and j.attempts < j.max_attempts)`;

const DELETE_UNWANTED = `
  delete from notices n using users u
   where u.id = n.user_id and n.mail_id is null and n.created_at < now() - interval '7 days'
     and (u.status <> 'active' or u.email = '' or u.mail_preference = 'none')`;

/**
 * Gives up mails whose job is gone: it failed too often for another reason than the mail server. Notices that nobody
 * is to be told of any more are removed.
 */
export async function cleanUpMail(db: Queryable): Promise<void> {
  await db.raw(GIVE_UP_LOST);
  await db.raw(DELETE_UNWANTED);
}
