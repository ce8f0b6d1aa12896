import type { Queryable } from '../../db/database.ts';
import type { MailState } from '../types.ts';
import type { LoggedMail, LogQuery } from './types.ts';

export const PAGE_SIZE = 50;

const FROM_MAILS = `
    from mails m join users u on u.id = m.user_id join offices o on o.id = u.office_id
   where m.system_id = :systemId
     and (:typed = '' or m.address ilike :pattern or u.name ilike :pattern or u.username ilike :pattern
          or m.subject ilike :pattern)`;

const COLUMNS = `
  m.id, m.kind, m.subject, m.address, u.name, u.username, o.short_name as "officeShortName", m.state, m.tries,
  m.last_error as "lastError", m.created_at as "createdAt", m.sent_at as "sentAt", m.last_sent_at as "lastSentAt", m.sendings,
  m.next_try_at as "nextTryAt",
  (select case when l.used_at is not null then 'used' when l.ended_at is not null then 'ended' end
     from account_links l
    where m.kind in ('activation', 'reset') and l.id = (m.data ->> 'linkId')::bigint) as "linkOver"`;

const COUNTS = `select m.state, count(*)::int as count ${FROM_MAILS} group by m.state`;

const PAGE = `
  select ${COLUMNS} ${FROM_MAILS} and (:state::text is null or m.state = :state)
   order by m.id desc limit ${PAGE_SIZE} offset :offset`;

export type MailCounts = Record<MailState, number>;

/** How many mails of this system, with this text, are in which state. */
export async function countMails(db: Queryable, systemId: string, text: string): Promise<MailCounts> {
  const { rows } = await db.raw<{ rows: { state: MailState; count: number }[] }>(
    COUNTS,
    search(systemId, text),
  );
  const counts: MailCounts = { waiting: 0, sent: 0, failed: 0 };
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}

/** One page of the mails of this system, the newest first. */
export async function listMails(db: Queryable, systemId: string, query: LogQuery): Promise<LoggedMail[]> {
  const { rows } = await db.raw<{ rows: LoggedMail[] }>(PAGE, {
    ...search(systemId, query.q),
    state: query.state ?? null,
    offset: (query.page - 1) * PAGE_SIZE,
  });
  return rows;
}

/** A mail of this system. */
export async function findMail(db: Queryable, systemId: string, id: string): Promise<LoggedMail | undefined> {
  const { rows } = await db.raw<{ rows: LoggedMail[] }>(`select ${COLUMNS} ${FROM_MAILS} and m.id = :id`, {
    ...search(systemId, ''),
    id,
  });
  return rows[0];
}

function search(systemId: string, text: string) {
  return { systemId, typed: text, pattern: `%${text.replace(/[\\%_]/g, '\\$&')}%` };
}
