import { criteriaFor } from '../../src/framework/rules.ts';
import type { SubIndicator } from '../../src/framework/types.ts';
import type { Levels } from '../../src/scoring/index.ts';
import { denominatorsOf } from './measures.ts';
import { around, type Random, randomOf, remembered } from './random.ts';

/** What values are made for: one sub-indicator of one office in one round. */
export interface Subject {
  /** Such as `krs 2562`. */
  year: string;
  roundKind: string;
  sequence: number;
  office: { code: string; type: string };
  sub: SubIndicator;
}

/**
 * The values of the sub-indicator's variables, in their order. Results spread over the levels of the criteria:
 * an office has its strength, and its own with each sub-indicator, that it keeps from round to round.
 */
export function valuesOf(subject: Subject): string[] {
  const { year, office, sub } = subject;
  // What is measured once a year stays what it was (manual KRS 2559, R149).
  const once = sub.variables.every((variable) => variable.carryOver);
  const sequence = once ? 1 : subject.sequence;
  const random = randomOf('value', year, sequence, office.code, sub.code);
  const levelReached = performance(subject, sequence, random);
  const target = valueAt(criteriaFor(sub, subject.roundKind), levelReached);
  return shapeOf(sub)({ target, levelReached, denominators: () => denominators(subject, random), random });
}

/**
 * The same values as somebody mistypes them, one digit too many in every number: far from the last round's,
 * and still no contradiction.
 */
export function tenfold(values: readonly string[], sub: SubIndicator): string[] {
  const larger = values.map((value) => String(Number(value) * 10));
  return larger.every((value, index) => Number(value) <= Number(sub.variables[index]?.max))
    ? larger
    : [...values];
}

/** What was saved before somebody corrected it: a first value a little lower, or the opposite answer. */
export function draftOf(values: readonly string[], sub: SubIndicator): string[] {
  return values.map((value, index) => {
    const variable = sub.variables[index];
    if (index > 0 || variable === undefined) return value;
    if (variable.kind === 'yes_no') return value === '1' ? '0' : '1';
    const lower = Number(value) * 0.9;
    const draft = variable.kind === 'whole' ? String(Math.floor(lower)) : lower.toFixed(2);
    return Number(draft) < Number(variable.min) ? value : draft;
  });
}

interface Wanted {
  /** The result that is wanted. */
  target: number;
  /** The same on the scale of the levels, 0.4 … 5.6. */
  levelReached: number;
  denominators: () => number[];
  random: Random;
}

type Shape = (wanted: Wanted) => string[];

/** How values are made so that the formula yields the wanted result. */
function shapeOf(sub: SubIndicator): Shape {
  const { formula, variables } = sub;
  const [first] = variables;
  if (first === undefined) throw new Error(`Sub-indicator ${sub.code} has no variables`);
  if (formula.startsWith('(a - b) / a')) return saving;
  if (formula.includes(' / ')) return first.decimals > 0 ? sharesOfMoney : shares;
  if (formula.startsWith('steps')) return (wanted) => steps(wanted, variables.length);
  if (formula.startsWith('count')) return (wanted) => checklist(wanted, variables.length);
  if (first.kind === 'yes_no') return ({ levelReached }) => [levelReached > 1.6 ? '1' : '0'];
  if (first.kind === 'level') return first.unit === 'คะแนน' ? meanOfAnswers : level;
  const { decimals, max } = first;
  return ({ target }) => [Math.min(Math.max(target, 0), Number(max)).toFixed(decimals)];
}

function shares({ target, denominators: counts }: Wanted): string[] {
  return counts().flatMap((count) => [String(partOf(count, target)), String(count)]);
}

function sharesOfMoney({ target, denominators: amounts }: Wanted): string[] {
  return amounts().flatMap((amount) => [(partOf(amount * 100, target) / 100).toFixed(2), amount.toFixed(2)]);
}

function saving({ target, denominators: consumptions, random }: Wanted): string[] {
  return consumptions().flatMap((consumption) => {
    const before = consumption + random();
    return [before.toFixed(2), (before * (1 - target / 100)).toFixed(2)];
  });
}

function steps({ levelReached, random }: Wanted, count: number): string[] {
  const done = Math.round(Math.min(Math.max(levelReached, 0), count));
  const values = Array.from({ length: count }, (_, index) => (index < done ? '1' : '0'));
  // Somebody did a later step before an earlier one: the run is broken.
  if (done > 1 && done < count && random() < 0.2) values[done] = '0';
  if (done > 1 && done < count - 1 && random() < 0.1) values[done + 1] = '1';
  return values;
}

function checklist({ levelReached }: Wanted, count: number): string[] {
  return Array.from({ length: count }, (_, index) => (levelReached > 1.5 + index ? '1' : '0'));
}

function level({ levelReached, random }: Wanted): string[] {
  const rounded = random() < 0.7 ? Math.round(levelReached) : Math.round(levelReached * 4) / 4;
  return [String(Math.min(Math.max(rounded, 1), 5))];
}

function meanOfAnswers({ levelReached }: Wanted): string[] {
  return [Math.min(Math.max(levelReached, 1), 5).toFixed(2)];
}

function partOf(count: number, percent: number): number {
  return Math.round((count * Math.min(Math.max(percent, 0), 100)) / 100);
}

function denominators({ year, sequence, office, sub }: Subject, random: Random): number[] {
  const counts = denominatorsOf(`${year} ${sub.code}`, office);
  // People come and go, schools stay.
  const moves = sequence > 1 && sub.variables[0]?.unit === 'คน';
  return counts.map((count) => (moves ? Math.max(1, Math.round(count * around(random, 1, 0.01))) : count));
}

const strengthOf = remembered((office) => around(randomOf('strength', office), 0, 0.5));
const difficultyOf = remembered((subIndicator) => around(randomOf('difficulty', subIndicator), 3.7, 0.4));

function performance({ year, office, sub }: Subject, sequence: number, random: Random): number {
  const usual = strengthOf(office.code) + difficultyOf(`${year} ${sub.code}`);
  const own = around(randomOf('own', year, office.code, sub.code), 0, 0.8);
  const progress = 0.2 * (sequence - 1) + around(random, 0, 0.2);
  return Math.min(Math.max(usual + own + progress, 0.4), 5.6);
}

/** The result that reaches this level, between the stated levels and a little beyond both ends. */
function valueAt(levels: Levels, reached: number): number {
  const stated = levels.flatMap((value, index) =>
    value === null ? [] : [{ level: index + 1, value: Number(value) }],
  );
  const at = stated.findIndex(({ level }) => level > reached);
  const upper = at < 0 ? stated.length - 1 : Math.max(at, 1);
  const from = stated[upper - 1];
  const to = stated[upper];
  if (from === undefined || to === undefined) throw new Error('Criteria state at least levels 1 and 5');
  return from.value + ((to.value - from.value) * (reached - from.level)) / (to.level - from.level);
}
