import type { Knex } from 'knex';

/** Running one's people: accounts with history, second factors, links to set a password, assignments, mail. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(ACCOUNTS);
  await knex.raw(ASSIGNMENTS);
  await knex.raw(MAIL);
  await knex.raw(SETTINGS);
  await knex.raw(IMPORTS);
}

export async function down(): Promise<void> {
  throw new Error('Accounts and their history are not thrown away: restore a backup instead.');
}

const ACCOUNTS = `
alter table users
  -- null: nobody has set a password yet, so nobody can sign in
  alter column password_hash drop not null,
  -- counts changes, so that two editors do not overwrite each other
  add column version integer not null default 1,
  add column mail_preference text not null default 'at_once'
    constraint users_mail_preference check (mail_preference in ('at_once', 'daily', 'none')),
  add column last_login_at timestamptz,
  -- when the person last looked through the own data (manual 2558, R37)
  add column profile_saved_at timestamptz,
  add column avatar_hash text,
  -- encrypted; null: no second factor
  add column totp_secret text,
  -- the time step of the last code used: a code works once
  add column totp_last_step bigint;

create table avatars (
  user_id bigint primary key references users,
  picture bytea not null
);

create table recovery_codes (
  user_id bigint not null references users,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);

-- links to set a password; the token itself is known only to the mail that carries it
create table account_links (
  id bigint generated always as identity primary key,
  user_id bigint not null references users,
  kind text not null constraint account_links_kind check (kind in ('activation', 'reset')),
  -- null until the mail is on its way: the token is made while sending
  token_hash bytea constraint account_links_token_unique unique,
  created_at timestamptz not null default now(),
  -- null: asked for by the person
  created_by bigint references users,
  expires_at timestamptz,
  used_at timestamptz,
  -- a newer link, a new password or a disabled account ends the older ones
  ended_at timestamptz
);
create index account_links_of_user on account_links (user_id, id);

-- append-only history of accounts
create table user_events (
  id bigint generated always as identity primary key,
  user_id bigint not null references users,
  -- null: the system itself, or the operator's command line
  by_user_id bigint references users,
  kind text not null,
  at timestamptz not null default now(),
  -- what changed: { field: [before, after] }; never a password or a secret
  details jsonb not null default '{}'
);
create index user_events_of_user on user_events (user_id, id);
create trigger user_events_append_only before update or delete on user_events
  for each row execute function refuse_change();

-- of a person, signed in or half-way there
create index sessions_by_user on sessions
  ((coalesce(sess -> 'passport' ->> 'user', sess -> 'halfway' ->> 'userId')));
alter table login_events
  drop constraint login_events_outcome,
  -- wrong_code: the password was right, the second factor was not
  add constraint login_events_outcome
    check (outcome in ('success', 'wrong', 'wrong_code', 'disabled', 'slowed'));
-- the login history: newest first, of everybody, of one person, by outcome, of usernames that nobody has
drop index login_events_newest;
create index login_events_newest on login_events (system_id, at desc, id desc);
create index login_events_of_user on login_events (user_id, at desc, id desc);
create index login_events_successes on login_events (system_id, at desc, id desc) where outcome = 'success';
create index login_events_failures on login_events (system_id, at desc, id desc) where outcome <> 'success';
create index login_events_of_strangers on login_events (system_id, lower(username) collate "C", at desc, id desc)
  where user_id is null;
`;

const ASSIGNMENTS = `
-- append-only history of who reports what
create table assignment_events (
  id bigint generated always as identity primary key,
  user_id bigint not null references users,
  node_id bigint not null references sub_indicators,
  kind text not null constraint assignment_events_kind check (kind in ('assigned', 'removed')),
  by_user_id bigint references users,
  at timestamptz not null default now()
);
create index assignment_events_of_user on assignment_events (user_id, id);
create trigger assignment_events_append_only before update or delete on assignment_events
  for each row execute function refuse_change();
`;

const MAIL = `
-- what was or is to be sent; the text is made from kind and data when it is sent, so that no token lies here
create table mails (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  user_id bigint not null references users,
  address text not null,
  kind text not null,
  data jsonb not null,
  state text not null default 'waiting'
    constraint mails_state check (state in ('waiting', 'sent', 'failed')),
  -- as it was sent; null before the first try
  subject text,
  -- counts how often it was queued: "send again" begins a new series, with a Message-ID of its own
  series integer not null default 1,
  tries integer not null default 0,
  -- a name of src/notifications/types.ts (FAILURES), or what the mail server said
  last_error text,
  created_at timestamptz not null default now(),
  -- a day of trying is counted from here
  first_try_at timestamptz,
  next_try_at timestamptz,
  -- the first time; stays, whatever becomes of sending it again
  sent_at timestamptz,
  last_sent_at timestamptz,
  sendings integer not null default 0
);
create index mails_newest on mails (system_id, id desc);
create index mails_waiting on mails (id) where state = 'waiting';

-- single events that become one mail: after ten minutes, or in the daily summary
create table notices (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  user_id bigint not null references users,
  kind text not null,
  -- events of one group become one mail
  group_key text not null,
  data jsonb not null,
  created_at timestamptz not null default now(),
  mail_id bigint references mails
);
create index notices_waiting on notices (created_at) where mail_id is null;
create index notices_of_mail on notices (mail_id, id) where mail_id is not null;
`;

const SETTINGS = `
-- counts changes, so that two editors do not overwrite each other
alter table systems add column settings_version integer not null default 1;

-- append-only history of a system's settings
create table settings_events (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  by_user_id bigint not null references users,
  at timestamptz not null default now(),
  before jsonb not null,
  after jsonb not null
);
create index settings_events_newest on settings_events (system_id, id desc);
create trigger settings_events_append_only before update or delete on settings_events
  for each row execute function refuse_change();
`;

const IMPORTS = `
-- rows of a file that were checked and wait for the confirmation; they go when it was given, or after a day
create table user_imports (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  by_user_id bigint not null references users,
  file_name text not null,
  -- send everybody a link to set a password
  sends_links boolean not null,
  rows jsonb not null,
  created_at timestamptz not null,
  applied_at timestamptz
);
create index user_imports_of_user on user_imports (by_user_id, id);
`;
