import type { Direction, Levels, VariableKind } from '../scoring/types.ts';

export type RoundKind = string; // '6M', '9M', '12M', …
export type Source = 'office' | 'central';
export type NodeKind = 'dimension' | 'indicator' | 'sub_indicator';

/** One revision of a fiscal year's framework, held in memory as a whole: a tree and its indexes. */
export interface Framework {
  id: string;
  systemId: string;
  fiscalYear: number;
  revision: number;
  version: number;
  titleTh: string;
  titleEn: string;
  dimensions: FrameworkNode[];
  /** Every node by id. */
  nodes: ReadonlyMap<string, FrameworkNode>;
  /** All sub-indicators in the order of the page. */
  subIndicators: SubIndicator[];
  /** Every variable by id. */
  variables: ReadonlyMap<string, Variable>;
}

/** Which revision a round is measured by, beside the newest one. */
export interface Pinned {
  frameworkId: string;
  /** Of the pinned revision: tells copies in memory that a text was corrected. */
  frameworkVersion: number;
  /** The pinned revision of that framework, and its newest one. */
  revision: number;
  newestRevision: number;
}

export interface FrameworkNode {
  id: string;
  parentId: string | null;
  kind: NodeKind;
  code: string;
  name: string;
  children: FrameworkNode[];
  /** Set on nodes of kind sub_indicator. */
  subIndicator: SubIndicator | null;
}

export interface SubIndicator {
  /** The node's id. */
  id: string;
  code: string;
  name: string;
  /** The names above it, dimension first. */
  path: FrameworkNode[];
  weight: string;
  formula: string;
  direction: Direction;
  wholeLevels: boolean;
  resultUnit: string | null;
  mode: 'normal' | 'audit';
  officeTypes: readonly string[];
  /** Single offices added (true) to or taken out (false) of the scope. */
  officeExceptions: ReadonlyMap<string, boolean>;
  /** Per round kind; key '' = every round kind without its own. */
  criteria: ReadonlyMap<RoundKind | '', Levels>;
  variables: Variable[];
}

/** A reporting round as the framework file plans it; the framework says of which system and fiscal year it is. */
export interface YearRound {
  kind: RoundKind;
  /** Order within the year, from 1. */
  sequence: number;
  label: string;
  /** `2019-03-31`: the day up to which the figures count. */
  dataAsOf: string | null;
  entryOpensAt: Date;
  entryClosesAt: Date;
  certificationClosesAt: Date;
}

export interface Variable {
  id: string;
  subIndicatorId: string;
  code: string;
  name: string;
  unit: string;
  kind: VariableKind;
  decimals: number;
  min: string;
  max: string;
  explanation: string;
  filesAsked: boolean;
  carryOver: boolean;
  /** Off: not in new entry lists, and so due only in the rounds that had it in theirs when it was closed. */
  open: boolean;
  bureauId: string;
  copiedFromId: string | null;
  /** Round kinds it is due in; a round kind that is missing here is "not due". A round kind is one round. */
  sources: ReadonlyMap<RoundKind, Source>;
}
