import { trimZeros } from '../lib/decimal.ts';
import type { Levels } from '../scoring/types.ts';
import { deepFreeze } from './freeze.ts';
import type { CriteriaRow, FrameworkRows, SubIndicatorRow, VariableRoundRow, VariableRow } from './rows.ts';
import type { Framework, FrameworkNode, SubIndicator, Variable } from './types.ts';

type Nodes = ReadonlyMap<string, FrameworkNode>;

/** Builds the tree and its indexes from the rows of its tables. The result is frozen: it is shared by all requests. */
export function assembleFramework(rows: FrameworkRows): Framework {
  const variables = assembleVariables(rows);
  const nodes = assembleTree(rows);
  const subIndicators = assembleSubIndicators(rows, nodes, [...variables.values()]);
  const { framework: row } = rows;
  return deepFreeze({
    id: row.id,
    systemId: row.system_id,
    fiscalYear: row.fiscal_year,
    revision: row.revision,
    version: row.version,
    titleTh: row.title_th,
    titleEn: row.title_en,
    dimensions: [...nodes.values()].filter((node) => node.kind === 'dimension'),
    nodes,
    subIndicators,
    variables,
  });
}

function assembleVariables(rows: FrameworkRows): Map<string, Variable> {
  const rounds = grouped(rows.variableRounds, (round) => round.variable_id);
  return new Map(rows.variables.map((row) => [row.id, toVariable(row, rounds.get(row.id) ?? [])]));
}

function assembleTree(rows: FrameworkRows): Map<string, FrameworkNode> {
  const nodes = new Map<string, FrameworkNode>();
  for (const { id, parent_id: parentId, kind, code, name } of rows.nodes) {
    nodes.set(id, { id, parentId, kind, code, name, children: [], subIndicator: null });
  }
  for (const node of nodes.values()) parentOf(node, nodes)?.children.push(node);
  return nodes;
}

/** Hangs the sub-indicators into the tree and lists them in the order of its nodes. */
function assembleSubIndicators(rows: FrameworkRows, nodes: Nodes, all: readonly Variable[]): SubIndicator[] {
  const details = new Map(rows.subIndicators.map((row) => [row.node_id, row]));
  const criteria = grouped(rows.criteria, (row) => row.node_id);
  const exceptions = grouped(rows.officeExceptions, (row) => row.node_id);
  const variables = grouped(all, (variable) => variable.subIndicatorId);
  const subIndicators: SubIndicator[] = [];
  for (const node of nodes.values()) {
    const row = details.get(node.id);
    if (row === undefined) continue;
    node.subIndicator = {
      ...toSubIndicator(node, row),
      path: pathAbove(node, nodes),
      officeExceptions: new Map(exceptions.get(node.id)?.map((one) => [one.office_id, one.included])),
      criteria: new Map(criteria.get(node.id)?.map((one) => [one.round_kind ?? '', toLevels(one)])),
      variables: variables.get(node.id) ?? [],
    };
    subIndicators.push(node.subIndicator);
  }
  return subIndicators;
}

function toSubIndicator({ id, code, name }: FrameworkNode, row: SubIndicatorRow) {
  return {
    id,
    code,
    name,
    weight: trimZeros(row.weight),
    formula: row.formula,
    direction: row.direction,
    wholeLevels: row.whole_levels,
    resultUnit: row.result_unit,
    mode: row.mode,
    officeTypes: row.office_types,
  };
}

function toVariable(row: VariableRow, rounds: readonly VariableRoundRow[]): Variable {
  return {
    id: row.id,
    subIndicatorId: row.node_id,
    code: row.code,
    name: row.name,
    unit: row.unit,
    kind: row.kind,
    decimals: row.decimals,
    min: row.min,
    max: row.max,
    explanation: row.explanation,
    filesAsked: row.files_asked,
    carryOver: row.carry_over,
    open: row.open,
    bureauId: row.bureau_id,
    copiedFromId: row.copied_from_id,
    sources: new Map(
      rounds.flatMap(({ round_kind, source, kept }) => (row.open || kept ? [[round_kind, source]] : [])),
    ),
  };
}

function toLevels({ level1, level2, level3, level4, level5 }: CriteriaRow): Levels {
  return [level1, level2, level3, level4, level5];
}

function parentOf(node: FrameworkNode, nodes: Nodes): FrameworkNode | undefined {
  return node.parentId === null ? undefined : nodes.get(node.parentId);
}

/** The nodes above, dimension first. */
function pathAbove(node: FrameworkNode, nodes: Nodes): FrameworkNode[] {
  const path: FrameworkNode[] = [];
  for (let above = parentOf(node, nodes); above !== undefined; above = parentOf(above, nodes))
    path.unshift(above);
  return path;
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
