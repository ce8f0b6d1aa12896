import type { Knex } from 'knex';

/** Who added, changed and removed which manual; a file that is not offered any more is not kept. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(MANUAL_HISTORY);
}

export async function down(): Promise<void> {
  throw new Error('Histories are not thrown away: restore a backup instead.');
}

const MANUAL_HISTORY = `
create table manual_events (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  manual_id bigint not null references manuals,
  at timestamptz not null default now(),
  user_id bigint not null references users,
  kind text not null constraint manual_events_kind check (kind in ('add', 'change', 'remove')),
  -- title, year, name of the file
  before jsonb,
  after jsonb
);
create index manual_events_newest on manual_events (system_id, id desc);
insert into manual_events (system_id, manual_id, at, user_id, kind, after)
select m.system_id, m.id, m.uploaded_at, m.uploaded_by, 'add',
       jsonb_build_object('title', m.title, 'year', m.fiscal_year::text, 'file', f.original_name)
  from manuals m join stored_files f on f.id = m.file_id order by m.uploaded_at, m.id;
insert into manual_events (system_id, manual_id, at, user_id, kind, before)
select m.system_id, m.id, m.removed_at, m.removed_by, 'remove',
       jsonb_build_object('title', m.title, 'year', m.fiscal_year::text, 'file', f.original_name)
  from manuals m join stored_files f on f.id = m.file_id where m.removed_at is not null order by m.removed_at, m.id;
create trigger manual_events_append_only before update or delete on manual_events
  for each row execute function refuse_change();

-- of a manual that was removed nothing but its row is kept; the bytes go with the nightly clean-up
alter table manuals alter column file_id drop not null;
with removed as (select id, file_id from manuals where removed_at is not null),
     freed as (update manuals m set file_id = null from removed r where r.id = m.id)
delete from stored_files f using removed r where f.id = r.file_id;
alter table manuals add constraint manuals_file check ((file_id is null) = (removed_at is not null));
`;
