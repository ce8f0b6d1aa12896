import type { Knex } from 'knex';

/** Framework files between their check and the confirmation. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(FRAMEWORK_IMPORTS);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table framework_imports');
}

const FRAMEWORK_IMPORTS = `
create table framework_imports (
  id bigint generated always as identity primary key,
  system_id bigint not null references systems,
  by_user_id bigint not null references users,
  fiscal_year integer not null,
  file_name text not null,
  -- the file as a draft under keys of its own
  document jsonb not null,
  -- what the check found, see src/framework/transfer/types.ts
  issues jsonb not null,
  created_at timestamptz not null,
  applied_at timestamptz
);
create index framework_imports_of_user on framework_imports (by_user_id, id);
`;
