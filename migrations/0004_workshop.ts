import type { Knex } from 'knex';

/** The KPI office's workshop: drafts and revisions of frameworks, rounds and their history, AUDIT, requests, seals. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(FRAMEWORKS);
  await knex.raw(ENTRIES);
  await knex.raw(ROUNDS);
  await knex.raw(AUDIT);
  await knex.raw(REQUESTS);
  await knex.raw(SEALS);
}

export async function down(): Promise<void> {
  throw new Error('Histories and seals are not thrown away: restore a backup instead.');
}

const FRAMEWORKS = `
-- the tables hold the newest published revision; drafts are documents (framework_drafts)
alter table frameworks
  drop column status,
  drop constraint frameworks_revision_unique,
  add constraint frameworks_year_unique unique (system_id, fiscal_year),
  -- as the published draft planned them, in the fields of the file format: rounds that are not created yet
  add column planned_rounds jsonb not null default '[]';
alter table framework_nodes
  add column retired boolean not null default false,
  drop constraint framework_nodes_code_unique;
create unique index framework_nodes_code_unique on framework_nodes (framework_id, kind, code) where not retired;
alter table variables
  add column retired boolean not null default false,
  -- off: not in new entry lists
  add column open boolean not null default true,
  drop constraint variables_code_unique;
create unique index variables_code_unique on variables (node_id, code) where not retired;

-- revisions that were replaced, whole, for the rounds that stay pinned to them
create table framework_revisions (
  framework_id bigint not null references frameworks,
  revision integer not null,
  -- that of the framework while the revision was in force: one version, one content
  version integer not null,
  content jsonb not null,
  replaced_at timestamptz not null default now(),
  primary key (framework_id, revision),
  constraint framework_revisions_version_unique unique (framework_id, version)
);

-- what the KPI office is working on: the document of docs/framework-format.md, however unfinished, with a key for
-- each part (the id of the row where there is one)
create table framework_drafts (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  fiscal_year integer not null constraint framework_drafts_year_is_be check (fiscal_year between 2500 and 2700),
  -- the published framework that the draft changes
  framework_id bigint references frameworks,
  base_version integer,
  document jsonb not null,
  version integer not null default 1,
  created_by bigint not null references users,
  created_at timestamptz not null default now(),
  updated_by bigint not null references users,
  updated_at timestamptz not null default now(),
  constraint framework_drafts_year_unique unique (system_id, fiscal_year),
  constraint framework_drafts_base check ((framework_id is null) = (base_version is null))
);

create table framework_events (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  fiscal_year integer not null,
  at timestamptz not null default now(),
  user_id bigint not null references users,
  kind text not null constraint framework_events_kind
    check (kind in ('create', 'copy', 'edit', 'add', 'move', 'duplicate', 'retire', 'import', 'discard',
                    'publish', 'correct', 'revise')),
  -- the part, readable; before and after are its fields
  place text not null default '',
  before jsonb,
  after jsonb,
  reason text
);
create index framework_events_newest on framework_events (system_id, fiscal_year, id desc);
create trigger framework_events_append_only before update or delete on framework_events
  for each row execute function refuse_change();

-- manuals that can be read without signing in (R24)
create table manuals (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  fiscal_year integer,
  title text not null collate thai constraint manuals_title check (title <> ''),
  file_id bigint not null references stored_files,
  uploaded_by bigint not null references users,
  uploaded_at timestamptz not null default now(),
  removed_at timestamptz,
  removed_by bigint references users
);
create index manuals_by_system on manuals (system_id) where removed_at is null;
`;

const ENTRIES = `
-- an entry that left the scope of its office or its round keeps its value and its history, but nobody meets it:
-- everything reads and writes the view
alter table entries rename to entry_rows;
alter table entry_rows
  add column set_aside boolean not null default false,
  add column carried_from_id bigint references entry_rows;
create index entry_rows_carried on entry_rows (carried_from_id) where carried_from_id is not null;
create view entries as
  select id, round_id, office_id, variable_id, source, value, status, reason, version, reported_by, reported_at,
         decided_by, decided_at, carried_from_id
    from entry_rows where not set_aside;
alter table entry_events drop constraint entry_events_kind;
alter table entry_events add constraint entry_events_kind
  check (kind in ('save', 'clear', 'resubmit', 'certify', 'reject', 'cancel', 'permit', 'central', 'carry',
                  'setAside', 'bringBack'));
`;

const ROUNDS = `
alter table rounds add column revision integer not null default 1;
update rounds r set revision = f.revision from frameworks f where f.id = r.framework_id;
alter table round_offices
  add column sealed_at timestamptz,
  -- the framework's revision, once the round was pinned anew: whoever waited for the lock reads it here
  add column revision integer;

create table round_events (
  id bigint generated always as identity primary key,
  round_id bigint not null references rounds,
  at timestamptz not null default now(),
  user_id bigint references users,
  kind text not null constraint round_events_kind
    check (kind in ('create', 'createLists', 'deleteLists', 'openEntry', 'changeEntry', 'closeEntry', 'reopenEntry',
                    'changeCertification', 'revise', 'carry', 'seal', 'remind', 'rename')),
  -- null: all offices
  office_ids bigint[],
  before jsonb,
  after jsonb,
  reason text
);
create index round_events_of_round on round_events (round_id, id desc);
create trigger round_events_append_only before update or delete on round_events
  for each row execute function refuse_change();

-- work that takes longer than a page: done by the job queue, watched by a progress bar
create table tasks (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  kind text not null,
  payload jsonb not null default '{}',
  state text not null default 'waiting' constraint tasks_state check (state in ('waiting', 'running', 'done', 'failed')),
  done integer not null default 0,
  total integer not null default 0,
  -- what there is to say at the end, as data
  result jsonb,
  requested_by bigint not null references users,
  requested_at timestamptz not null default now(),
  finished_at timestamptz
);
create index tasks_newest on tasks (system_id, id desc);

-- each person is reminded once of each deadline
create table reminders (
  round_id bigint not null references rounds,
  user_id bigint not null references users,
  kind text not null constraint reminders_kind check (kind in ('entry', 'certification')),
  days smallint not null,
  closes_at timestamptz not null,
  sent_at timestamptz not null default now(),
  primary key (round_id, user_id, kind, closes_at, days)
);
`;

const AUDIT = `
create table audit_requests (
  id bigint generated always as identity primary key,
  node_id bigint not null references sub_indicators,
  round_id bigint not null references rounds,
  -- null: all offices
  office_ids bigint[],
  reason text not null constraint audit_requests_reason check (reason <> ''),
  bureau_id bigint not null references offices,
  requested_by bigint not null references users,
  requested_at timestamptz not null default now(),
  state text not null default 'open' constraint audit_requests_state check (state in ('open', 'granted', 'declined', 'withdrawn')),
  answer text,
  answered_by bigint references users,
  answered_at timestamptz,
  constraint audit_requests_answered check ((state = 'open') = (answered_at is null))
);
create index audit_requests_open on audit_requests (round_id) where state = 'open';
alter table audit_openings
  add column request_id bigint references audit_requests,
  add column closed_by bigint references users;
create unique index audit_openings_one_running on audit_openings (round_id, node_id, office_id)
  nulls not distinct where closed_at is null;
alter table audit_scores
  add column carried_from_round_id bigint references rounds,
  add column version integer not null default 1;

create table audit_events (
  id bigint generated always as identity primary key,
  round_id bigint not null references rounds,
  node_id bigint not null references sub_indicators,
  -- null: all offices
  office_id bigint references offices,
  at timestamptz not null default now(),
  user_id bigint not null references users,
  on_behalf_of bigint references offices,
  kind text not null constraint audit_events_kind
    check (kind in ('request', 'decline', 'withdrawRequest', 'open', 'close', 'give', 'withdraw', 'carry')),
  score_before numeric(5, 4),
  score_after numeric(5, 4),
  reason text
);
create index audit_events_of_node on audit_events (round_id, node_id, id);
create trigger audit_events_append_only before update or delete on audit_events
  for each row execute function refuse_change();
`;

const REQUESTS = `
-- an office asks to edit an entry after its window has closed; granting gives a permit
create table edit_requests (
  id bigint generated always as identity primary key,
  round_id bigint not null,
  office_id bigint not null,
  variable_id bigint not null references variables,
  reason text not null constraint edit_requests_reason check (reason <> ''),
  requested_by bigint not null references users,
  requested_at timestamptz not null default now(),
  state text not null default 'open' constraint edit_requests_state check (state in ('open', 'granted', 'declined', 'withdrawn')),
  answer text,
  until timestamptz,
  answered_by bigint references users,
  answered_at timestamptz,
  constraint edit_requests_round_office foreign key (round_id, office_id) references round_offices,
  constraint edit_requests_answered check ((state = 'open') = (answered_at is null)),
  constraint edit_requests_granted_until check ((state = 'granted') = (until is not null))
);
create unique index edit_requests_one_open on edit_requests (round_id, office_id, variable_id) where state = 'open';
create index edit_requests_by_variable on edit_requests (variable_id, round_id) where state = 'open';
`;

const SEALS = `
create table seals (
  round_id bigint primary key references rounds,
  sealed_at timestamptz not null,
  sealed_by bigint not null references users,
  -- of the snapshot's bytes in UTF-8
  sha256 bytea not null,
  -- framework, values, decisions and scores in canonical form
  snapshot text not null
);
create trigger seals_immutable before update or delete on seals
  for each row execute function refuse_change();
`;
