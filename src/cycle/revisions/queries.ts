import type { Queryable } from '../../db/database.ts';
import type { PinnedRound } from '../../framework/drafts/publication.ts';
import type { DraftRound } from '../../framework/drafts/types.ts';
import type { FrameworkRows } from '../../framework/rows.ts';

const LOCK_SYSTEM = 'select from systems where id = :systemId for no key update';
const LOCK_FRAMEWORK =
  'select from frameworks where system_id = :systemId and fiscal_year = :fiscalYear for no key update';
const LOCK_ROUNDS = `
  select from rounds where system_id = :systemId and fiscal_year = :fiscalYear order by id for no key update`;

export interface Year {
  systemId: string;
  fiscalYear: number;
}

/**
 * Holds a year: nobody publishes, creates rounds of it or changes their windows and lists meanwhile. The system is
 * held, too, so that of two first publications one waits.
 */
export async function lockYear(trx: Queryable, year: Year): Promise<void> {
  await trx.raw(LOCK_SYSTEM, { ...year });
  await trx.raw(LOCK_FRAMEWORK, { ...year });
  await trx.raw(LOCK_ROUNDS, { ...year });
}

const ROUNDS = `
  select r.id, r.label, r.kind, r.sequence, r.revision, s.round_id is not null as sealed,
         s.round_id is null and r.certification_closes_at > :now as follows,
         exists (select from round_offices o where o.round_id = r.id) as listed
    from rounds r left join seals s on s.round_id = r.id
   where r.system_id = :systemId and r.fiscal_year = :fiscalYear
   order by r.sequence, r.id`;

/** The rounds of a year, and which of them a new revision takes along: certification has not closed, and no seal. */
export async function listPinnedRounds(db: Queryable, year: Year, now: Date): Promise<PinnedRound[]> {
  const { rows } = await db.raw<{ rows: PinnedRound[] }>(ROUNDS, { ...year, now });
  return rows;
}

const LOCK_OFFICES = `
  select from round_offices where round_id = any(:roundIds) order by round_id, office_id for update`;

/** Holds the entries of all offices in these rounds, in the order in which everybody takes these locks. */
export async function lockOffices(trx: Queryable, roundIds: readonly string[]): Promise<void> {
  await trx.raw(LOCK_OFFICES, { roundIds });
}

const ARCHIVE = `
  insert into framework_revisions (framework_id, revision, version, content, replaced_at)
  values (:id, :revision, :version, :content, :now)`;

/** Keeps a revision whole, which is about to be replaced. */
export async function archiveRevision(trx: Queryable, rows: FrameworkRows, now: Date): Promise<void> {
  const { id, revision, version } = rows.framework;
  await trx.raw(ARCHIVE, { id, revision, version, content: JSON.stringify(rows), now });
}

const HEADER = `
  update frameworks
     set revision = :revision, version = :version, title_th = :title_th, title_en = :title_en,
         planned_rounds = :rounds, published_at = :now
   where id = :id`;

// All are retired first: a code may go from one part to another.
const REWRITE: readonly string[] = [
  'update framework_nodes set retired = true where framework_id = :id and not retired',
  `insert into framework_nodes (id, framework_id, parent_id, kind, code, name, position)
   overriding system value
   select id, framework_id, parent_id, kind, code, name, position
     from jsonb_populate_recordset(null::framework_nodes, :nodesRows::jsonb)
   on conflict (id) do update
      set parent_id = excluded.parent_id, code = excluded.code, name = excluded.name, position = excluded.position,
          retired = false`,
  `insert into sub_indicators (node_id, weight, formula, direction, whole_levels, result_unit, mode, office_types)
   select node_id, weight, formula, direction, whole_levels, result_unit, mode, office_types
     from jsonb_populate_recordset(null::sub_indicators, :subIndicatorsRows::jsonb)
   on conflict (node_id) do update
      set weight = excluded.weight, formula = excluded.formula, direction = excluded.direction,
          whole_levels = excluded.whole_levels, result_unit = excluded.result_unit, mode = excluded.mode,
          office_types = excluded.office_types`,
  `delete from sub_indicator_offices x using framework_nodes n where n.id = x.node_id and n.framework_id = :id`,
  `insert into sub_indicator_offices (node_id, office_id, included, reason)
   select node_id, office_id, included, reason
     from jsonb_populate_recordset(null::sub_indicator_offices, :officeExceptionsRows::jsonb)`,
  `delete from criteria c using framework_nodes n where n.id = c.node_id and n.framework_id = :id`,
  `insert into criteria (node_id, round_kind, level1, level2, level3, level4, level5)
   select node_id, round_kind, level1, level2, level3, level4, level5
     from jsonb_populate_recordset(null::criteria, :criteriaRows::jsonb)`,
  'update variables set retired = true where framework_id = :id and not retired',
  `insert into variables (id, framework_id, node_id, code, name, unit, kind, decimals, min, max, explanation,
                          files_asked, carry_over, open, position, bureau_id, copied_from_id)
   overriding system value
   select id, framework_id, node_id, code, name, unit, kind, decimals, min, max, explanation, files_asked, carry_over,
          open, position, bureau_id, copied_from_id
     from jsonb_populate_recordset(null::variables, :variablesRows::jsonb)
   on conflict (id) do update
      set node_id = excluded.node_id, code = excluded.code, name = excluded.name, unit = excluded.unit,
          kind = excluded.kind, decimals = excluded.decimals, min = excluded.min, max = excluded.max,
          explanation = excluded.explanation, files_asked = excluded.files_asked, carry_over = excluded.carry_over,
          open = excluded.open, position = excluded.position, bureau_id = excluded.bureau_id,
          copied_from_id = excluded.copied_from_id, retired = false`,
  `delete from variable_rounds r using variables v where v.id = r.variable_id and v.framework_id = :id`,
  `insert into variable_rounds (variable_id, round_kind, source, kept)
   select variable_id, round_kind, source, coalesce(kept, false)
     from jsonb_populate_recordset(null::variable_rounds, :variableRoundsRows::jsonb)`,
];

/**
 * Writes a published framework anew under the ids of its rows: what is there is changed, what is new is added, what
 * is missing is retired and keeps its history. A constant number of statements.
 */
export async function rewriteFramework(
  trx: Queryable,
  { framework, ...parts }: FrameworkRows,
  rounds: readonly DraftRound[],
  now: Date,
): Promise<void> {
  await storeHeader(trx, framework, rounds, now);
  const bindings = {
    id: framework.id,
    ...Object.fromEntries(Object.entries(parts).map(([name, rows]) => [`${name}Rows`, JSON.stringify(rows)])),
  };
  for (const statement of REWRITE) await trx.raw(statement, bindings);
}

const LISTED_KINDS = `
  select distinct e.variable_id as "variableId", r.kind
    from rounds r join entries e on e.round_id = r.id
   where r.framework_id = :frameworkId and e.variable_id = any(:variableIds::bigint[])`;

/** In the lists of which kinds of round these variables are, for any office. */
export async function listListedKinds(
  trx: Queryable,
  frameworkId: string,
  variableIds: readonly string[],
): Promise<{ variableId: string; kind: string }[]> {
  if (variableIds.length === 0) return [];
  const scope = { frameworkId, variableIds };
  const { rows } = await trx.raw<{ rows: { variableId: string; kind: string }[] }>(LISTED_KINDS, scope);
  return rows;
}

/** Titles, revision and version of a framework, and the rounds that its draft planned. */
export async function storeHeader(
  trx: Queryable,
  framework: FrameworkRows['framework'],
  rounds: readonly DraftRound[],
  now: Date,
): Promise<void> {
  await trx.raw(HEADER, { ...framework, rounds: JSON.stringify(rounds), now });
}

const PIN = `
  with pinned as (update rounds set revision = :revision where id = any(:roundIds::bigint[]) returning id)
  update round_offices set revision = :revision where round_id in (select id from pinned)`;

/** Pins rounds to a revision; who waits for the lock of one of their offices will see it. */
export async function pinRounds(
  trx: Queryable,
  roundIds: readonly string[],
  revision: number,
): Promise<void> {
  await trx.raw(PIN, { roundIds, revision });
}

const INSERT_ROUND_EVENTS = `
  insert into round_events (round_id, at, user_id, kind, before, after, reason)
  select r.id, :now, :userId, 'revise', jsonb_build_object('revision', r.was),
         jsonb_build_object('revision', :revision::int) || r.counts, :reason
    from jsonb_to_recordset(:rounds::jsonb) as r (id bigint, was int, counts jsonb)`;

/** Writes into the histories of these rounds that they follow a new revision, and what became of their lists. */
export async function insertRevisionEvents(
  trx: Queryable,
  event: { now: Date; userId: string; revision: number; reason: string },
  rounds: readonly { id: string; was: number; counts: object }[],
): Promise<void> {
  await trx.raw(INSERT_ROUND_EVENTS, { ...event, rounds: JSON.stringify(rounds) });
}

const CONCERNED = `
  select u.id from users u
   where u.system_id = :systemId and u.status = 'active' and u.id <> :userId
     and (u.role = 'district_admin' and u.office_id in (
            select e.office_id from entry_rows e join variables v on v.id = e.variable_id
             where e.round_id = any(:roundIds::bigint[]) and v.node_id = any(:nodeIds::bigint[]))
       or u.role in ('bureau_admin', 'certifier') and u.office_id in (
            select v.bureau_id from variables v where v.node_id = any(:nodeIds::bigint[])))
   order by u.id`;

/**
 * The admins of offices that report these sub-indicators in these rounds, and the people of bureaus that certify them.
 */
export async function listConcerned(
  db: Queryable,
  scope: { systemId: string; userId: string; roundIds: readonly string[]; nodeIds: readonly string[] },
): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(CONCERNED, scope);
  return rows.map(({ id }) => id);
}

/** How somebody is called in a mail. */
export async function findName(db: Queryable, userId: string): Promise<string> {
  const { rows } = await db.raw<{ rows: [{ name: string }] }>('select name from users where id = ?', [
    userId,
  ]);
  return rows[0].name;
}
