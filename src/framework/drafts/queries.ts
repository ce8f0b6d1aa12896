import type { Queryable } from '../../db/database.ts';
import type { KnownThings } from '../known.ts';
import type { Difference } from './differences.ts';
import type { DraftDocument, DraftRound, StoredDraft } from './types.ts';

const DRAFT = `
  select id, system_id as "systemId", fiscal_year as "fiscalYear", framework_id as "frameworkId",
         base_version as "baseVersion", document, version, updated_by as "updatedBy", updated_at as "updatedAt"
    from framework_drafts where system_id = :systemId and fiscal_year = :fiscalYear`;

/** The draft of a year; undefined where nobody is working on one. */
export async function findDraft(
  db: Queryable,
  systemId: string,
  fiscalYear: number,
): Promise<StoredDraft | undefined> {
  const { rows } = await db.raw<{ rows: StoredDraft[] }>(DRAFT, { systemId, fiscalYear });
  return rows[0];
}

/** The same, locked against every other change. */
export async function lockDraft(
  trx: Queryable,
  systemId: string,
  fiscalYear: number,
): Promise<StoredDraft | undefined> {
  const { rows } = await trx.raw<{ rows: StoredDraft[] }>(`${DRAFT} for no key update`, {
    systemId,
    fiscalYear,
  });
  return rows[0];
}

export interface PublishedYear {
  frameworkId: string;
  revision: number;
  version: number;
  publishedAt: Date;
}

const PUBLISHED = `
  select id as "frameworkId", revision, version, coalesce(published_at, created_at) as "publishedAt"
    from frameworks where system_id = :systemId and fiscal_year = :fiscalYear`;

/** The published framework of a year. */
export async function findPublished(
  db: Queryable,
  systemId: string,
  fiscalYear: number,
): Promise<PublishedYear | undefined> {
  const { rows } = await db.raw<{ rows: PublishedYear[] }>(PUBLISHED, { systemId, fiscalYear });
  return rows[0];
}

const KNOWN = `
  with members as (
    select o.* from offices o join system_offices so on so.office_id = o.id where so.system_id = :systemId
  )
  select array(select json_build_object('id', id::text, 'code', code, 'name', name, 'shortName', short_name)
                 from members where kind in ('bureau', 'kpi_office') order by list_order) as bureaus,
         array(select type from members where kind = 'district' and type is not null
                group by type order by min(list_order)) as "officeTypes",
         array(select json_build_object('id', id::text, 'code', coalesce(code, list_label), 'type', type,
                                        'label', list_label)
                 from members
                where kind = 'district' and valid_from_fy <= :fiscalYear
                  and coalesce(valid_to_fy, :fiscalYear) >= :fiscalYear
                order by list_order) as offices`;

/** What a framework of this system and year may refer to: its bureaus, types of offices, and offices. */
export async function knownThings(db: Queryable, systemId: string, fiscalYear: number): Promise<KnownThings> {
  const { rows } = await db.raw<{ rows: [KnownThings] }>(KNOWN, { systemId, fiscalYear });
  return rows[0];
}

const YEAR_ROUNDS = `
  with created as (
    select kind, sequence, label, data_as_of::text as data_as_of, entry_opens_at, entry_closes_at,
           certification_closes_at
      from rounds where system_id = :systemId and fiscal_year = :fiscalYear
  ), planned as (
    select p.* from frameworks f
      cross join jsonb_to_recordset(f.planned_rounds)
        as p (kind text, sequence integer, label text, data_as_of text, entry_opens_at timestamptz,
              entry_closes_at timestamptz, certification_closes_at timestamptz)
     where f.system_id = :systemId and f.fiscal_year = :fiscalYear
       and p.kind not in (select kind from created)
  )
  select kind, sequence, label, data_as_of, entry_opens_at as opens, entry_closes_at as closes,
         certification_closes_at as certified
    from (select * from created union all select * from planned) r order by sequence, kind`;

interface YearRoundRow extends Pick<DraftRound, 'kind' | 'sequence' | 'label' | 'data_as_of'> {
  opens: Date;
  closes: Date;
  certified: Date;
}

/** The rounds of a published year: as they are, and as they were planned where they were not created yet. */
export async function listYearRounds(
  db: Queryable,
  systemId: string,
  fiscalYear: number,
): Promise<DraftRound[]> {
  const { rows } = await db.raw<{ rows: YearRoundRow[] }>(YEAR_ROUNDS, { systemId, fiscalYear });
  return rows.map(({ opens, closes, certified, ...round }) => ({
    ...round,
    entry_opens_at: opens.toISOString(),
    entry_closes_at: closes.toISOString(),
    certification_closes_at: certified.toISOString(),
  }));
}

/** What is written about a change: which year, who, when and why. */
export interface EventOf {
  systemId: string;
  fiscalYear: number;
  userId: string;
  at: Date;
  kind: string;
  reason: string | null;
}

const INSERT_EVENTS = `
  insert into framework_events (system_id, fiscal_year, at, user_id, kind, place, before, after, reason)
  select :systemId, :fiscalYear, :at, :userId, :kind, e.place, e.before, e.after, :reason
    from jsonb_to_recordset(:differences) as e (place text, before jsonb, after jsonb)`;

/** Writes a history row for each difference; one without any where there is none. */
export async function insertFrameworkEvents(
  trx: Queryable,
  event: EventOf,
  differences: readonly Difference[],
): Promise<void> {
  await trx.raw(INSERT_EVENTS, { ...event, differences: eventRows(differences) });
}

/** What a part is stands with its fields, so that a history can name them. */
function eventRows(differences: readonly Difference[]): string {
  if (differences.length === 0) return JSON.stringify([{ place: '' }]);
  return JSON.stringify(
    differences.map(({ kind, place, before, after }) => ({
      place,
      before: before === null ? undefined : { part: kind, ...before },
      after: after === null ? undefined : { part: kind, ...after },
    })),
  );
}

const INSERT_DRAFT = `
  insert into framework_drafts (system_id, fiscal_year, framework_id, base_version, document, created_by, created_at,
                                updated_by, updated_at)
  values (:systemId, :fiscalYear, :frameworkId, :baseVersion, :document, :userId, :at, :userId, :at)
  on conflict on constraint framework_drafts_year_unique do nothing`;

/** False where the year has a draft already. */
export async function insertDraft(
  trx: Queryable,
  event: EventOf,
  draft: { frameworkId: string | null; baseVersion: number | null; document: DraftDocument },
): Promise<boolean> {
  const document = JSON.stringify(draft.document);
  const { rowCount } = await trx.raw<{ rowCount: number }>(INSERT_DRAFT, { ...event, ...draft, document });
  return rowCount === 1;
}

const UPDATE_DRAFT = `
  with events as (${INSERT_EVENTS})
  update framework_drafts
     set document = :document, version = version + 1, updated_by = :userId, updated_at = :at
   where system_id = :systemId and fiscal_year = :fiscalYear`;

/** Stores the changed document of a locked draft together with its history. */
export async function updateDraft(
  trx: Queryable,
  event: EventOf,
  document: DraftDocument,
  differences: readonly Difference[],
): Promise<void> {
  await trx.raw(UPDATE_DRAFT, {
    ...event,
    document: JSON.stringify(document),
    differences: eventRows(differences),
  });
}

/** Takes a draft away: it was published or thrown away. */
export async function deleteDraft(trx: Queryable, draftId: string): Promise<void> {
  await trx.raw('delete from framework_drafts where id = ?', [draftId]);
}
