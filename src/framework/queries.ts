import type { Queryable } from '../db/database.ts';
import { assembleFramework } from './assemble.ts';
import type { KnownThings } from './known.ts';
import type { FrameworkRows } from './rows.ts';
import type { Framework, Pinned } from './types.ts';

// A deployment runs a few systems with a few years each; most requests are about the newest.
const MAX_IN_MEMORY = 20;
// By database: a process that works on two must not take the one's framework 1 for the other's.
const inMemory = new WeakMap<object, Map<string, Promise<Framework>>>();

/**
 * The framework as a whole, frozen, from memory where this version of it was read before: the newest revision, or one
 * that was replaced, as it was published. A version whose texts were corrected since is read as it was corrected.
 * Give it the database; inside a transaction that transaction, which did not change the framework after inserting it:
 * whoever holds a connection must not wait for another one. Throws where there is no such framework.
 */
export function loadFramework(db: Queryable, frameworkId: string, version: number): Promise<Framework> {
  return fromMemory(db, { frameworkId, version, certifiersOf: null });
}

/**
 * The framework of a round, as `loadFramework`: the revision that it is pinned to, with the bureaus that certify
 * today. Who certifies is as the newest revision says, also in rounds that stay with an older one: so whoever is
 * responsible reads, decides, gives AUDIT scores and is told.
 */
export function loadFrameworkOf(db: Queryable, round: Pinned): Promise<Framework> {
  const { frameworkId, frameworkVersion: version, revision, newestRevision } = round;
  return fromMemory(db, {
    frameworkId,
    version,
    certifiersOf: revision === newestRevision ? null : newestRevision,
  });
}

interface Asked {
  frameworkId: string;
  version: number;
  /** The newest revision, where its certifiers take the place of the version's own: only a revision changes them. */
  certifiersOf: number | null;
}

function fromMemory(db: Queryable, asked: Asked): Promise<Framework> {
  const memory = memoryOf(db);
  const key = `${asked.frameworkId} ${asked.version} ${asked.certifiersOf ?? ''}`;
  const forget = () => memory.delete(key);
  const known = memory.get(key);
  const loading = known ?? readFramework(db, asked, forget);
  memory.delete(key);
  memory.set(key, loading);
  if (known !== undefined) return known;

  const [oldest] = memory.keys();
  if (memory.size > MAX_IN_MEMORY && oldest !== undefined) memory.delete(oldest);
  // a failure is not kept
  loading.catch(forget);
  return loading;
}

/** A transaction shares its database's configuration object, and with it the memory. */
function memoryOf(db: Queryable): Map<string, Promise<Framework>> {
  const { config } = db.client as { config: object };
  const memory = inMemory.get(config) ?? new Map<string, Promise<Framework>>();
  inMemory.set(config, memory);
  return memory;
}

/**
 * The newest version of the framework `f` that has the variable `v`: for what outlives it, such as its threads.
 */
export const VERSION_WITH_VARIABLE = `
  case when v.retired then coalesce((
         select max(old.version) from framework_revisions old
          where old.framework_id = v.framework_id
            and old.content -> 'variables' @> jsonb_build_array(jsonb_build_object('id', v.id::text))), f.version)
       else f.version end`;

// One statement, so that all parts are of the same moment. Numerics travel as text: JSON numbers are floats.
const FRAMEWORK = `
  select
    (select content from framework_revisions
      where framework_id = :id and version >= :version order by version limit 1) as replaced,
    (select json_object_agg(id, bureau_id::text) from variables where framework_id = :id) as certifiers,
    (select row_to_json(f) from (
       select id::text, system_id::text, fiscal_year, revision, version, title_th, title_en
         from frameworks where id = :id) f) as framework,
    array(select row_to_json(n) from (
       select id::text, framework_id::text, parent_id::text, kind, code, name, position
         from framework_nodes where framework_id = :id and not retired order by position, id) n) as nodes,
    array(select row_to_json(s) from (
       select s.node_id::text, weight::text, formula, direction, whole_levels, result_unit, mode, office_types
         from sub_indicators s join framework_nodes n on n.id = s.node_id
        where n.framework_id = :id and not n.retired) s)
      as "subIndicators",
    array(select row_to_json(o) from (
       select o.node_id::text, o.office_id::text, included, reason
         from sub_indicator_offices o join framework_nodes n on n.id = o.node_id
        where n.framework_id = :id and not n.retired order by o.office_id) o)
      as "officeExceptions",
    array(select row_to_json(c) from (
       select c.node_id::text, round_kind, level1::text, level2::text, level3::text, level4::text, level5::text
         from criteria c join framework_nodes n on n.id = c.node_id
        where n.framework_id = :id and not n.retired order by c.id) c)
      as criteria,
    array(select row_to_json(v) from (
       select id::text, framework_id::text, node_id::text, code, name, unit, kind, decimals, min::text, max::text,
              explanation, files_asked, carry_over, open, position, bureau_id::text, copied_from_id::text
         from variables where framework_id = :id and not retired order by position, id) v) as variables,
    array(select json_strip_nulls(row_to_json(r)) from (
       select r.variable_id::text, round_kind, source, nullif(r.kept, false) as kept
         from variable_rounds r join variables v on v.id = r.variable_id
        where v.framework_id = :id and not v.retired) r)
      as "variableRounds"`;

/** The certifying bureau of each variable that any revision had, as the newest one says. */
type Certifiers = Record<string, string>;

type FoundRows = Omit<FrameworkRows, 'framework'> & {
  framework: FrameworkRows['framework'] | null;
  replaced: FrameworkRows | null;
  certifiers: Certifiers | null;
};

const NEWEST = 2_147_483_647;

async function readFramework(
  db: Queryable,
  { frameworkId, version, certifiersOf }: Asked,
  forget: () => void,
): Promise<Framework> {
  const { replaced, newest, certifiers } = await readRows(db, frameworkId, version);
  const rows = replaced ?? newest;
  // what a correction or a revision overtook in the meantime is not kept
  if (rows.framework.version !== version) forget();
  if (certifiersOf === null) return assembleFramework(rows);
  if (newest.framework.revision !== certifiersOf) forget();
  return assembleFramework(withCertifiers(rows, certifiers));
}

function withCertifiers(rows: FrameworkRows, certifiers: Certifiers): FrameworkRows {
  const variables = rows.variables.map((row) => ({ ...row, bureau_id: certifiers[row.id] ?? row.bureau_id }));
  return { ...rows, variables };
}

/** The newest published revision as rows, without what is retired. Throws where there is no such framework. */
export async function readFrameworkRows(db: Queryable, frameworkId: string): Promise<FrameworkRows> {
  return (await readRows(db, frameworkId, NEWEST)).newest;
}

async function readRows(
  db: Queryable,
  id: string,
  version: number,
): Promise<{ replaced: FrameworkRows | null; newest: FrameworkRows; certifiers: Certifiers }> {
  const { rows } = await db.raw<{ rows: [FoundRows] }>(FRAMEWORK, { id, version });
  const { replaced, certifiers, framework, ...parts } = rows[0];
  if (framework === null) throw new Error(`There is no framework ${id}`);
  return { replaced, newest: { framework, ...parts }, certifiers: certifiers ?? {} };
}

/** The system that a framework file is for, and what the file may refer to there. */
export interface ImportTarget extends KnownThings {
  systemId: string;
  /** The system has a framework of that year. */
  isImported: boolean;
}

// Two imports into a system follow one another; what the first one stored is seen only by a new statement.
const LOCK_SYSTEM = 'select id from systems where code = ? for no key update';

const IMPORT_TARGET = `
  with members as (
    select o.* from offices o join system_offices so on so.office_id = o.id where so.system_id = :systemId
  )
  select exists (select from frameworks where system_id = :systemId and fiscal_year = :year) as "isImported",
         array(select json_build_object('id', id::text, 'code', code, 'name', name, 'shortName', short_name)
                 from members where kind in ('bureau', 'kpi_office') order by list_order) as bureaus,
         array(select distinct type from members where kind = 'district' and type is not null) as "officeTypes",
         array(select json_build_object('id', id::text, 'code', coalesce(code, list_label), 'type', type, 'label', list_label)
                 from members
                where kind = 'district' and valid_from_fy <= coalesce(:year::int, valid_from_fy)
                  and coalesce(valid_to_fy, :year::int, 9999) >= coalesce(:year::int, 0)
                order by list_order) as offices`;

/** Finds and locks the system with this code; undefined where there is none. */
export async function findImportTarget(
  trx: Queryable,
  system: string,
  year: number | null,
): Promise<ImportTarget | undefined> {
  const locked = await trx.raw<{ rows: { id: string }[] }>(LOCK_SYSTEM, [system]);
  const systemId = locked.rows[0]?.id;
  if (systemId === undefined) return undefined;
  const { rows } = await trx.raw<{ rows: [ImportTarget] }>(IMPORT_TARGET, { systemId, year });
  return { ...rows[0], systemId };
}

export interface ReservedIds {
  framework: string;
  nodes: string[];
  variables: string[];
}

const RESERVE = `
  select nextval(pg_get_serial_sequence('frameworks', 'id'))::text as framework,
         array(select nextval(pg_get_serial_sequence('framework_nodes', 'id'))::text
                 from generate_series(1, :nodes::int)) as nodes,
         array(select nextval(pg_get_serial_sequence('variables', 'id'))::text
                 from generate_series(1, :variables::int)) as variables`;

/** Ids for a framework that is about to be inserted: children can name their parents without asking back. */
export async function reserveIds(
  trx: Queryable,
  count: { nodes: number; variables: number },
): Promise<ReservedIds> {
  const { rows } = await trx.raw<{ rows: [ReservedIds] }>(RESERVE, count);
  return rows[0];
}

const COLUMNS = {
  framework_nodes: 'id, framework_id, parent_id, kind, code, name, position',
  sub_indicators: 'node_id, weight, formula, direction, whole_levels, result_unit, mode, office_types',
  sub_indicator_offices: 'node_id, office_id, included, reason',
  criteria: 'node_id, round_kind, level1, level2, level3, level4, level5',
  variables: `id, framework_id, node_id, code, name, unit, kind, decimals, min, max, explanation, files_asked,
              carry_over, open, position, bureau_id, copied_from_id`,
  variable_rounds: 'variable_id, round_kind, source',
};

const INSERT_FRAMEWORK = `
  insert into frameworks (id, system_id, fiscal_year, revision, version, title_th, title_en, planned_rounds,
                          published_at)
  overriding system value
  values (:id, :system_id, :fiscal_year, :revision, :version, :title_th, :title_en, :planned, now())`;

/** Inserts a published framework under reserved ids, one statement for each table; the rounds only as planned. */
export async function insertFramework(
  trx: Queryable,
  rows: FrameworkRows,
  planned: readonly object[] = [],
): Promise<void> {
  await trx.raw(INSERT_FRAMEWORK, { ...rows.framework, planned: JSON.stringify(planned) });
  await insertRows(trx, 'framework_nodes', rows.nodes);
  await insertRows(trx, 'sub_indicators', rows.subIndicators);
  await insertRows(trx, 'sub_indicator_offices', rows.officeExceptions);
  await insertRows(trx, 'criteria', rows.criteria);
  await insertRows(trx, 'variables', rows.variables);
  await insertRows(trx, 'variable_rounds', rows.variableRounds);
}

async function insertRows(
  trx: Queryable,
  table: keyof typeof COLUMNS,
  rows: readonly object[],
): Promise<void> {
  const columns = COLUMNS[table];
  await trx.raw(
    `insert into ${table} (${columns}) overriding system value
     select ${columns} from jsonb_populate_recordset(null::${table}, ?::jsonb)`,
    [JSON.stringify(rows)],
  );
}
