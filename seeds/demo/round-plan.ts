import { appliesTo, isDue, sourceIn } from '../../src/framework/rules.ts';
import type { Framework, SubIndicator } from '../../src/framework/types.ts';
import { DAY, officeTime } from './calendar.ts';
import { type Actor, type Cast, deciderOf, loaderOf } from './cast.ts';
import type { Fate } from './fates.ts';
import { type Random, randomOf, weighted } from './random.ts';
import { TOO_HIGH } from './reasons.ts';
import { addEntry, emptyRows, type RoundRows } from './round-rows.ts';
import { type Scenario, sharesOf } from './scenarios.ts';
import { type Shown, shiftOfScreens, shownIn } from './screens.ts';
import { type Beat, beatsOf, type RoundTimes, type Step, stepsOf } from './stories.ts';
import { talkOf } from './talk.ts';
import { draftOf, tenfold, valuesOf } from './values.ts';

/** An office that reports, as the demo knows it. */
export interface DemoOffice {
  id: string;
  code: string;
  type: string;
  listLabel: string;
  username: string;
}

export interface RoundPlan {
  /** Such as `krs 2562 12M`. */
  key: string;
  /** Such as `krs 2562`. */
  year: string;
  scenario: Scenario;
  sequence: number;
  times: RoundTimes;
  /** How far the manuals' dates were shifted, in milliseconds. */
  shift: number;
  framework: Framework;
  offices: readonly DemoOffice[];
  cast: Cast;
  /** The codes of the bureaus by their ids. */
  bureauCodes: ReadonlyMap<string, string>;
  /** The id of an entry, by office and variable. */
  entryId(officeId: string, variableId: string): string;
}

/** Everything that happened to the entries of a round. */
export function planRound(plan: RoundPlan): RoundRows {
  const rows = emptyRows();
  const due = plan.framework.subIndicators.filter((sub) => isDue(sub, plan.scenario.kind));
  for (const office of plan.offices) {
    const sessions = sessionsOf(plan, office);
    for (const sub of due) {
      if (appliesTo(sub, office)) addSubIndicator(rows, plan, { office, sub, sessions });
    }
  }
  return rows;
}

interface Part {
  office: DemoOffice;
  sub: SubIndicator;
  sessions: readonly [number, ...number[]];
}

function addSubIndicator(rows: RoundRows, plan: RoundPlan, part: Part): void {
  const { office, sub } = part;
  const round = plan.key;
  const random = randomOf('story', round, office.code, sub.code);
  const shown = shownIn(round, office, sub.code);
  const central = sub.variables.some((variable) => sourceIn(variable, plan.scenario.kind) === 'central');
  const fate = shown?.fate ?? fateOf(plan, part, central, random);
  // Central data come for all offices at once.
  const timing = central ? randomOf('load', round, sub.code) : random;
  const beats = beatsOf(fate, plan.times, part.sessions, timing);
  if (shown !== undefined) retell(beats, shown, shiftOfScreens(plan));
  const mistyped = plan.scenario.open && !central && shown === undefined && random() < MISTYPED;
  const { first, last } = valuesFor(plan, part, { shown, beats, mistyped });
  // Now and then the certifier has come to one of two variables only.
  const halfway = shown === undefined && random() < HALFWAY;
  for (const [index, variable] of sub.variables.entries()) {
    const told = halfway && index > 0 ? untilCertified(beats) : beats;
    const steps = stepsOf(told, first[index] ?? '', last[index] ?? '', (kind, at) =>
      actorOf(plan, part, variable.bureauId, { kind, at }),
    );
    const id = plan.entryId(office.id, variable.id);
    addEntry(rows, { id, officeId: office.id, variableId: variable.id }, steps);
    rows.said.push(...talkOf({ plan, office, sub, variable, isFirst: index === 0, steps }));
  }
}

const NOT_LOADED = 0.015;
const LOADED_AGAIN = 0.02;
const LEFT_TO_AUDIT = 0.7;
const MISTYPED = 0.008;
const HALFWAY = 0.02;

function fateOf(plan: RoundPlan, { office, sub }: Part, central: boolean, random: Random): Fate {
  const { scenario, bureauCodes } = plan;
  if (central) {
    if (random() < (scenario.notLoaded[sub.code] ?? NOT_LOADED)) return 'missing';
    return random() < LOADED_AGAIN ? 'reloaded' : 'loaded';
  }
  const bureau = bureauCodes.get(sub.variables[0]?.bureauId ?? '') ?? '';
  const fate = weighted(random, sharesOf(plan, office, { code: sub.code, bureau }, random));
  // What waits for an AUDIT score is seldom certified besides.
  const waits = sub.mode === 'audit' && fate === 'certified' && random() < LEFT_TO_AUDIT;
  return waits ? 'pending' : fate;
}

/**
 * What was saved first and last. A mistyped value is refused where somebody looked at it and then put right,
 * otherwise it is still there: far from the last round's.
 */
function valuesFor(
  { year, scenario, sequence }: RoundPlan,
  { office, sub }: Part,
  { shown, beats, mistyped }: { shown: Shown | undefined; beats: Beat[]; mistyped: boolean },
): { first: readonly string[]; last: readonly string[] } {
  const subject = { year, roundKind: scenario.kind, sequence, office, sub };
  const right = shown?.values ?? valuesOf(subject);
  if (!mistyped || sub.variables[0]?.kind !== 'whole') return { first: draftOf(right, sub), last: right };
  for (const beat of beats) if (beat.verb === 'reject') beat.reason = TOO_HIGH;
  const putRight = beats.some(({ verb }) => verb === 'draft' || verb === 'certify');
  const wrong = tenfold(right, sub);
  return { first: wrong, last: putRight ? right : wrong };
}

/** The manual's day and words for the decision. */
function retell(beats: Beat[], shown: Shown, shift: number): void {
  const decidedAt = shown.decidedOn === undefined ? undefined : Date.parse(shown.decidedOn) + shift;
  for (const beat of beats) {
    const isDecision = DECISIONS.includes(beat.verb);
    if (isDecision && beat.verb !== 'certify') beat.reason = shown.reason ?? beat.reason;
    if (decidedAt === undefined) continue;
    beat.at = isDecision ? decidedAt : Math.min(beat.at, decidedAt - DAY);
  }
}

const DECISIONS: readonly Beat['verb'][] = ['reject', 'rejectMissing', 'certify'];

function untilCertified(beats: readonly Beat[]): readonly Beat[] {
  const certified = beats.findIndex(({ verb }) => verb === 'certify');
  return certified < 0 ? beats : beats.slice(0, certified);
}

const BY_OFFICE: readonly Step['kind'][] = ['save', 'clear', 'resubmit'];

function actorOf(
  { cast, year }: RoundPlan,
  { office, sub }: Part,
  bureauId: string,
  step: Pick<Step, 'kind' | 'at'>,
): Actor {
  if (BY_OFFICE.includes(step.kind)) {
    return { userId: cast.reporter(office.username, year, sub.code), onBehalfOf: null };
  }
  if (step.kind === 'central') return loaderOf(cast, bureauId);
  // The same person for all variables that are decided together.
  return deciderOf(cast, bureauId, randomOf('decider', office.code, sub.code, step.at));
}

/** When an office sat down at its page: a few times between the opening and the close, or today. */
function sessionsOf({ key, times }: RoundPlan, office: DemoOffice): [number, ...number[]] {
  const random = randomOf('sessions', key, office.code);
  const latest = Math.min(times.closes, times.today) - DAY;
  const session = () => officeTime(random, times.opens + DAY, latest);
  return [session(), session(), session(), session()];
}
