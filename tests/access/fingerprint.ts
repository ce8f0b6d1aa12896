import type { TestApp } from '../support/test-app.ts';

const TABLES = [
  'entries',
  'entry_events',
  'permits',
  'edit_requests',
  'audit_scores',
  'audit_openings',
  'audit_requests',
  'audit_events',
  'scores',
  'round_offices',
  'users',
  'thread_items',
  'receipts',
  'stored_files',
  'assignments',
  'assignment_events',
  'mails',
  'notices',
  'thread_notices',
  'avatars',
  'user_events',
  'account_links',
  'settings_events',
  'user_imports',
  'recovery_codes',
  'rounds',
  'round_events',
  'frameworks',
  'framework_drafts',
  'framework_imports',
  'manuals',
  'manual_events',
  'framework_events',
  'framework_revisions',
  'seals',
  'tasks',
];

/** Of every row that a form could change: the same before and after what must change nothing. */
export async function fingerprint({ db }: TestApp): Promise<string> {
  const parts = TABLES.map(
    (table) => `(select md5(string_agg(x::text, ';' order by x::text)) from ${table} x)`,
  );
  const { rows } = await db.raw(`select concat_ws(' ', ${parts.join(', ')}) as print`);
  return rows[0].print;
}
