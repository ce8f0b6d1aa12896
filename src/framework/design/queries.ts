import type { Queryable } from '../../db/database.ts';

/** A fiscal year of a system: what is published of it, and what somebody is working on. */
export interface DesignYear {
  fiscalYear: number;
  published: { frameworkId: string; revision: number; version: number; at: Date } | null;
  draft: { version: number; baseVersion: number | null; byName: string; at: Date } | null;
}

interface YearRow {
  fiscalYear: number;
  frameworkId: string | null;
  revision: number;
  version: number;
  publishedAt: Date;
  draftVersion: number | null;
  baseVersion: number | null;
  byName: string;
  draftAt: Date;
}

const YEARS = `
  select coalesce(f.fiscal_year, d.fiscal_year) as "fiscalYear", f.id as "frameworkId", f.revision, f.version,
         coalesce(f.published_at, f.created_at) as "publishedAt", d.version as "draftVersion",
         d.base_version as "baseVersion", u.name as "byName", d.updated_at as "draftAt"
    from (select * from frameworks where system_id = :systemId) f
    full join (select * from framework_drafts where system_id = :systemId) d on d.fiscal_year = f.fiscal_year
    left join users u on u.id = d.updated_by
   order by 1 desc`;

/** All fiscal years of a system that have a framework or a draft, newest first. */
export async function listDesignYears(db: Queryable, systemId: string): Promise<DesignYear[]> {
  const { rows } = await db.raw<{ rows: YearRow[] }>(YEARS, { systemId });
  return rows.map(({ fiscalYear, frameworkId, revision, version, publishedAt, ...draft }) => ({
    fiscalYear,
    published: frameworkId === null ? null : { frameworkId, revision, version, at: publishedAt },
    draft:
      draft.draftVersion === null
        ? null
        : {
            version: draft.draftVersion,
            baseVersion: draft.baseVersion,
            byName: draft.byName,
            at: draft.draftAt,
          },
  }));
}

/** What happened to a year's framework: one row for each part that became different. */
export interface FrameworkEvent {
  id: string;
  at: Date;
  byName: string;
  kind: string;
  place: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
}

const EVENTS = `
  select e.id, e.at, u.name as "byName", e.kind, e.place, e.before, e.after, e.reason
    from framework_events e join users u on u.id = e.user_id
   where e.system_id = :systemId and e.fiscal_year = :fiscalYear
     and (:place::text is null or e.place = :place or starts_with(e.place, :place || ' › '))
   order by e.id desc
   limit :limit offset :offset`;

/** The history of a year, newest first; of one part and what is below it where a place is given. */
export async function listFrameworkEvents(
  db: Queryable,
  of: { systemId: string; fiscalYear: number; place: string | null },
  page: { limit: number; offset: number },
): Promise<FrameworkEvent[]> {
  const { rows } = await db.raw<{ rows: FrameworkEvent[] }>(EVENTS, { ...of, ...page });
  return rows;
}

const LATEST = `
  select u.name as "byName", e.at
    from framework_events e join users u on u.id = e.user_id
   where e.system_id = :systemId and e.fiscal_year = :fiscalYear and e.place = :place
   order by e.id desc limit 1`;

/** Who changed a part last; undefined where nobody did since the year was made. */
export async function findLatestEvent(
  db: Queryable,
  of: { systemId: string; fiscalYear: number; place: string },
): Promise<{ byName: string; at: Date } | undefined> {
  const { rows } = await db.raw<{ rows: { byName: string; at: Date }[] }>(LATEST, of);
  return rows[0];
}

/** How a draft ended, and by whom. */
export interface DraftEnd {
  kind: 'discard' | 'publish' | 'correct' | 'revise';
  byName: string;
  at: Date;
}

const DRAFT_END = `
  select e.kind, u.name as "byName", e.at
    from framework_events e join users u on u.id = e.user_id
   where e.system_id = :systemId and e.fiscal_year = :fiscalYear
     and e.kind in ('discard', 'publish', 'correct', 'revise')
   order by e.id desc limit 1`;

/** How the last draft of a year ended; undefined where none did. */
export async function findDraftEnd(
  db: Queryable,
  of: { systemId: string; fiscalYear: number },
): Promise<DraftEnd | undefined> {
  const { rows } = await db.raw<{ rows: DraftEnd[] }>(DRAFT_END, of);
  return rows[0];
}
