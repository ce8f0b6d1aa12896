import { variableLabel } from '../framework/rules.ts';
import type { Framework, Variable } from '../framework/types.ts';
import { compareDecimals } from '../lib/decimal.ts';
import { notFound } from '../lib/errors.ts';
import { decimalsOf, parseTypedNumber } from '../lib/numbers.ts';
import { lockReason } from '../rounds/rules.ts';
import type { Round } from '../rounds/types.ts';
import { REPORTER_TRANSITIONS, type ReporterEvent, reporterMay } from './transitions.ts';
import type {
  EntryChange,
  EntryForm,
  SavedEntry,
  SaveOutcome,
  SetAside,
  TypedValue,
  ValueProblem,
} from './types.ts';

export type CheckedValue = { value: string | null } | { problem: ValueProblem };

/**
 * Reads a typed value for its variable: empty means no value. Yes/no takes 1 or 0, whole numbers no
 * decimals, and everything lies within the variable's range (manual KRS 2562, R78–R80).
 */
export function checkValue(text: string, variable: Variable): CheckedValue {
  if (text.trim() === '') return { value: null };
  const value = parseTypedNumber(text);
  if (value === undefined) return problem('notANumber');
  if (variable.kind === 'yes_no') return value === '0' || value === '1' ? { value } : problem('notYesNo');
  if (decimalsOf(value) > variable.decimals) {
    return variable.decimals === 0
      ? problem('notWhole')
      : problem('tooManyDecimals', { decimals: variable.decimals });
  }
  const { min, max } = variable;
  if (compareDecimals(value, min) < 0) return problem('tooSmall', { min, max });
  if (compareDecimals(value, max) > 0) return problem('tooLarge', { min, max });
  return { value };
}

/** Whether two values are the same number; `45`, `45.00`, and none against none. */
export function sameValue(left: string | null, right: string | null): boolean {
  if (left === null || right === null) return left === right;
  return compareDecimals(left, right) === 0;
}

/** The entries that a form is about and that are not among the office's. */
export function unknownTo(entries: readonly SavedEntry[], { typed, resubmit }: EntryForm): string[] {
  const known = new Set(entries.map(({ id }) => id));
  const asked = [...typed.keys(), ...(resubmit === null ? [] : [resubmit])];
  return [...new Set(asked.filter((id) => !known.has(id)))];
}

/**
 * Takes entries out of a form that a revision took out of the round after it was opened. Told are those that the
 * person may miss: something was typed, a value had been there, or a new decision was asked for.
 */
export function splitForm(
  form: EntryForm,
  gone: readonly { id: string; code: string; name: string }[],
): { rest: EntryForm; setAside: Map<string, SetAside> } {
  const rest = { ...form, typed: new Map(form.typed) };
  const setAside = new Map<string, SetAside>();
  for (const variable of gone) {
    const { id } = variable;
    const typed = form.typed.get(id);
    rest.typed.delete(id);
    if (form.resubmit === id) rest.resubmit = null;
    const isMissed = typed === undefined || typed.text.trim() !== '' || typed.baseValue !== null;
    if (isMissed) setAside.set(id, { variable: variableLabel(variable), typed: typed?.text.trim() ?? null });
  }
  return { rest, setAside };
}

export interface SavePlan extends Omit<SaveOutcome, 'setAside'> {
  changes: EntryChange[];
}

/**
 * Decides what a form changes: boxes nobody touched are left alone, a box that somebody else saved meanwhile
 * is refused and the rest applied, unreadable values stop everything. Throws notFound for an entry that is not
 * the office's; those that a revision set aside are taken out of the form before (`splitForm`).
 */
export function planSave(
  form: EntryForm,
  entries: readonly SavedEntry[],
  framework: Framework,
  round: Round,
  now: Date,
): SavePlan {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const plan: SavePlan = {
    saved: 0,
    resubmitted: false,
    problems: new Map(),
    refusals: new Map(),
    changes: [],
  };
  for (const [entryId, typed] of form.typed) {
    const entry = byId.get(entryId);
    const variable = framework.variables.get(entry?.variableId ?? '');
    if (entry === undefined || variable === undefined) throw notFound();
    if (entryId !== form.keepTheirs) planValue(plan, { entry, typed, variable }, round, now);
  }
  if (form.resubmit !== null) {
    const entry = byId.get(form.resubmit);
    if (entry === undefined) throw notFound();
    planResubmission(plan, entry, round, now);
  }
  plan.saved = plan.changes.length - (plan.resubmitted ? 1 : 0);
  return plan;
}

function planValue(
  plan: SavePlan,
  { entry, typed, variable }: { entry: SavedEntry; typed: TypedValue; variable: Variable },
  round: Round,
  now: Date,
): void {
  const checked = checkValue(typed.text, variable);
  if ('problem' in checked) {
    plan.problems.set(entry.id, checked.problem);
    return;
  }
  const { value } = checked;
  if (sameValue(value, typed.baseValue) || sameValue(value, entry.value)) return;
  const locked = lockReason(entry, entry.assigned, round, now);
  if (locked !== null) {
    plan.refusals.set(entry.id, { kind: 'locked', reason: locked });
  } else if (entry.version !== typed.baseVersion) {
    plan.refusals.set(entry.id, { kind: 'changedMeanwhile', current: entry.value });
  } else {
    plan.changes.push(change(value === null ? 'clear' : 'save', entry, value));
  }
}

/** A rejected value goes back unchanged for a new decision; a value typed in the same breath does that already. */
function planResubmission(plan: SavePlan, entry: SavedEntry, round: Round, now: Date): void {
  if (plan.changes.some((change) => change.entryId === entry.id) || plan.refusals.has(entry.id)) return;
  const locked = lockReason(entry, entry.assigned, round, now);
  if (locked !== null) {
    plan.refusals.set(entry.id, { kind: 'locked', reason: locked });
  } else if (reporterMay('resubmit', entry)) {
    plan.changes.push(change('resubmit', entry, entry.value));
    plan.resubmitted = true;
  }
}

function change(event: ReporterEvent, entry: SavedEntry, value: string | null): EntryChange {
  return {
    entryId: entry.id,
    event,
    valueBefore: entry.value,
    valueAfter: value,
    statusBefore: entry.status,
    statusAfter: REPORTER_TRANSITIONS[event].to,
  };
}

function problem(key: ValueProblem['key'], values: ValueProblem['values'] = {}): CheckedValue {
  return { problem: { key, values } };
}
