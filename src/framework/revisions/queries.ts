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

const REPLACED = 'select content from framework_revisions where framework_id = ? and revision = ?';

/** A replaced revision as it was kept; undefined where there is none. */
export async function readReplaced(
  db: Queryable,
  frameworkId: string,
  revision: number,
): Promise<FrameworkRows | undefined> {
  const { rows } = await db.raw<{ rows: { content: FrameworkRows }[] }>(REPLACED, [frameworkId, revision]);
  return rows[0]?.content;
}
