import type { Knex } from 'knex';

/** Mail notices of threads and decisions are told first, and addressed a minute later: nobody waits for that. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(THREAD_NOTICES);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table thread_notices');
}

const THREAD_NOTICES = `
-- what happened in threads and whose receivers are not found yet; a row is gone when there are notices for them
create table thread_notices (
  id bigint generated always as identity primary key,
  sender_id bigint not null references users,
  kind text not null,
  at timestamptz not null default now(),
  -- see src/threads/notices/types.ts
  data jsonb not null
);
`;
