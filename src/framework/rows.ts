import type { VariableKind } from '../scoring/types.ts';
import type { NodeKind, Source } from './types.ts';

/*
 * A framework as the rows of its tables, column by column: what an import writes and what loading reads. Ids are
 * strings, decimals exact strings.
 */

export interface FrameworkRow {
  id: string;
  system_id: string;
  fiscal_year: number;
  revision: number;
  version: number;
  title_th: string;
  title_en: string;
}

export interface NodeRow {
  id: string;
  framework_id: string;
  parent_id: string | null;
  kind: NodeKind;
  code: string;
  name: string;
  /** In the order of the page, counted through the whole framework. */
  position: number;
}

export interface SubIndicatorRow {
  node_id: string;
  weight: string;
  formula: string;
  direction: 'more' | 'less';
  whole_levels: boolean;
  result_unit: string | null;
  mode: 'normal' | 'audit';
  office_types: string[];
}

export interface OfficeExceptionRow {
  node_id: string;
  office_id: string;
  included: boolean;
  reason: string;
}

export interface CriteriaRow {
  node_id: string;
  /** Null: every round kind without criteria of its own. */
  round_kind: string | null;
  level1: string;
  level2: string | null;
  level3: string | null;
  level4: string | null;
  level5: string;
}

export interface VariableRow {
  id: string;
  framework_id: string;
  node_id: string;
  code: string;
  name: string;
  unit: string;
  kind: VariableKind;
  decimals: number;
  min: string;
  max: string;
  explanation: string;
  files_asked: boolean;
  carry_over: boolean;
  /** Off: not in new entry lists. */
  open: boolean;
  position: number;
  bureau_id: string;
  copied_from_id: string | null;
}

export interface VariableRoundRow {
  variable_id: string;
  round_kind: string;
  source: Source;
  /** Of a closed variable: the round of this kind had it in its entry lists, and keeps it. Absent: not. */
  kept?: boolean;
}

/** Lists in the order of the page. */
export interface FrameworkRows {
  framework: FrameworkRow;
  nodes: NodeRow[];
  subIndicators: SubIndicatorRow[];
  officeExceptions: OfficeExceptionRow[];
  criteria: CriteriaRow[];
  variables: VariableRow[];
  variableRounds: VariableRoundRow[];
}

/** The rows of a framework that has no parts yet. */
export function emptyRows(framework: FrameworkRow): FrameworkRows {
  return {
    framework,
    ...{
      nodes: [],
      subIndicators: [],
      officeExceptions: [],
      criteria: [],
      variables: [],
      variableRounds: [],
    },
  };
}
