import type { Knex } from 'knex';

/** The evidence and the dialogue that a certification rests on: documents, comments, receipts. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(FILES);
  await knex.raw(THREADS);
}

export async function down(): Promise<void> {
  throw new Error('Documents and comments are not thrown away: restore a backup instead.');
}

const FILES = `
-- bytes lie in the storage under a random name; the name that the sender gave is only here
create table stored_files (
  id bigint generated always as identity primary key,
  key text not null constraint stored_files_key_unique unique,
  original_name text not null constraint stored_files_name check (original_name <> ''),
  size bigint not null constraint stored_files_size check (size > 0),
  sha256 bytea not null,
  -- as found in the bytes, not as told by the browser; null: unknown
  media_type text,
  -- 'waiting': the virus scanner has not answered yet, and nobody gets the file
  state text not null default 'clean' constraint stored_files_state check (state in ('waiting', 'clean', 'infected')),
  -- told by the nightly check: gone from the storage, or no longer the same bytes
  damaged_at timestamptz,
  -- when that check last read it
  checked_at timestamptz,
  created_at timestamptz not null default now()
);
create index stored_files_waiting on stored_files (id) where state = 'waiting';
create index stored_files_to_check on stored_files (checked_at nulls first, id);
`;

const THREADS = `
-- one thread per office and variable (a variable belongs to one fiscal year); items are never edited
create table thread_items (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  variable_id bigint not null references variables,
  -- null: sent to every office that has a receipt
  office_id bigint references offices,
  round_id bigint not null references rounds,
  kind text not null constraint thread_items_kind check (kind in ('document', 'comment', 'rejection', 'permit')),
  -- the message, the description of the document, the reason of the decision
  text text not null constraint thread_items_text check (text <> ''),
  file_id bigint references stored_files,
  sender_id bigint not null references users,
  -- the side that speaks: the office itself, or the bureau that certifies the variable
  side text not null constraint thread_items_side check (side in ('office', 'bureau')),
  sender_office_id bigint not null references offices,
  -- the bureau in whose stead the KPI office speaks
  on_behalf_of bigint references offices,
  sent_at timestamptz not null default now(),
  -- by when the receivers are asked to act
  deadline timestamptz,
  -- until when a permit runs
  until timestamptz,
  withdrawn_at timestamptz,
  constraint thread_items_documents_have_files check ((kind = 'document') = (file_id is not null)),
  constraint thread_items_of_offices_go_to_one check (side = 'bureau' or office_id is not null)
);
create index thread_items_of_thread on thread_items (variable_id, office_id, id);
create index thread_items_by_file on thread_items (file_id) where file_id is not null;
create index thread_items_of_sender on thread_items (sender_office_id, id);
-- how many documents an office has put beside a value
create index thread_items_evidence on thread_items (round_id, variable_id, office_id)
  where kind = 'document' and side = 'office' and withdrawn_at is null;

-- one per receiving side, written together with the item; registering is irreversible
create table receipts (
  item_id bigint not null references thread_items,
  system_id bigint not null references systems,
  receiver_id bigint not null references offices,
  -- whose thread the item stands in; for offices it is the receiver
  office_id bigint not null references offices,
  variable_id bigint not null references variables,
  -- the side that waits for the receipt: the district office, or the bureau that certifies the variable
  sending_office_id bigint not null references offices,
  registered_at timestamptz,
  registered_by bigint references users,
  -- the sender took the item back before anybody registered it: no longer new
  withdrawn boolean not null default false,
  primary key (item_id, office_id, receiver_id),
  constraint receipts_registered_by_somebody check ((registered_at is null) = (registered_by is null)),
  constraint receipts_registered_or_withdrawn check (registered_at is null or not withdrawn)
);
-- the marks of a page: what is new for one side
create index receipts_new on receipts (receiver_id, system_id, variable_id, office_id)
  where registered_at is null and not withdrawn;
-- the lists of what is new, and of what is not registered yet, in the order in which it was sent
create index receipts_inbox on receipts (receiver_id, system_id, item_id)
  where registered_at is null and not withdrawn;
create index receipts_outbox on receipts (sending_office_id, system_id, item_id)
  where registered_at is null and not withdrawn;
create index receipts_of_thread on receipts (variable_id, office_id, item_id);

create function keep_receipt() returns trigger language plpgsql as
  $$ begin
       if old.registered_at is not null or old.withdrawn then
         raise exception 'a receipt is irreversible' using errcode = 'restrict_violation';
       end if;
       return new;
     end $$;
create trigger receipts_irreversible before update on receipts for each row execute function keep_receipt();

-- texts, senders and addressees stay as they were sent; withdrawing leaves a trace
create function keep_thread_item() returns trigger language plpgsql as
  $$ begin
       if old.withdrawn_at is not null
          or to_jsonb(old) - 'withdrawn_at' is distinct from to_jsonb(new) - 'withdrawn_at' then
         raise exception 'an item is never edited' using errcode = 'restrict_violation';
       end if;
       return new;
     end $$;
create trigger thread_items_never_edited before update on thread_items
  for each row execute function keep_thread_item();
`;
