import { assigneesForMail } from '../../assignments/receivers/queries.ts';
import type { Transaction } from '../../db/database.ts';
import type { TypedValue } from '../../entries/types.ts';
import { loadFrameworkOf } from '../../framework/queries.ts';
import { labelOf, variableLabel } from '../../framework/rules.ts';
import type { Framework, Variable } from '../../framework/types.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { formatNumber } from '../../lib/numbers.ts';
import { notifyAll } from '../../notifications/actions.ts';
import { workshopNotice } from '../../notifications/workshop-letters.ts';
import { refreshScores } from '../../scores/actions.ts';
import { actsInSteadOf } from '../../threads/rules.ts';
import { reachOf } from '../rules.ts';
import { listForLoad, listLastChanges, listNotCentral, lockOfficesOf, writeCentral } from './queries.ts';
import { centralWindow, isUntouched, planLoad } from './rules.ts';
import type { CentralChange, LoadOutcome, LoadRound, LockedEntry } from './types.ts';

export interface Load {
  roundId: string;
  variableId: string;
  typed: ReadonlyMap<string, TypedValue>;
  /** All or nothing: one value that somebody else changed meanwhile, or that is left out, stops all of them. */
  whole: boolean;
}

/**
 * Stores central data (R172): values count as certified at once; history, scores and the letter to a bureau in whose
 * stead the KPI office acted are one transaction and a constant number of statements, however many offices. With an
 * unreadable value nothing is stored; one that somebody else changed since it was seen is told, not overwritten, and
 * so is one that is not central data any more since a revision. Throws notFound for an entry that is not the person's
 * to load.
 */
export async function loadCentral(
  { db, clock }: AppContext,
  user: CurrentUser,
  { roundId, variableId, typed, whole }: Load,
): Promise<LoadOutcome> {
  const outcome: LoadOutcome = {
    saved: 0,
    problems: new Map(),
    refusals: new Map(),
    setAside: [],
    closed: null,
  };
  const ids = [...typed].filter(([, seen]) => !isUntouched(seen)).map(([id]) => id);
  if (ids.length === 0) return outcome;
  const now = clock();
  return db.transaction(async (trx) => {
    // one packet, in this order: the entries are read under the locks
    const scope = { roundId, variableId, bureauId: reachOf(user), ids };
    const [round, entries] = await Promise.all([
      lockOfficesOf(trx, { systemId: user.systemId, roundId, ids }),
      listForLoad(trx, scope),
    ]);
    if (round === undefined) throw notFound();
    // nothing is asked in the ordinary case: all entries of the form are there
    const gone = entries.length === ids.length ? [] : await listNotCentral(trx, scope);
    if (entries.length + gone.length !== ids.length) throw notFound();
    outcome.setAside = gone.map(({ id, office }) => ({ office, typed: typed.get(id)?.text.trim() ?? '' }));
    const window = centralWindow(user, round, round.sealed, now);
    if (window === 'closed' || window === 'sealed') return { ...outcome, closed: window };
    if (entries.length === 0) return outcome;
    const framework = await loadFrameworkOf(trx, round);
    const variable = framework.variables.get(variableId);
    if (variable === undefined) throw notFound();
    const { changes, problems, changed } = planLoad(typed, entries, variable);
    if (changed.length > 0) {
      for (const { id, ...present } of await listLastChanges(trx, changed)) outcome.refusals.set(id, present);
    }
    if (problems.size > 0 || (whole && changed.length + gone.length > 0)) return { ...outcome, problems };
    if (changes.length > 0) {
      const standInOfficeId = user.role === 'kpi_office' ? user.officeId : null;
      await writeCentral(trx, { userId: user.id, standInOfficeId, now }, changes);
      const touched = new Set(changes.map(({ entryId }) => entryId));
      const offices = entries.filter(({ id }) => touched.has(id));
      const extent = { changed: new Set([variable.subIndicatorId]) };
      await refreshScores(trx, framework, round, offices, extent);
      await tellBureau(trx, user, { framework, round, variable, entries, changes });
    }
    return { ...outcome, saved: changes.length };
  });
}

/** Offices that a letter names. */
const NAMED = 20;

/** The bureau learns which of its variables the KPI office loaded or corrected in its stead. */
async function tellBureau(
  trx: Transaction,
  by: CurrentUser,
  what: {
    framework: Framework;
    round: LoadRound;
    variable: Variable;
    entries: readonly LockedEntry[];
    changes: readonly CentralChange[];
  },
): Promise<void> {
  const { framework, round, variable, entries, changes } = what;
  const bureauId = actsInSteadOf(by, variable.bureauId);
  const sub = framework.nodes.get(variable.subIndicatorId)?.subIndicator;
  if (bureauId === null || !sub) return;
  const { systemId } = by;
  const receivers = await assigneesForMail(trx, systemId, [{ officeId: bureauId, nodeId: sub.id }]);
  const offices = new Map(entries.map(({ id, office }) => [id, office]));
  const named = changes.slice(0, NAMED).map(({ entryId, after }) => {
    return `${offices.get(entryId)}: ${after === null ? '–' : formatNumber(after)}`;
  });
  const more = changes.length > NAMED ? [`+${changes.length - NAMED}`] : [];
  const userIds = receivers.get(`${bureauId} ${sub.id}`) ?? [];
  const to = { systemId, userIds, groupKey: `central ${round.id} ${variable.id}` };
  const letter = workshopNotice(to, {
    event: 'centralLoaded',
    by: `${by.name} (${by.officeShortName})`,
    round: round.label,
    about: [labelOf(sub), variableLabel(variable), ...named, ...more],
    path: `/central?round=${round.id}&variable=${variable.id}`,
  });
  await notifyAll(trx, [letter]);
}
