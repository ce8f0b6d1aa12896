import type { Knex } from 'knex';

/** A variable that is closed stays in the entry lists that are there. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(KEPT);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table variable_rounds drop column kept');
}

const KEPT = `
-- of a closed variable: the round of this kind had it in its entry lists when the revision was published
alter table variable_rounds add column kept boolean not null default false;
`;
