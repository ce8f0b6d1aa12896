import type { Knex } from 'knex';

/** That entry opened by its time stands in the history of a round, once the offices were told. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(ROUND_EVENTS);
}

export async function down(): Promise<void> {
  throw new Error('Histories are not thrown away: restore a backup instead.');
}

const ROUND_EVENTS = `
alter table round_events drop constraint round_events_kind;
alter table round_events add constraint round_events_kind
  check (kind in ('create', 'createLists', 'deleteLists', 'openEntry', 'entryOpened', 'changeEntry', 'closeEntry',
                  'reopenEntry', 'changeCertification', 'revise', 'carry', 'seal', 'remind', 'rename'));
`;
