import type { Queryable } from '../../db/database.ts';
import type { FrameworkRows } from '../rows.ts';
import type { Revision } from './types.ts';

const REVISIONS = `
  select x.revision, x.version, x.replaced_at as "replacedAt",
         array(select r.label from rounds r
                where (r.framework_id, r.revision) = (:frameworkId, x.revision) order by r.sequence, r.id) as rounds
    from (select revision, version, null::timestamptz as replaced_at from frameworks where id = :frameworkId
          union all
          select revision, version, replaced_at from framework_revisions where framework_id = :frameworkId) x
   order by x.revision desc`;

/** All revisions of a framework, the newest first. */
export async function listRevisions(db: Queryable, frameworkId: string): Promise<Revision[]> {
  const { rows } = await db.raw<{ rows: Revision[] }>(REVISIONS, { frameworkId });
  return rows;
}

const ARCHIVED = `
  select content from framework_revisions
   where framework_id = :frameworkId and revision = any(:revisions::int[]) order by revision`;

/** Revisions that were replaced, whole, oldest first. */
export async function listArchived(
  db: Queryable,
  frameworkId: string,
  revisions: readonly number[],
): Promise<FrameworkRows[]> {
  if (revisions.length === 0) return [];
  const { rows } = await db.raw<{ rows: { content: FrameworkRows }[] }>(ARCHIVED, { frameworkId, revisions });
  return rows.map(({ content }) => content);
}
