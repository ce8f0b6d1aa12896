import type { Assignee } from '../assignments/queries.ts';
import { appliesTo, lacksFiles, toScoring } from '../framework/rules.ts';
import type { Framework, FrameworkNode, SubIndicator, Variable } from '../framework/types.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { parseTypedNumber } from '../lib/numbers.ts';
import { entryClosesAt, entryWindow, lockReason } from '../rounds/rules.ts';
import type { EntryWindowState, LockReason, Round } from '../rounds/types.ts';
import type { NodeScore } from '../scoring/index.ts';
import { type MarksOfThreads, threadKey } from '../threads/marks/queries.ts';
import { rowRequest } from './requests/rules.ts';
import type { EditRequest, RowRequest } from './requests/types.ts';
import { sameValue } from './rules.ts';
import { type ShownScore, shownScores } from './shown-score.ts';
import { reporterMay } from './transitions.ts';
import type { Entry, Refusal, TypedValue, ValueProblem } from './types.ts';

/** What a form that could not be saved as typed shows again. */
export interface Retyped {
  typed: ReadonlyMap<string, TypedValue>;
  problems: ReadonlyMap<string, ValueProblem>;
  refusals: ReadonlyMap<string, Refusal>;
}

export interface EntryPageInput {
  framework: Framework;
  round: Round;
  office: { id: string; type: string | null };
  user: Pick<CurrentUser, 'id' | 'role'>;
  entries: readonly Entry[];
  /** The latest request to edit by variable; none are asked for while the entry window is open. */
  requests: ReadonlyMap<string, EditRequest>;
  assignees: ReadonlyMap<string, Assignee[]>;
  now: Date;
  /** Of the office, by thread. */
  marks: MarksOfThreads;
  retyped?: Retyped;
}

export interface EntryPage {
  window: EntryWindowState;
  closesAt: Date;
  now: Date;
  /** Boxes this person may type into, and how many of them hold a value. */
  toFill: number;
  filled: number;
  /** Nothing is due for the office in this round. */
  nothingDue: boolean;
  /** Something is due, but the office's list of entries was not created. */
  noList: boolean;
  /** The person is assigned to nothing that is due. */
  nothingAssigned: boolean;
  rejected: number;
  /** Rows of reported values beside which the documents that are asked for do not stand yet. */
  lackingFiles: EntryRow[];
  total: string | null;
  totalPercent: string | null;
  dimensions: DimensionBlock[];
}

export interface DimensionBlock {
  id: string;
  name: string;
  selfAssessed: string | null;
  percent: string | null;
  subIndicators: SubIndicatorBlock[];
}

export interface SubIndicatorBlock {
  id: string;
  code: string;
  name: string;
  /** Indicators above it whose name differs from its own. */
  headings: string[];
  weight: string;
  people: string[];
  mine: boolean;
  due: boolean;
  score: ShownScore | null;
  /** How many of its entries the person may ask to edit. */
  askable: number;
  rows: EntryRow[];
}

export interface EntryRow {
  variable: Variable;
  entry: Entry | null;
  lock: LockReason | null;
  /** What stands in the box. */
  text: string;
  /** What was typed before the form came back; '' otherwise. */
  typed: string;
  base: string;
  problem: ValueProblem | null;
  refusal: Refusal | null;
  canResubmit: boolean;
  /** What became of asking to edit it after the window, and whether it can be asked for. */
  ask: RowRequest | null;
  /** Documents of the office in this round, and what is new in the thread. */
  evidence: number;
  fresh: number;
  /** Documents are asked for and there are none yet. */
  lacksFiles: boolean;
}

/** Lays out the entry page of one office in one round; the scores are the self-assessed ones (R82). */
export function entryPage(input: EntryPageInput): EntryPage {
  const { round, now, framework, office } = input;
  const tree = toScoring(framework, round.kind, office);
  const entries = new Map(input.entries.map((entry) => [entry.variableId, entry]));
  const { scores, subIndicators } = shownScores(framework, tree, entries, entries);
  const show = (sub: SubIndicator) =>
    subIndicatorBlock(sub, input, entries, subIndicators.get(sub.id) ?? null);
  const dimensions = framework.dimensions
    .map((dimension) => dimensionBlock(dimension, framework, office, scores.nodes, show))
    .filter((block) => block.subIndicators.length > 0);
  const rows = dimensions.flatMap((block) => block.subIndicators).flatMap((block) => block.rows);
  const white = rows.filter((row) => row.entry !== null && row.lock === null);
  return {
    window: entryWindow(round, now),
    now,
    closesAt: entryClosesAt(round),
    toFill: white.length,
    filled: white.filter((row) => row.entry?.value !== null).length,
    nothingDue: subIndicators.size === 0,
    noList: subIndicators.size > 0 && input.entries.length === 0,
    nothingAssigned: !dimensions.some((block) => block.subIndicators.some((sub) => sub.due && sub.mine)),
    rejected: rows.filter((row) => row.entry?.status === 'rejected').length,
    lackingFiles: rows.filter((row) => row.lacksFiles),
    total: scores.total.selfAssessed,
    totalPercent: scores.total.selfPercent,
    dimensions,
  };
}

function dimensionBlock(
  dimension: FrameworkNode,
  framework: Framework,
  office: EntryPageInput['office'],
  scores: readonly NodeScore[],
  show: (sub: SubIndicator) => SubIndicatorBlock,
): DimensionBlock {
  const score = scores.find((node) => node.id === dimension.id);
  return {
    id: dimension.id,
    name: dimension.name,
    selfAssessed: score?.selfAssessed ?? null,
    percent: score?.selfPercent ?? null,
    subIndicators: framework.subIndicators
      .filter((sub) => sub.path[0]?.id === dimension.id && appliesTo(sub, office))
      .map(show),
  };
}

function subIndicatorBlock(
  sub: SubIndicator,
  input: EntryPageInput,
  entries: ReadonlyMap<string, Entry>,
  score: ShownScore | null,
): SubIndicatorBlock {
  const people = input.assignees.get(sub.id) ?? [];
  const mine = people.some((person) => person.userId === input.user.id);
  const rows = sub.variables.map((variable) =>
    entryRow(variable, entries.get(variable.id) ?? null, mine, input),
  );
  return {
    id: sub.id,
    code: sub.code,
    name: sub.name,
    headings: sub.path
      .slice(1)
      .map((node) => node.name)
      .filter((name) => name !== sub.name),
    weight: sub.weight,
    people: people.map((person) => person.name),
    mine,
    due: score !== null,
    score,
    askable: rows.filter(({ ask }) => ask?.canAsk).length,
    rows,
  };
}

function entryRow(variable: Variable, entry: Entry | null, mine: boolean, input: EntryPageInput): EntryRow {
  const { round, now, retyped } = input;
  const key = threadKey(input.office.id, variable.id);
  const evidence = input.marks.evidence.get(key) ?? 0;
  const lock = entry && lockReason(entry, mine, round, now);
  const box = entry === null ? NO_BOX : boxOf(entry, retyped);
  return {
    variable,
    entry,
    lock,
    text: box.text,
    base: box.base,
    typed: (entry && retyped?.typed.get(entry.id)?.text) ?? '',
    problem: (entry && retyped?.problems.get(entry.id)) ?? null,
    refusal: (entry && retyped?.refusals.get(entry.id)) ?? null,
    canResubmit: entry !== null && lock === null && reporterMay('resubmit', entry),
    ask: entry && askOf(variable, entry, mine, input),
    evidence,
    fresh: input.marks.fresh.get(key) ?? 0,
    lacksFiles: entry !== null && lacksFiles(variable, entry, evidence),
  };
}

const NO_BOX = { text: '', base: '' };

function askOf(
  variable: Variable,
  entry: Entry,
  assigned: boolean,
  { round, now, user, requests }: EntryPageInput,
): RowRequest | null {
  if (entryWindow(round, now) !== 'closed') return null;
  return rowRequest({ ...entry, assigned }, requests.get(variable.id) ?? null, user, round, now);
}

/**
 * What stands in the box, and over which version. A typed value that is not saved yet keeps the version it was
 * typed over, so that a colleague's save in between is still noticed; once told, the present one.
 */
function boxOf(entry: Entry, retyped: Retyped | undefined): { text: string; base: string } {
  const fresh = { text: entry.value ?? '', base: `${entry.version}:${entry.value ?? ''}` };
  const typed = retyped?.typed.get(entry.id);
  if (typed === undefined || isSettled(typed, entry)) return fresh;
  if (retyped?.refusals.get(entry.id)?.kind === 'changedMeanwhile') return { ...fresh, text: typed.text };
  return { text: typed.text, base: `${typed.baseVersion}:${typed.baseValue ?? ''}` };
}

/** Nobody touched the box, or what was typed is what is stored. */
function isSettled(typed: TypedValue, entry: Entry): boolean {
  const value = typed.text.trim() === '' ? null : parseTypedNumber(typed.text);
  return value !== undefined && (sameValue(value, typed.baseValue) || sameValue(value, entry.value));
}
