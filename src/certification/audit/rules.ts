import { sameValue } from '../../entries/rules.ts';
import { appliesTo, isDue, labelOf, type ScopedOffice } from '../../framework/rules.ts';
import type { Framework, SubIndicator } from '../../framework/types.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { parseTypedNumber } from '../../lib/numbers.ts';
import { validateAuditScore } from '../../scoring/index.ts';
import type { DecisionWindow } from '../transitions.ts';
import type {
  GivenScore,
  NotScored,
  OfficeAudits,
  ScoreChange,
  ScoreForm,
  ScoreProblem,
  ScoreRefusal,
  TypedScore,
} from './types.ts';

type Person = Pick<CurrentUser, 'role' | 'officeId'>;

/**
 * Who gives the AUDIT score of a sub-indicator in rounds of this kind: the bureau that certifies all its due
 * variables; null = the KPI office, where there are several (domain rules, "Due and applicable").
 */
export function giverOf(sub: SubIndicator, roundKind: string): string | null {
  const due = sub.variables.filter((variable) => variable.sources.has(roundKind));
  const bureaus = new Set(due.map((variable) => variable.bureauId));
  const [only = null] = bureaus;
  return bureaus.size === 1 ? only : null;
}

/** Whether the person may give this score where AUDIT is open; the KPI office may always. */
export function mayGive(person: Person, sub: SubIndicator, roundKind: string): boolean {
  return person.role === 'kpi_office' || giverOf(sub, roundKind) === person.officeId;
}

/** The bureau in whose stead the KPI office gives the score, or null. */
export function givesInSteadOf(person: Person, sub: SubIndicator, roundKind: string): string | null {
  const giver = giverOf(sub, roundKind);
  return person.role === 'kpi_office' && giver !== person.officeId ? giver : null;
}

/** Whether AUDIT is open: by the framework for everybody, or by a running opening. */
export function isOpened(sub: SubIndicator, audits: OfficeAudits): boolean {
  return sub.mode === 'audit' || audits.opened.has(sub.id);
}

/** A typed score with Thai digits and blanks understood: 1–5 with up to 4 decimals; null = none (R144). */
export function readScore(text: string): { score: string | null } | { problem: ScoreProblem } {
  if (text.trim() === '') return { score: null };
  // a plus is understood elsewhere, but is no part of a score
  const plain = text.includes('+') ? undefined : parseTypedNumber(text);
  const check = validateAuditScore(plain ?? text);
  return check.ok ? { score: check.score } : { problem: check.problem };
}

export interface ScorePlan {
  changes: ScoreChange[];
  problems: Map<string, ScoreProblem>;
  refusals: Map<string, ScoreRefusal>;
  setAside: NotScored[];
}

export interface PlanInput {
  framework: Framework;
  roundKind: string;
  office: ScopedOffice;
  person: Person;
  window: DecisionWindow;
  audits: OfficeAudits;
  /** Of the form's sub-indicators those that the framework had once, by id. */
  retired: ReadonlyMap<string, Pick<SubIndicator, 'code' | 'name'>>;
}

/**
 * What a form changes: boxes nobody touched are left alone; a score that somebody else gave or withdrew meanwhile
 * is refused, never overwritten; what is not due or not the office's any more since a revision is left out and told.
 * Undefined: a box is not the person's, or of no sub-indicator of the framework.
 */
export function planScores(form: ScoreForm, input: PlanInput): ScorePlan | undefined {
  const { framework, roundKind, office, person, retired } = input;
  const plan: ScorePlan = { changes: [], problems: new Map(), refusals: new Map(), setAside: [] };
  for (const [nodeId, seen] of form.typed) {
    const sub = framework.nodes.get(nodeId)?.subIndicator ?? undefined;
    const known = sub ?? retired.get(nodeId);
    if (known === undefined) return undefined;
    const isScored = sub !== undefined && isDue(sub, roundKind) && appliesTo(sub, office);
    if (isScored && !mayGive(person, sub, roundKind)) return undefined;
    const typed = form.withdraw === nodeId ? { ...seen, text: '' } : seen;
    if ((form.withdraw !== null && form.withdraw !== nodeId) || isUntouched(typed)) continue;
    if (isScored) planScore(plan, sub, typed, input);
    else plan.setAside.push({ label: labelOf(known), typed: typed.text.trim() });
  }
  return plan;
}

/** Whether the box stands as it was shown. */
function isUntouched({ text, seenScore }: TypedScore): boolean {
  const read = readScore(text);
  return 'score' in read && sameValue(read.score, seenScore);
}

function planScore(plan: ScorePlan, sub: SubIndicator, typed: TypedScore, input: PlanInput): void {
  const read = readScore(typed.text);
  if ('problem' in read) {
    plan.problems.set(sub.id, read.problem);
    return;
  }
  const { score } = read;
  const current = input.audits.given.get(sub.id) ?? null;
  if (sameValue(score, current?.score ?? null)) return;
  if (input.window !== 'open') plan.refusals.set(sub.id, { kind: input.window });
  else if ((current?.version ?? 0) !== typed.seenVersion)
    plan.refusals.set(sub.id, { kind: 'changed', current });
  else if (score !== null && !isOpened(sub, input.audits)) plan.refusals.set(sub.id, { kind: 'notOpen' });
  else plan.changes.push(changeTo(score, sub, current, input));
}

function changeTo(
  after: string | null,
  sub: SubIndicator,
  current: GivenScore | null,
  { person, roundKind }: PlanInput,
): ScoreChange {
  const onBehalfOf = givesInSteadOf(person, sub, roundKind);
  return { nodeId: sub.id, before: current?.score ?? null, after, onBehalfOf };
}
