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

const SUMS = TABLES.map((table) => `(select sum(hashtextextended(x::text, 0)) from ${table} x)`);
const SQL = `select concat_ws(' ', ${SUMS.join(', ')}) as print`;

/** Of every row that a form could change: the same before and after what must change nothing. */
export async function fingerprint({ db }: TestApp): Promise<string> {
  // the database plans a named statement once per connection, which takes longer than to answer it
  const { rows } = await db.raw(SQL).options({ name: 'fingerprint' });
  return rows[0].print;
}
