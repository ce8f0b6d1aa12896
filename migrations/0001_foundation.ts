import type { Knex } from 'knex';

/**
 * The whole main road: systems, offices, people, framework, rounds, entries, decisions, scores.
 * Values and scores are exact numerics; every invariant that the database can hold, it holds.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(PEOPLE);
  await knex.raw(FRAMEWORK);
  await knex.raw(ROUNDS);
  await knex.raw(ENTRIES);
  await knex.raw(SCORES);
}

export async function down(): Promise<void> {
  throw new Error('The first migration is not undone: drop the database instead.');
}

const PEOPLE = `
-- Thai order, and เขต 2 before เขต 10
create collation thai (provider = icu, locale = 'th-u-kn-true');

create table systems (
  id bigint generated always as identity primary key,
  code text not null constraint systems_code_unique unique
    constraint systems_code_is_path check (code ~ '^[a-z][a-z0-9-]{1,19}$'),
  brand text not null,
  name_th text not null,
  name_en text not null,
  settings jsonb not null default '{}'
);

create table offices (
  id bigint generated always as identity primary key,
  kind text not null constraint offices_kind check (kind in ('district', 'bureau', 'kpi_office')),
  code text,
  type text,
  name text not null collate thai,
  short_name text not null collate thai,
  list_label text not null collate thai,
  area_no integer,
  parent_id bigint references offices,
  province text collate thai,
  region text collate thai,
  list_order integer not null,
  valid_from_fy integer not null,
  valid_to_fy integer,
  constraint offices_kind_code_unique unique (kind, code),
  constraint offices_validity check (valid_to_fy is null or valid_to_fy >= valid_from_fy)
);

create table system_offices (
  system_id bigint not null references systems,
  office_id bigint not null references offices,
  primary key (system_id, office_id)
);

create table users (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  office_id bigint not null references offices,
  username text not null constraint users_username_shape check (username ~ '^[A-Za-z0-9]{1,20}$'),
  password_hash text not null,
  name text not null collate thai,
  position text not null default '',
  phone text not null default '',
  email text not null default '',
  role text not null constraint users_role
    check (role in ('kpi_office', 'bureau_admin', 'certifier', 'district_admin', 'reporter')),
  status text not null default 'active' constraint users_status check (status in ('active', 'disabled')),
  locale text not null default 'th' constraint users_locale check (locale in ('th', 'en')),
  certify_keys boolean not null default true,
  created_at timestamptz not null default now(),
  constraint users_of_a_taking_part_office foreign key (system_id, office_id) references system_offices
);
create unique index users_username_unique on users (system_id, lower(username));
create index users_by_office on users (office_id, system_id);

create table sessions (
  sid varchar primary key,
  sess json not null,
  expire timestamptz not null
);
create index sessions_by_expire on sessions (expire);

create table rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);

create table login_events (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  user_id bigint references users,
  username text not null,
  outcome text not null constraint login_events_outcome
    check (outcome in ('success', 'wrong', 'disabled', 'slowed')),
  at timestamptz not null default now(),
  address inet,
  host_name text,
  os text,
  browser text
);
create index login_events_newest on login_events (system_id, at desc);
`;

const FRAMEWORK = `
create table frameworks (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  fiscal_year integer not null constraint frameworks_year_is_be check (fiscal_year between 2500 and 2700),
  revision integer not null default 1,
  status text not null constraint frameworks_status check (status in ('draft', 'published')),
  title_th text not null,
  title_en text not null,
  -- counts corrections of texts, so that copies held in memory know that they are old
  version integer not null default 1,
  created_at timestamptz not null default now(),
  published_at timestamptz,
  constraint frameworks_revision_unique unique (system_id, fiscal_year, revision),
  constraint frameworks_for_rounds unique (id, system_id, fiscal_year)
);

-- dimension > indicator (may stand under a heading indicator) > sub-indicator, one tree
create table framework_nodes (
  id bigint generated always as identity primary key,
  framework_id bigint not null references frameworks,
  parent_id bigint,
  kind text not null constraint framework_nodes_kind check (kind in ('dimension', 'indicator', 'sub_indicator')),
  code text not null,
  name text not null,
  position integer not null,
  constraint framework_nodes_code_unique unique (framework_id, kind, code),
  constraint framework_nodes_in_framework unique (id, framework_id),
  constraint framework_nodes_parent foreign key (parent_id, framework_id)
    references framework_nodes (id, framework_id),
  constraint framework_nodes_only_dimensions_are_roots check ((kind = 'dimension') = (parent_id is null))
);
create index framework_nodes_by_framework on framework_nodes (framework_id, position);

create table sub_indicators (
  node_id bigint primary key references framework_nodes,
  weight numeric(7, 4) not null constraint sub_indicators_weight check (weight > 0 and weight <= 100),
  formula text not null constraint sub_indicators_formula_length check (length(formula) between 1 and 500),
  direction text not null constraint sub_indicators_direction check (direction in ('more', 'less')),
  whole_levels boolean not null default false,
  -- 'percent' shows the result as ร้อยละ; null: the result has no unit of its own
  result_unit text,
  mode text not null default 'normal' constraint sub_indicators_mode check (mode in ('normal', 'audit')),
  office_types text[] not null
);

-- single offices added to or taken out of a sub-indicator's scope
create table sub_indicator_offices (
  node_id bigint not null references sub_indicators,
  office_id bigint not null references offices,
  included boolean not null,
  reason text not null constraint sub_indicator_offices_reason check (reason <> ''),
  primary key (node_id, office_id)
);

create table criteria (
  id bigint generated always as identity primary key,
  node_id bigint not null references sub_indicators,
  round_kind text,
  level1 numeric not null,
  level2 numeric,
  level3 numeric,
  level4 numeric,
  level5 numeric not null,
  constraint criteria_per_round_kind unique nulls not distinct (node_id, round_kind)
);

create table variables (
  id bigint generated always as identity primary key,
  framework_id bigint not null references frameworks,
  node_id bigint not null references sub_indicators,
  code text not null,
  name text not null,
  unit text not null,
  kind text not null constraint variables_kind check (kind in ('number', 'whole', 'yes_no', 'level')),
  decimals smallint not null default 0 constraint variables_decimals check (decimals between 0 and 10),
  min numeric not null,
  max numeric not null,
  explanation text not null default '',
  files_asked boolean not null default false,
  carry_over boolean not null default false,
  position integer not null,
  bureau_id bigint not null references offices,
  -- the same variable in an earlier revision or year: "last round" follows it
  copied_from_id bigint references variables,
  constraint variables_code_unique unique (node_id, code),
  constraint variables_range check (min <= max),
  constraint variables_whole_numbers check (kind in ('number', 'level') or decimals = 0)
);
create index variables_by_framework on variables (framework_id, position);
create index variables_by_bureau on variables (bureau_id);

-- which round kinds a variable is due in, and who supplies it; no row = not due
create table variable_rounds (
  variable_id bigint not null references variables,
  round_kind text not null,
  source text not null constraint variable_rounds_source check (source in ('office', 'central')),
  primary key (variable_id, round_kind)
);

-- who reports what
create table assignments (
  user_id bigint not null references users,
  node_id bigint not null references sub_indicators,
  assigned_by bigint references users,
  assigned_at timestamptz not null default now(),
  primary key (user_id, node_id)
);
create index assignments_by_node on assignments (node_id);
`;

const ROUNDS = `
create table rounds (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  framework_id bigint not null,
  fiscal_year integer not null,
  kind text not null,
  sequence integer not null,
  label text not null,
  data_as_of date,
  entry_opens_at timestamptz not null,
  entry_closes_at timestamptz not null,
  certification_closes_at timestamptz not null,
  constraint rounds_framework foreign key (framework_id, system_id, fiscal_year)
    references frameworks (id, system_id, fiscal_year),
  constraint rounds_kind_unique unique (system_id, fiscal_year, kind),
  constraint rounds_sequence_unique unique (system_id, fiscal_year, sequence),
  constraint rounds_windows check
    (entry_opens_at < entry_closes_at and entry_closes_at <= certification_closes_at)
);

-- one row per office and round: the lock under which its entries and scores change, and its totals
create table round_offices (
  round_id bigint not null references rounds,
  office_id bigint not null references offices,
  entry_closes_at timestamptz,
  self_assessed numeric(5, 4),
  certified numeric(5, 4),
  primary key (round_id, office_id)
);

create table permits (
  id bigint generated always as identity primary key,
  round_id bigint not null,
  office_id bigint not null,
  variable_id bigint not null references variables,
  until timestamptz not null,
  reason text not null constraint permits_reason check (reason <> ''),
  granted_by bigint not null references users,
  granted_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint permits_round_office foreign key (round_id, office_id) references round_offices
);
create unique index permits_one_running on permits (round_id, office_id, variable_id) where ended_at is null;
`;

const ENTRIES = `
create table entries (
  id bigint generated always as identity primary key,
  round_id bigint not null,
  office_id bigint not null,
  variable_id bigint not null references variables,
  source text not null constraint entries_source check (source in ('office', 'central')),
  value numeric,
  status text not null default 'unreported' constraint entries_status
    check (status in ('unreported', 'pending', 'certified', 'rejected')),
  -- of the rejection in force, as shown to the office
  reason text,
  version integer not null default 1,
  reported_by bigint references users,
  reported_at timestamptz,
  decided_by bigint references users,
  decided_at timestamptz,
  constraint entries_round_office foreign key (round_id, office_id) references round_offices,
  constraint entries_unique unique (round_id, office_id, variable_id),
  constraint entries_value_fits_status check (
    (status = 'unreported' and value is null)
    or (status in ('pending', 'certified') and value is not null)
    or status = 'rejected'),
  constraint entries_central_is_certified check (source = 'office' or status in ('unreported', 'certified')),
  constraint entries_rejection_has_reason check ((status = 'rejected') = (reason is not null))
);
create index entries_by_variable on entries (variable_id, round_id);

-- append-only history
create table entry_events (
  id bigint generated always as identity primary key,
  entry_id bigint not null references entries,
  kind text not null constraint entry_events_kind
    check (kind in ('save', 'clear', 'resubmit', 'certify', 'reject', 'cancel', 'permit', 'central')),
  at timestamptz not null default now(),
  user_id bigint not null references users,
  -- the bureau in whose stead the KPI office acted
  on_behalf_of bigint references offices,
  value_before numeric,
  value_after numeric,
  status_before text not null,
  status_after text not null,
  reason text,
  until timestamptz
);
create index entry_events_of_entry on entry_events (entry_id, id);
create function refuse_change() returns trigger language plpgsql as
  $$ begin raise exception 'history is append-only' using errcode = 'restrict_violation'; end $$;
create trigger entry_events_append_only before update or delete on entry_events
  for each row execute function refuse_change();
`;

const SCORES = `
create table audit_openings (
  id bigint generated always as identity primary key,
  node_id bigint not null references sub_indicators,
  round_id bigint not null references rounds,
  office_id bigint references offices,
  reason text not null,
  opened_by bigint not null references users,
  opened_at timestamptz not null default now(),
  closed_at timestamptz
);
create index audit_openings_of_round on audit_openings (round_id, node_id);

create table audit_scores (
  round_id bigint not null,
  office_id bigint not null,
  node_id bigint not null references sub_indicators,
  score numeric(5, 4) not null constraint audit_scores_range check (score between 1 and 5),
  given_by bigint not null references users,
  given_at timestamptz not null default now(),
  primary key (round_id, office_id, node_id),
  constraint audit_scores_round_office foreign key (round_id, office_id) references round_offices
);

-- scores of every node that is due and applicable; no row = no score (–) and no weight
create table scores (
  round_id bigint not null,
  office_id bigint not null,
  node_id bigint not null references framework_nodes,
  self_assessed numeric(5, 4) not null constraint scores_self_range check (self_assessed between 1 and 5),
  certified numeric(5, 4) not null constraint scores_certified_range check (certified between 1 and 5),
  -- sub-indicators only: the formula's result, and why the certified score is 1.0000
  result numeric,
  reason text constraint scores_reason
    check (reason in ('unreported', 'pending', 'rejected', 'central_missing', 'no_result')),
  primary key (round_id, office_id, node_id),
  constraint scores_round_office foreign key (round_id, office_id) references round_offices
);
`;
