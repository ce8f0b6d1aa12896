import type {
  FrameworkDocument,
  IndicatorDocument,
  SubIndicatorDocument,
  VariableDocument,
} from './format.ts';
import { type CriteriaRow, emptyRows, type FrameworkRow, type FrameworkRows, type NodeRow } from './rows.ts';
import type { NodeKind } from './types.ts';

/** Where the ids of the rows come from: reserved in the database, or made up where nothing is stored. */
export interface IdSource {
  framework: string;
  system: string;
  node(kind: NodeKind, code: string): string;
  variable(subIndicatorCode: string, code: string): string;
  /** Of a bureau that the file names by code or name. */
  bureau(reference: string): string;
  /** Of an office that the file names by code. */
  office(code: string): string;
}

/** The rows of a checked document, in the order of the file. Round kinds that are not due get no row. */
export function documentToRows(document: FrameworkDocument, ids: IdSource): FrameworkRows {
  const rows = emptyRows(frameworkRow(document, ids));
  for (const dimension of document.dimensions) {
    const id = addNode(rows, ids, 'dimension', dimension, null);
    addIndicators(rows, ids, dimension.indicators, id);
  }
  return rows;
}

/** How many ids `documentToRows` will ask for. */
export function countRows({ dimensions }: FrameworkDocument): { nodes: number; variables: number } {
  const subIndicators = dimensions.flatMap((dimension) => dimension.indicators).flatMap(subIndicatorsBelow);
  const variables = subIndicators.reduce((sum, sub) => sum + sub.variables.length, 0);
  const indicators = dimensions.reduce((sum, dimension) => sum + countIndicators(dimension.indicators), 0);
  return { nodes: dimensions.length + indicators + subIndicators.length, variables };
}

function subIndicatorsBelow(indicator: IndicatorDocument): SubIndicatorDocument[] {
  return [...(indicator.sub_indicators ?? []), ...(indicator.indicators ?? []).flatMap(subIndicatorsBelow)];
}

function countIndicators(indicators: readonly IndicatorDocument[] = []): number {
  return indicators.reduce((sum, { indicators: below }) => sum + 1 + countIndicators(below), 0);
}

function frameworkRow({ fiscal_year, title_th, title_en }: FrameworkDocument, ids: IdSource): FrameworkRow {
  return {
    id: ids.framework,
    system_id: ids.system,
    fiscal_year,
    revision: 1,
    version: 1,
    title_th,
    title_en,
  };
}

function addIndicators(
  rows: FrameworkRows,
  ids: IdSource,
  indicators: readonly IndicatorDocument[],
  parent: string,
) {
  for (const indicator of indicators) {
    const id = addNode(rows, ids, 'indicator', indicator, parent);
    addIndicators(rows, ids, indicator.indicators ?? [], id);
    for (const sub of indicator.sub_indicators ?? []) addSubIndicator(rows, ids, sub, id);
  }
}

function addNode(
  rows: FrameworkRows,
  ids: IdSource,
  kind: NodeKind,
  { code, name }: { code: string; name: string },
  parentId: string | null,
): string {
  const id = ids.node(kind, code);
  const position = rows.nodes.length + 1;
  const node: NodeRow = { id, framework_id: ids.framework, parent_id: parentId, kind, code, name, position };
  rows.nodes.push(node);
  return id;
}

function addSubIndicator(
  rows: FrameworkRows,
  ids: IdSource,
  sub: SubIndicatorDocument,
  parent: string,
): void {
  const { weight, formula, direction, whole_levels, result_unit, mode, office_types } = sub;
  const id = addNode(rows, ids, 'sub_indicator', sub, parent);
  rows.subIndicators.push({
    node_id: id,
    weight,
    formula,
    direction,
    whole_levels,
    result_unit,
    mode,
    office_types: [...new Set(office_types)],
  });
  for (const { office, included, reason } of sub.office_exceptions) {
    rows.officeExceptions.push({ node_id: id, office_id: ids.office(office), included, reason });
  }
  rows.criteria.push(...criteriaRows(sub, id));
  for (const variable of sub.variables) addVariable(rows, ids, variable, { id, code: sub.code });
}

function criteriaRows(
  { criteria, criteria_by_round: byRound }: SubIndicatorDocument,
  nodeId: string,
): CriteriaRow[] {
  const all = [...(criteria === undefined ? [] : [[null, criteria] as const]), ...Object.entries(byRound)];
  return all.map(([kind, [level1, level2, level3, level4, level5]]) => {
    if (level1 === null || level5 === null)
      throw new TypeError('Criteria without level 1 or 5: the document is unchecked');
    return { node_id: nodeId, round_kind: kind, level1, level2, level3, level4, level5 };
  });
}

function addVariable(
  rows: FrameworkRows,
  ids: IdSource,
  variable: VariableDocument,
  sub: { id: string; code: string },
): void {
  const { code, name, unit, kind, decimals, min, max, explanation, files_asked, carry_over, open } = variable;
  const id = ids.variable(sub.code, code);
  rows.variables.push({
    id,
    framework_id: ids.framework,
    node_id: sub.id,
    code,
    name,
    unit,
    kind,
    decimals,
    min,
    max,
    explanation,
    files_asked,
    carry_over,
    open,
    position: rows.variables.length + 1,
    bureau_id: ids.bureau(variable.bureau),
    copied_from_id: null,
  });
  for (const [round_kind, source] of Object.entries(variable.sources)) {
    if (source !== 'not_due') rows.variableRounds.push({ variable_id: id, round_kind, source });
  }
}
