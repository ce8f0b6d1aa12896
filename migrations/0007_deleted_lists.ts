import type { Knex } from 'knex';

/** Entry lists in which nobody did anything can be deleted, with what the program itself wrote into them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(HISTORY_OF_LISTS);
}

export async function down(): Promise<void> {
  throw new Error('Histories are not thrown away: restore a backup instead.');
}

const HISTORY_OF_LISTS = `
alter table entry_events
  drop constraint entry_events_entry_id_fkey,
  add constraint entry_events_entry foreign key (entry_id) references entry_rows on delete cascade;

-- what carry-over and revisions wrote leaves together with its entry; what people did stays, and the entry with it
create function keep_entry_event() returns trigger language plpgsql as
  $$ begin
       if tg_op = 'DELETE' and old.kind in ('carry', 'setAside', 'bringBack')
          and not exists (select from entry_rows e where e.id = old.entry_id) then return old; end if;
       raise exception 'history is append-only' using errcode = 'restrict_violation';
     end $$;
drop trigger entry_events_append_only on entry_events;
create trigger entry_events_append_only before update or delete on entry_events
  for each row execute function keep_entry_event();

-- likewise of AUDIT scores that were carried: with the list of their office
create function keep_audit_event() returns trigger language plpgsql as
  $$ begin
       if tg_op = 'DELETE' and old.kind = 'carry'
          and not exists (select from round_offices ro
                           where ro.round_id = old.round_id and ro.office_id = old.office_id) then return old; end if;
       raise exception 'history is append-only' using errcode = 'restrict_violation';
     end $$;
drop trigger audit_events_append_only on audit_events;
create trigger audit_events_append_only before update or delete on audit_events
  for each row execute function keep_audit_event();
`;
