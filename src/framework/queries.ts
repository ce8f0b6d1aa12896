import type { Queryable } from '../db/database.ts';
import { assembleFramework } from './assemble.ts';
import type { FrameworkRows } from './rows.ts';
import type { Framework } from './types.ts';

// A deployment runs a few systems with a few years each; most requests are about the newest.
const MAX_IN_MEMORY = 20;
const inMemory = new Map<string, Promise<Framework>>();

/**
 * The framework as a whole, frozen, from memory where this version of it was read before. `version` is that of its
 * row, known to whoever found the framework's id. Give it the database or a transaction that did not change the
 * framework. Throws where there is no such framework.
 */
export function loadFramework(db: Queryable, frameworkId: string, version: number): Promise<Framework> {
  const key = `${frameworkId} ${version}`;
  const known = inMemory.get(key);
  if (known !== undefined) {
    inMemory.delete(key);
    inMemory.set(key, known);
    return known;
  }
  const loading = readFramework(db, frameworkId);
  inMemory.set(key, loading);
  const [oldest] = inMemory.keys();
  if (inMemory.size > MAX_IN_MEMORY && oldest !== undefined) inMemory.delete(oldest);
  // A failure is not kept, and neither is a version that a correction overtook in the meantime.
  loading.then(
    (framework) => framework.version !== version && inMemory.delete(key),
    () => inMemory.delete(key),
  );
  return loading;
}

// One statement, so that all parts are of the same moment. Numerics travel as text: JSON numbers are floats.
const FRAMEWORK = `
  select
    (select row_to_json(f) from (
       select id::text, system_id::text, fiscal_year, revision, version, title_th, title_en
         from frameworks where id = :id) f) as framework,
    array(select row_to_json(n) from (
       select id::text, framework_id::text, parent_id::text, kind, code, name, position
         from framework_nodes where framework_id = :id order by position, id) n) as nodes,
    array(select row_to_json(s) from (
       select s.node_id::text, weight::text, formula, direction, whole_levels, result_unit, mode, office_types
         from sub_indicators s join framework_nodes n on n.id = s.node_id where n.framework_id = :id) s)
      as "subIndicators",
    array(select row_to_json(o) from (
       select o.node_id::text, o.office_id::text, included
         from sub_indicator_offices o join framework_nodes n on n.id = o.node_id where n.framework_id = :id) o)
      as "officeExceptions",
    array(select row_to_json(c) from (
       select c.node_id::text, round_kind, level1::text, level2::text, level3::text, level4::text, level5::text
         from criteria c join framework_nodes n on n.id = c.node_id where n.framework_id = :id order by c.id) c)
      as criteria,
    array(select row_to_json(v) from (
       select id::text, framework_id::text, node_id::text, code, name, unit, kind, decimals, min::text, max::text,
              explanation, files_asked, carry_over, position, bureau_id::text, copied_from_id::text
         from variables where framework_id = :id order by position, id) v) as variables,
    array(select row_to_json(r) from (
       select r.variable_id::text, round_kind, source
         from variable_rounds r join variables v on v.id = r.variable_id where v.framework_id = :id) r)
      as "variableRounds"`;

type FoundRows = Omit<FrameworkRows, 'framework'> & { framework: FrameworkRows['framework'] | null };

async function readFramework(db: Queryable, frameworkId: string): Promise<Framework> {
  const { rows } = await db.raw<{ rows: FoundRows[] }>(FRAMEWORK, { id: frameworkId });
  const { framework, ...parts } = rows[0] ?? { framework: null };
  if (framework === null) throw new Error(`There is no framework ${frameworkId}`);
  return assembleFramework({ framework, ...parts } as FrameworkRows);
}
