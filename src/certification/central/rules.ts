import { checkValue, sameValue } from '../../entries/rules.ts';
import type { TypedValue } from '../../entries/types.ts';
import type { Variable } from '../../framework/types.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import type { CentralWindow, LoadPlan, LockedEntry } from './types.ts';

/**
 * Who may load central data when (domain rules, "The life of an entry", R172): bureau and KPI office until
 * certification closes, then the KPI office only; nobody once the round is sealed.
 */
export function centralWindow(
  person: Pick<CurrentUser, 'role'>,
  round: { certificationClosesAt: Date },
  sealed: boolean,
  now: Date,
): CentralWindow {
  if (sealed) return 'sealed';
  if (now < round.certificationClosesAt) return 'open';
  return person.role === 'kpi_office' ? 'beyond' : 'closed';
}

/**
 * Decides what typed values change: boxes nobody touched are left alone, unreadable ones are told, and so are
 * those that somebody else changed since they were seen. An emptied box takes the value back.
 */
export function planLoad(
  typed: ReadonlyMap<string, TypedValue>,
  entries: readonly LockedEntry[],
  variable: Variable,
): LoadPlan {
  const plan: LoadPlan = { changes: [], problems: new Map(), changed: [] };
  for (const entry of entries) {
    const seen = typed.get(entry.id);
    if (seen === undefined) continue;
    const checked = checkValue(seen.text, variable);
    if ('problem' in checked) plan.problems.set(entry.id, checked.problem);
    else if (sameValue(checked.value, seen.baseValue) || sameValue(checked.value, entry.value)) continue;
    else if (entry.version !== seen.baseVersion) plan.changed.push(entry.id);
    else {
      plan.changes.push({
        entryId: entry.id,
        version: entry.version,
        before: entry.value,
        after: checked.value,
        statusBefore: entry.status,
        statusAfter: checked.value === null ? 'unreported' : 'certified',
      });
    }
  }
  return plan;
}

/** Whether the box stands as it was shown: such a box is not even read again. */
export function isUntouched({ text, baseValue }: TypedValue): boolean {
  return text.trim() === (baseValue ?? '');
}
