import type { TestApp } from '../support/test-app.ts';

/** What a reader sees of a page: its text without tags, blanks run together. */
export function textOf(html: string): string {
  return html
    .replace(/<(script|style|template)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#3[49];/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');
}

/** Adds district offices with an unreported entry for everything that is due in the open round. */
export async function addOffices(app: TestApp, count: number): Promise<void> {
  await app.db.raw(
    `with added as (
       insert into offices (kind, code, type, name, short_name, list_label, list_order, valid_from_fy)
       select 'district', 'T' || n, 'สพป', 'สำนักงานทดลอง ' || n, 'ทดลอง ' || n, 'สำนักงานทดลอง ' || n, 1000 + n, 2553
         from generate_series(1, ?::int) n
       returning id
     ), taking_part as (
       insert into system_offices select ?, id from added
     ), opened as (
       insert into round_offices (round_id, office_id) select ?, id from added returning round_id, office_id
     )
     select 1 from opened`,
    [count, app.world.systems.krs, app.world.rounds.open],
  );
  await app.db.raw(
    `insert into entries (round_id, office_id, variable_id, source)
     select ro.round_id, ro.office_id, v.id, vr.source
       from round_offices ro
       join offices o on o.id = ro.office_id and o.code like 'T%'
       join rounds r on r.id = ro.round_id
       join variables v on v.framework_id = r.framework_id
       join variable_rounds vr on vr.variable_id = v.id and vr.round_kind = r.kind`,
  );
}
