import type { Queryable } from '../db/database.ts';
import { loadFrameworkOf } from '../framework/queries.ts';
import { subIndicatorsOf } from '../framework/rules.ts';
import type { Framework } from '../framework/types.ts';
import type { AppContext } from '../http/context.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { notFound } from '../lib/errors.ts';
import { lockOwnRound } from '../rounds/queries.ts';
import { storeChangedScores } from '../scores/actions.ts';
import type { Facts } from '../scoring/index.ts';
import { listEntriesForSave, listLastSaves, listSetAside, writeChanges } from './queries.ts';
import { planSave, splitForm, unknownTo } from './rules.ts';
import type { EntryChange, EntryForm, SavedEntry, SaveOutcome } from './types.ts';

/**
 * Saves a whole entry form: values, history and scores in one transaction and a constant number of statements
 * (manual KRS 2558, R81–R82). With an unreadable value nothing is saved; values that may not be applied are
 * left out and told, and so are those of variables that a revision took out of the round meanwhile. Throws notFound
 * when an entry is not of the person's office and round.
 */
export async function saveEntries(
  { db, clock }: AppContext,
  user: CurrentUser,
  roundId: string,
  form: EntryForm,
): Promise<SaveOutcome> {
  return db.transaction(async (trx) => {
    const { systemId, officeId, officeType } = user;
    const now = clock();
    // one packet, in this order: the entries are read under the lock
    const [round, entries] = await Promise.all([
      lockOwnRound(trx, { roundId, systemId, officeId }),
      listEntriesForSave(trx, { roundId, officeId, userId: user.id, now }),
    ]);
    if (round === undefined) throw notFound();
    const framework = await loadFrameworkOf(trx, round);
    // nothing is asked in the ordinary case: all entries of the form are there
    const unknown = unknownTo(entries, form);
    const gone = unknown.length === 0 ? [] : await listSetAside(trx, { roundId, officeId, ids: unknown });
    const { rest, setAside } = splitForm(form, gone);
    const { changes, ...planned } = planSave(rest, entries, framework, round, now);
    const outcome = { ...planned, setAside };
    if (outcome.problems.size > 0) return { ...outcome, saved: 0, resubmitted: false };
    if (changes.length > 0) {
      const office = {
        officeId,
        officeType,
        entries: factsAfter(entries, changes),
        audits: auditsOf(framework, entries),
      };
      const changed = changedSubIndicators(framework, entries, changes);
      await writeChanges(trx, changes, user.id, now);
      await storeChangedScores(trx, framework, round, office, changed);
    }
    await nameWhoChanged(trx, outcome);
    return outcome;
  });
}

function auditsOf(framework: Framework, entries: readonly SavedEntry[]): Map<string, string> {
  const audits = new Map<string, string>();
  for (const { variableId, audit } of entries) {
    const variable = audit === null ? undefined : framework.variables.get(variableId);
    if (variable !== undefined && audit !== null) audits.set(variable.subIndicatorId, audit);
  }
  return audits;
}

function changedSubIndicators(
  framework: Framework,
  entries: readonly SavedEntry[],
  changes: readonly EntryChange[],
): Set<string> {
  const changed = new Set(changes.map((change) => change.entryId));
  const variables = entries.filter(({ id }) => changed.has(id)).map(({ variableId }) => variableId);
  return subIndicatorsOf(framework, variables);
}

/** The office's entries as they stand once the changes are written; they need not be read again. */
function factsAfter(entries: readonly SavedEntry[], changes: readonly EntryChange[]): Facts {
  const changed = new Map(changes.map((change) => [change.entryId, change]));
  return new Map(
    entries.map(({ id, variableId, value, status }) => {
      const change = changed.get(id);
      return [
        variableId,
        change ? { value: change.valueAfter, status: change.statusAfter } : { value, status },
      ];
    }),
  );
}

/** Says of values that somebody else saved meanwhile, who and when. */
async function nameWhoChanged(trx: Queryable, { refusals }: SaveOutcome): Promise<void> {
  const ids = [...refusals].filter(([, refusal]) => refusal.kind === 'changedMeanwhile').map(([id]) => id);
  if (ids.length === 0) return;
  const saves = await listLastSaves(trx, ids);
  for (const id of ids) {
    const refusal = refusals.get(id);
    if (refusal?.kind === 'changedMeanwhile') refusals.set(id, { ...refusal, ...saves.get(id) });
  }
}
