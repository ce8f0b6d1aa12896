import type { Queryable, Transaction } from '../db/database.ts';
import { type Reader, rowsOf, write } from '../db/statement.ts';
import type { Entry, EntryChange, SavedEntry } from './types.ts';

// Who rejected and when is read for rejected entries only: a handful of hundreds of rows.
const entriesOfOffice = (lastVariable: string) => `
  select e.id, e.variable_id as "variableId", e.source, e.value, e.status, e.reason, e.version,
         case when e.status = 'rejected' then e.decided_at end as "decidedAt",
         case when e.status = 'rejected' then
           (select b.name from offices b where b.id = v.bureau_id)
         end as bureau,
         l.value as "lastValue", p.until as "permitUntil", s.score as audit,
         (select c.label from entry_rows f join rounds c on c.id = f.round_id
           where f.id = e.carried_from_id) as "carriedFrom"
    from entries e
    join variables v on v.id = e.variable_id
    left join audit_scores s on s.round_id = e.round_id and s.office_id = e.office_id and s.node_id = v.node_id
    left join entries l on l.round_id = :lastRoundId and l.office_id = e.office_id and l.variable_id = ${lastVariable}
    left join permits p on p.round_id = e.round_id and p.office_id = e.office_id
                       and p.variable_id = e.variable_id and p.ended_at is null and p.until > :now
   where e.round_id = :roundId and e.office_id = :officeId`;

const ENTRIES_SAME_FRAMEWORK = entriesOfOffice('e.variable_id');
const ENTRIES_OTHER_FRAMEWORK = entriesOfOffice('v.copied_from_id');

export interface EntryScope {
  roundId: string;
  officeId: string;
  lastRoundId: string | null;
  /** The last round is pinned to the same framework revision: its variables are the same rows. */
  sameFramework: boolean;
  now: Date;
}

/** All entries of one office in one round. */
export async function listEntries(db: Reader, scope: EntryScope): Promise<Entry[]> {
  const { sameFramework, ...bindings } = scope;
  const sql = sameFramework ? ENTRIES_SAME_FRAMEWORK : ENTRIES_OTHER_FRAMEWORK;
  return rowsOf<Entry>(db, sql, bindings);
}

const ENTRIES_FOR_SAVE = `
  select e.id, e.variable_id as "variableId", e.source, e.value, e.status, e.version,
         p.until as "permitUntil", a.user_id is not null as assigned, s.score as audit
    from entries e
    join variables v on v.id = e.variable_id
    left join audit_scores s on s.round_id = e.round_id and s.office_id = e.office_id and s.node_id = v.node_id
    left join assignments a on a.node_id = v.node_id and a.user_id = :userId
    left join permits p on p.round_id = e.round_id and p.office_id = e.office_id
                       and p.variable_id = e.variable_id and p.ended_at is null and p.until > :now
   where e.round_id = :roundId and e.office_id = :officeId`;

/** The entries of one office with what this person may do to each. */
export async function listEntriesForSave(
  trx: Queryable,
  scope: { roundId: string; officeId: string; userId: string; now: Date },
): Promise<SavedEntry[]> {
  return rowsOf<SavedEntry>(trx, ENTRIES_FOR_SAVE, scope);
}

/** SQL: whether the range `v` (kind, decimals, min, max) admits the value; the same as `checkValue`. */
export function admits(value: string): string {
  return `case when v.kind = 'yes_no' then ${value} in (0, 1)
               else ${value} between v.min and v.max and scale(trim_scale(${value})) <= v.decimals end`;
}

const SET_ASIDE = `
  select e.id, v.code, v.name
    from entry_rows e join variables v on v.id = e.variable_id
   where e.round_id = :roundId and e.office_id = :officeId and e.set_aside and e.id = any(:ids::bigint[])
   order by v.position, v.id`;

/** Those of these entries of the office that a revision took out of the round, with their variables. */
export async function listSetAside(
  trx: Queryable,
  scope: { roundId: string; officeId: string; ids: readonly string[] },
): Promise<{ id: string; code: string; name: string }[]> {
  return rowsOf(trx, SET_ASIDE, { ...scope, ids: [...scope.ids] });
}

const WRITE_CHANGES = `
  with change as (
    select * from unnest(:ids::bigint[], :events::text[], :valuesBefore::numeric[], :valuesAfter::numeric[],
                         :statusesBefore::text[], :statusesAfter::text[])
           as c (entry_id, event, value_before, value_after, status_before, status_after)
  ), history as (
    insert into entry_events (entry_id, kind, at, user_id, value_before, value_after, status_before, status_after)
    select entry_id, event, :now, :userId, value_before, value_after, status_before, status_after from change
  )
  update entries e
     set value = c.value_after, status = c.status_after, reason = null, version = e.version + 1,
         reported_by = :userId, reported_at = :now, decided_by = null, decided_at = null,
         carried_from_id = case when c.event = 'resubmit' then e.carried_from_id end
    from change c
   where e.id = c.entry_id`;

/** Writes the changes of one person and their history rows, in one statement that nobody waits for. */
export async function writeChanges(
  trx: Transaction,
  changes: readonly EntryChange[],
  userId: string,
  now: Date,
): Promise<void> {
  await write(trx, WRITE_CHANGES, {
    userId,
    now,
    ids: changes.map((change) => change.entryId),
    events: changes.map((change) => change.event),
    valuesBefore: changes.map((change) => change.valueBefore),
    valuesAfter: changes.map((change) => change.valueAfter),
    statusesBefore: changes.map((change) => change.statusBefore),
    statusesAfter: changes.map((change) => change.statusAfter),
  });
}

const LAST_SAVES = `
  select e.id, e.reported_at as at, u.name as by
    from entries e left join users u on u.id = e.reported_by where e.id = any(?)`;

/** Who saved these entries last, and when. */
export async function listLastSaves(
  db: Queryable,
  entryIds: string[],
): Promise<Map<string, { by: string | null; at: Date | null }>> {
  const { rows } = await db.raw<{ rows: { id: string; by: string | null; at: Date | null }[] }>(LAST_SAVES, [
    entryIds,
  ]);
  return new Map(rows.map((row) => [row.id, row]));
}
