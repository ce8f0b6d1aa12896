import type { VariableKind } from '../../scoring/types.ts';
import type { Source } from '../types.ts';

/*
 * A draft is the document of docs/framework-format.md, however unfinished: its fields have the right shape, but may
 * be empty where a publishable one must not. Field names are those of the format. Every part has a key that stays
 * with it while it is edited, moved and published: the id of its row where there is one, `n` and a number where not.
 */

export interface DraftDocument {
  /** The code of the system. */
  system: string;
  fiscal_year: number;
  title_th: string;
  title_en: string;
  /** The rounds of the year as they are planned, or as they are. */
  rounds: DraftRound[];
  dimensions: DraftNode[];
  /** The number of the next new key. */
  next_key: number;
}

export interface DraftRound {
  kind: string;
  sequence: number;
  label: string;
  data_as_of: string | null;
  /** ISO, in UTC. */
  entry_opens_at: string;
  entry_closes_at: string;
  certification_closes_at: string;
}

/** A dimension or an indicator; an indicator has indicators (then it is a heading) or sub-indicators below it. */
export interface DraftNode {
  key: string;
  code: string;
  name: string;
  indicators: DraftNode[];
  /** Of a dimension: none. */
  sub_indicators: DraftSubIndicator[];
}

export interface DraftSubIndicator {
  key: string;
  code: string;
  name: string;
  /** A plain decimal, or '' while it is not known. */
  weight: string;
  formula: string;
  direction: 'more' | 'less';
  whole_levels: boolean;
  result_unit: string | null;
  mode: 'normal' | 'audit';
  /** Of every round kind without its own; null: none yet. */
  criteria: DraftCriteria | null;
  criteria_by_round: Record<string, DraftCriteria>;
  office_types: string[];
  /** Single offices added to or taken out of the scope, by their code. */
  office_exceptions: { office: string; included: boolean; reason: string }[];
  variables: DraftVariable[];
}

/** The values for levels 1 to 5, plain decimals. */
export type DraftCriteria = [string | null, string | null, string | null, string | null, string | null];

export interface DraftVariable {
  key: string;
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
  /** By round kind. */
  sources: Record<string, Source | 'not_due'>;
  /** The certifying bureau's code, '' while nobody certifies. */
  bureau: string;
  /** The id of the variable it was copied from, in the year before. */
  copied_from: string | null;
}

/** A draft as it is stored. */
export interface StoredDraft {
  id: string;
  systemId: string;
  fiscalYear: number;
  /** The published framework that it changes; null: a year that is not published yet. */
  frameworkId: string | null;
  /** The framework's version when the draft was made of it. */
  baseVersion: number | null;
  document: DraftDocument;
  version: number;
  updatedBy: string;
  updatedAt: Date;
}
