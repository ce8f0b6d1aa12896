import type { TypedValue, ValueProblem } from '../../entries/types.ts';
import { loadFrameworkOf } from '../../framework/queries.ts';
import { labelOf, variableLabel } from '../../framework/rules.ts';
import type { Framework, SubIndicator, Variable } from '../../framework/types.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { roundsFor } from '../../rounds/queries.ts';
import { askedRound, previousRound } from '../../rounds/rules.ts';
import type { Round } from '../../rounds/types.ts';
import { actsInSteadOf } from '../../threads/rules.ts';
import { bureausOf } from '../choice.ts';
import { reachOf } from '../rules.ts';
import type { CentralQuery, Shown } from './forms.ts';
import { countCentral, listCentral } from './queries.ts';
import { centralWindow } from './rules.ts';
import type { CentralCount, CentralEntry, CentralWindow, ChangedMeanwhile, LoadOutcome } from './types.ts';

/** A variable in the list of all central ones. */
export interface CentralOption {
  variable: Variable;
  label: string;
  count: CentralCount;
}

export interface CentralPage {
  round: Round | undefined;
  rounds: Round[];
  /** By sub-indicator, in the framework's order. */
  groups: { label: string; options: CentralOption[] }[];
  bureaus: { id: string; name: string }[];
  chosen: ChosenCentral | undefined;
}

export interface ChosenCentral {
  round: Round;
  variable: Variable;
  subIndicator: SubIndicator;
  label: string;
  bureau: string;
  /** The page acts in this bureau's stead. */
  inSteadOf: string | null;
  window: CentralWindow;
  /** Of all offices, in Thai order. */
  entries: CentralEntry[];
  filled: number;
}

/**
 * บันทึกข้อมูลส่วนกลาง: the central variables within reach, and the offices of the chosen one. Throws notFound; with
 * `mayBeGone` none is chosen where the variable is not central any more.
 */
export async function loadCentralPage(
  { db, clock }: AppContext,
  user: CurrentUser,
  query: Pick<CentralQuery, 'round' | 'variable'>,
  { mayBeGone = false } = {},
): Promise<CentralPage> {
  const now = clock();
  const rounds = await roundsFor(db, user, now);
  const round = askedRound(rounds, query.round, now);
  if (round === undefined) return { round, rounds, groups: [], bureaus: [], chosen: undefined };
  const framework = await loadFrameworkOf(db, round);
  const reach = { systemId: user.systemId, bureauId: reachOf(user) };
  const counts = await countCentral(db, reach, round.id);
  const groups = groupsOf(framework, counts);
  const option = groups
    .flatMap(({ options }) => options)
    .find(({ variable }) => variable.id === query.variable);
  if (query.variable !== undefined && option === undefined && !mayBeGone) throw notFound();
  const page = { round, rounds, groups, bureaus: bureausOf(counts), chosen: undefined };
  const sub = framework.subIndicators.find(({ id }) => id === option?.variable.subIndicatorId);
  if (option === undefined || sub === undefined) return page;
  const { variable, label, count } = option;
  const last = previousRound(round, rounds);
  const entries = await listCentral(db, {
    roundId: round.id,
    variableId: variable.id,
    lastRoundId: last?.id ?? null,
    lastVariableId: last?.frameworkId === round.frameworkId ? variable.id : variable.copiedFromId,
  });
  const sealed = entries.some((entry) => entry.sealed);
  const chosen = {
    round,
    variable,
    subIndicator: sub,
    label,
    bureau: count.bureau,
    inSteadOf: actsInSteadOf(user, count.bureauId) === null ? null : count.bureau,
    window: centralWindow(user, round, sealed, now),
    entries,
    filled: entries.filter(({ value }) => value !== null).length,
  };
  return { ...page, chosen };
}

function groupsOf(framework: Framework, counts: readonly CentralCount[]): CentralPage['groups'] {
  const byVariable = new Map(counts.map((count) => [count.variableId, count]));
  return framework.subIndicators
    .map((sub) => ({
      label: labelOf(sub),
      options: sub.variables.flatMap((variable) => {
        const count = byVariable.get(variable.id);
        return count === undefined ? [] : [{ variable, label: variableLabel(variable), count }];
      }),
    }))
    .filter(({ options }) => options.length > 0);
}

/** One office of the page: what stands in its box, over which version, and what is wrong with it. */
export interface CentralRow {
  entry: CentralEntry;
  text: string;
  base: string;
  problem: ValueProblem | null;
  refusal: ChangedMeanwhile | null;
}

/**
 * The offices that the page shows, those with something typed and not stored among them. What was typed keeps the
 * version it was typed over, unless the page has told that somebody changed it.
 */
export function centralRows(
  entries: readonly CentralEntry[],
  show: Shown,
  answer?: { typed: ReadonlyMap<string, TypedValue>; outcome: LoadOutcome },
): CentralRow[] {
  return entries.flatMap((entry) => {
    const fresh = { text: entry.value ?? '', base: `${entry.version}:${entry.value ?? ''}` };
    const typed = answer?.typed.get(entry.id);
    const problem = answer?.outcome.problems.get(entry.id) ?? null;
    const refusal = answer?.outcome.refusals.get(entry.id) ?? null;
    const isOpen =
      typed !== undefined && typed.text.trim() !== (typed.baseValue ?? '') && typed.text !== entry.value;
    const hidden = show !== 'all' && (show === 'missing') !== (entry.value === null);
    if (hidden && !isOpen) return [];
    if (typed === undefined || !isOpen) return [{ entry, ...fresh, problem, refusal }];
    const base = refusal === null ? `${typed.baseVersion}:${typed.baseValue ?? ''}` : fresh.base;
    return [{ entry, text: typed.text, base, problem, refusal }];
  });
}
