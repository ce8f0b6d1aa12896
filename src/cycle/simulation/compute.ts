import { toScoring } from '../../framework/rules.ts';
import type { Framework } from '../../framework/types.ts';
import { divideHalfUp, fromScaled, toScaled } from '../../lib/decimal.ts';
import {
  type EntryFact,
  type EntryStatus,
  type Part,
  SCORE_PLACES,
  scoreOffice,
  type Totals,
  WEIGHT_PLACES,
} from '../../scoring/index.ts';
import { type Mapping, mapFrameworks } from './mapping.ts';
import {
  type Change,
  type Effect,
  MEASURES,
  type Measure,
  type OfficeValues,
  type Simulated,
  type SimulatedOffice,
  type SimulationInput,
} from './types.ts';

/** How many of those who gain, and of those who lose most, are explained; and by how many sub-indicators. */
export const EXPLAINED = 10;
const REASONS = 5;
const EFFECT_PLACES = 8;

interface Scored {
  before: Totals;
  after: Totals;
}

/**
 * Scores all offices before and after, by the rules that store scores (Scores 1–8); nothing is read or written.
 * `progress` is told how many offices are done.
 */
export function simulate(input: SimulationInput, progress: (done: number) => void = () => {}): Simulated {
  const { before, roundKind, offices } = input;
  const mapping = mapFrameworks(before, input.after, roundKind);
  const after = input.leaveOut ? withoutUnmapped(input.after, mapping) : input.after;
  const scored = offices.map((office, index): Scored => {
    progress(index);
    return scoreTwice({ ...input, after }, mapping, office);
  });
  const simulated = offices.map(({ name }, index): SimulatedOffice => {
    const one = scored[index];
    return { name, self: changeOf(one, 'self'), certified: changeOf(one, 'certified') };
  });
  const names = namesOf(before, after);
  for (const measure of MEASURES) {
    for (const index of moversOf(simulated, measure)) {
      const [office, one] = [simulated[index], scored[index]];
      if (office === undefined || one === undefined) continue;
      office.why = { ...office.why, [measure]: effectsOf(one, measure, mapping, names) };
    }
  }
  progress(offices.length);
  return { offices: simulated, unmapped: mapping.unmapped, dropped: mapping.dropped };
}

/** Scoring goes by the list of sub-indicators; the tree may know more of them. */
function withoutUnmapped(framework: Framework, { unmapped }: Mapping): Framework {
  const codes = new Set(unmapped.map(({ subIndicator }) => subIndicator));
  return { ...framework, subIndicators: framework.subIndicators.filter(({ code }) => !codes.has(code)) };
}

function scoreTwice(
  { before, after, roundKind }: SimulationInput,
  { variables, subIndicators }: Mapping,
  { id, type, entries, audits }: OfficeValues,
): Scored {
  const read = JSON.parse(entries) as [string, string | null, EntryStatus, boolean][];
  const all = new Map<string, EntryFact>();
  const present = new Map<string, EntryFact>();
  for (const [variable, value, status, isSetAside] of read) {
    const fact = { value, status };
    all.set(variable, fact);
    if (!isSetAside) present.set(variable, fact);
  }
  const given = new Map(JSON.parse(audits) as [string, string][]);
  const office = { id, type };
  // what was set aside comes back where it is in scope again
  return {
    before: scoreOffice(toScoring(before, roundKind, office), present, given).total,
    after: scoreOffice(
      toScoring(after, roundKind, office),
      translated(variables, all),
      translated(subIndicators, given),
    ).total,
  };
}

function translated<Value>(
  ids: ReadonlyMap<string, string>,
  values: ReadonlyMap<string, Value>,
): Map<string, Value> {
  const result = new Map<string, Value>();
  for (const [id, source] of ids) {
    const value = values.get(source);
    if (value !== undefined) result.set(id, value);
  }
  return result;
}

function changeOf(scored: Scored | undefined, measure: Measure): Change {
  const score = (totals: Totals | undefined) =>
    (measure === 'self' ? totals?.selfAssessed : totals?.certified) ?? null;
  return [score(scored?.before), score(scored?.after)];
}

/** By how much a score rises or falls, in ten-thousandths; null where there is none before or after. */
export function rise([before, after]: Change): bigint | null {
  if (before === null || after === null) return null;
  return toScaled(after, SCORE_PLACES) - toScaled(before, SCORE_PLACES);
}

/** The places in the list of those who gain most, and of those who lose most. */
function moversOf(offices: readonly SimulatedOffice[], measure: Measure): number[] {
  const moved = offices.flatMap((office, index) => {
    const by = rise(office[measure]);
    return by === null || by === 0n ? [] : [{ index, by }];
  });
  moved.sort((a, b) => Number(b.by - a.by));
  const gained = moved.filter(({ by }) => by > 0n).slice(0, EXPLAINED);
  const lost = moved.filter(({ by }) => by < 0n).slice(-EXPLAINED);
  return [...gained, ...lost].map(({ index }) => index);
}

type Names = ReadonlyMap<string, string>;

function namesOf(...frameworks: Framework[]): Names {
  return new Map(frameworks.flatMap((one) => one.subIndicators.map(({ id, name }) => [id, name] as const)));
}

/** Each sub-indicator's share of the change of the total: what w·s/Σw became. */
function effectsOf({ before, after }: Scored, measure: Measure, mapping: Mapping, names: Names): Effect[] {
  const old = new Map(before.parts.map((part) => [part.subIndicatorId, part]));
  const pairs: [Part | undefined, Part | undefined][] = after.parts.map((part) => {
    const source = mapping.subIndicators.get(part.subIndicatorId) ?? '';
    const was = old.get(source);
    old.delete(source);
    return [was, part];
  });
  for (const gone of old.values()) pairs.push([gone, undefined]);
  const effects = pairs.map(([was, is]) => {
    const by = shareOf(is, after, measure) - shareOf(was, before, measure);
    const { code = '', subIndicatorId = '' } = is ?? was ?? {};
    const score = (part: Part | undefined) =>
      (measure === 'self' ? part?.selfAssessed : part?.certified) ?? null;
    return {
      ...{ code, name: names.get(subIndicatorId) ?? '', size: by < 0n ? -by : by },
      score: [score(was), score(is)] as const,
      weight: [was?.weight ?? null, is?.weight ?? null] as const,
      effect: fromScaled(divideHalfUp(by, 10n ** BigInt(EFFECT_PLACES - SCORE_PLACES)), SCORE_PLACES),
    };
  });
  return effects
    .filter(({ size }) => size > 0n)
    .sort((a, b) => Number(b.size - a.size))
    .slice(0, REASONS)
    .map(({ size: _, ...effect }) => effect);
}

/** w·s/Σw, scaled by 10^8. */
function shareOf(part: Part | undefined, { weight }: Totals, measure: Measure): bigint {
  if (part === undefined || weight === null) return 0n;
  const score = measure === 'self' ? part.selfAssessed : part.certified;
  const product = toScaled(part.weight, WEIGHT_PLACES) * toScaled(score, SCORE_PLACES);
  return divideHalfUp(product * 10n ** BigInt(EFFECT_PLACES - SCORE_PLACES), toScaled(weight, WEIGHT_PLACES));
}
