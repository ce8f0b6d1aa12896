import type { NodeKind } from '../../framework/types.ts';
import type { WhyOne } from '../../scoring/index.ts';

/** An office that reports, as it stands in the box to choose from. */
export interface ReportingOffice {
  id: string;
  type: string | null;
  label: string;
  /** Whether it has entries in the round. */
  takesPart: boolean;
}

/** The one that was chosen. */
export interface ChosenOffice extends ReportingOffice {
  name: string;
}

export interface OfficeChoice {
  offices: readonly ReportingOffice[];
  /** Null where none was asked for, or none of these. */
  chosen: ChosenOffice | null;
}

/** A stored score, as the report reads it. */
export interface StoredNode {
  selfAssessed: string;
  certified: string;
  result: string | null;
  reason: WhyOne | null;
  audit: boolean;
}

export interface StoredReport {
  nodes: Map<string, StoredNode>;
  total: { selfAssessed: string; certified: string } | null;
}

/** The figures of one line; all null where nothing below is due and applicable (–). */
export interface Figures {
  weight: string | null;
  certified: string | null;
  selfAssessed: string | null;
  /** Null also where the reader may not see the result. */
  percent: string | null;
  /** Σ(w·s)/100 of the certified scores, rounded for display. */
  weighted: string | null;
}

export interface ReportRow extends Figures {
  nodeId: string;
  kind: NodeKind;
  /** 0 for a dimension. */
  depth: number;
  code: string;
  name: string;
  reason: WhyOne | null;
  audit: boolean;
  /** Whether the reader may see how the score came about. */
  explainable: boolean;
}

export interface OfficeReport {
  rows: ReportRow[];
  /** Dimensions and main indicators, for the summary at the bottom. */
  summary: ReportRow[];
  total: Figures;
  totalExplainable: boolean;
  /** Whether the reader sees results, and so the column ร้อยละ. */
  showsPercent: boolean;
}
