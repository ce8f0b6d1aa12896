import type { FunctionNode, MathNode, OperatorNode } from 'mathjs';
import { isDecimal } from '../lib/decimal.ts';
import { RESULT_PLACES } from './criteria.ts';
import { formulaName } from './formula.ts';
import { parseTree } from './formula-compiler.ts';
import {
  add,
  divide,
  type Fraction,
  isLess,
  isOne,
  multiply,
  negate,
  scaleFraction,
  shortest,
  toFraction,
} from './fraction.ts';
import type { Direction, Level } from './types.ts';

/** Between which values a variable lies. */
export interface Limits {
  min: string;
  max: string;
}

/** Between which values the results of a formula lie, whatever its variables are; null: there is no such limit. */
export interface FormulaBounds {
  /** Rounded half-up to 15 decimals, as results are. */
  low: string | null;
  high: string | null;
  /** What is divided by and may be 0, as written. */
  zeroDivisors: string[];
  /** What is divided by and never is anything but 0: there is no result, whatever is reported. */
  alwaysZero: string[];
}

/** Null: without end. */
interface Range {
  low: Fraction | null;
  high: Fraction | null;
}

interface Reading {
  limits: ReadonlyMap<string, Range>;
  zeroDivisors: Set<string>;
  alwaysZero: Set<string>;
}

const ZERO: Fraction = { n: 0n, d: 1n };
const ANYTHING: Range = { low: null, high: null };

/**
 * Interval arithmetic over a formula that `parseFormula` accepts: the true limits lie within, or are, the ones
 * answered. `limits` by the variables' codes; null where one of its variables has none.
 */
export function formulaBounds(text: string, limits: ReadonlyMap<string, Limits>): FormulaBounds | null {
  const named = new Map<string, Range>();
  for (const [code, { min, max }] of limits) {
    const [low, high] = [toFraction(min), toFraction(max)];
    if (isLess(high, low)) return null;
    named.set(formulaName(code) ?? '', { low, high });
  }
  const reading: Reading = { limits: named, zeroDivisors: new Set(), alwaysZero: new Set() };
  const range = rangeOf(parseTree(text), reading);
  if (range === null) return null;
  const plain = (limit: Fraction | null) =>
    limit === null ? null : shortest(scaleFraction(limit, RESULT_PLACES), RESULT_PLACES);
  return {
    low: plain(range.low),
    high: plain(range.high),
    zeroDivisors: [...reading.zeroDivisors],
    alwaysZero: [...reading.alwaysZero],
  };
}

/** The stated levels that no result within the bounds reaches; level 1 is given below all of them, too. */
export function unreachableLevels(
  levels: readonly (string | null)[],
  direction: Direction,
  { low, high }: Pick<FormulaBounds, 'low' | 'high'>,
): Level[] {
  const best = direction === 'more' ? high : low;
  if (best === null) return [];
  const limit = toFraction(best);
  return ([2, 3, 4, 5] as const).filter((level) => {
    const text = levels[level - 1];
    if (text === null || text === undefined || !isDecimal(text)) return false;
    const needed = toFraction(text);
    return direction === 'more' ? isLess(limit, needed) : isLess(needed, limit);
  });
}

function rangeOf(node: MathNode, reading: Reading): Range | null {
  switch (node.type) {
    case 'ConstantNode': {
      const value = toFraction((node as MathNode & { value: { toFixed(): string } }).value.toFixed());
      return { low: value, high: value };
    }
    case 'SymbolNode':
      return reading.limits.get((node as MathNode & { name: string }).name) ?? null;
    case 'ParenthesisNode':
      return rangeOf((node as MathNode & { content: MathNode }).content, reading);
    case 'OperatorNode':
      return rangeOfOperator(node as OperatorNode, reading);
    case 'FunctionNode':
      return rangeOfCall(node as FunctionNode, reading);
    default:
      return null;
  }
}

function rangeOfOperator(node: OperatorNode, reading: Reading): Range | null {
  const ranges = (node.args as MathNode[]).map((arg) => rangeOf(arg, reading));
  const [left, right] = ranges;
  if (!left || right === null) return null;
  if (right === undefined) return node.op === '-' ? negated(left) : left;
  if (node.op === '+') return plus(left, right);
  if (node.op === '-') return plus(left, negated(right));
  if (node.op === '*') return times(left, right);
  if (isSurelyZero(right)) reading.alwaysZero.add(divisorText(node));
  else if (mayBeZero(right)) reading.zeroDivisors.add(divisorText(node));
  return times(left, reciprocal(right));
}

function divisorText(node: OperatorNode): string {
  const divisor = node.args[1] as MathNode & { content?: MathNode };
  return (divisor.content ?? divisor).toString();
}

function rangeOfCall(node: FunctionNode, reading: Reading): Range | null {
  const args: Range[] = [];
  for (const arg of node.args) {
    const range = rangeOf(arg, reading);
    if (range === null) return null;
    args.push(range);
  }
  const { name } = node.fn as MathNode & { name?: string };
  const sum = args.reduce(plus);
  const size = whole(args.length);
  if (name === 'sum') return sum;
  if (name === 'avg') return times(sum, { low: divide(whole(1), size), high: divide(whole(1), size) });
  if (name === 'min') return negated(args.map(negated).reduce(highest));
  if (name === 'max') return args.reduce(highest);
  const [sure, possible] = [args.map(isSurelyOne), args.map(mayBeOne)];
  if (name === 'count') return between(sure.filter(Boolean).length, possible.filter(Boolean).length);
  return between(runOf(sure), runOf(possible));
}

function runOf(ones: readonly boolean[]): number {
  const gap = ones.indexOf(false);
  return gap < 0 ? ones.length : gap;
}

function between(low: number, high: number): Range {
  return { low: whole(low), high: whole(high) };
}

function whole(value: number): Fraction {
  return { n: BigInt(value), d: 1n };
}

function plus(a: Range, b: Range): Range {
  return {
    low: a.low && b.low && add(a.low, b.low),
    high: a.high && b.high && add(a.high, b.high),
  };
}

function negated({ low, high }: Range): Range {
  return { low: high && negate(high), high: low && negate(low) };
}

function highest(a: Range, b: Range): Range {
  const larger = (x: Fraction, y: Fraction) => (isLess(x, y) ? y : x);
  return {
    low: a.low === null ? b.low : b.low === null ? a.low : larger(a.low, b.low),
    high: a.high && b.high && larger(a.high, b.high),
  };
}

function times(a: Range, b: Range): Range {
  if (a.low && a.high && b.low && b.high) {
    const products = [a.low, a.high].flatMap((x) => [b.low, b.high].map((y) => multiply(x, y ?? ZERO)));
    return {
      low: products.reduce((best, x) => (isLess(x, best) ? x : best)),
      high: products.reduce((best, x) => (isLess(best, x) ? x : best)),
    };
  }
  // without end, but on the one side of 0
  const isPositive = (x: Range) => x.low !== null && !isLess(x.low, ZERO);
  return a.low && b.low && isPositive(a) && isPositive(b)
    ? { low: multiply(a.low, b.low), high: null }
    : ANYTHING;
}

/** Of what is not 0. */
function reciprocal({ low, high }: Range): Range {
  const one = whole(1);
  if (low && isLess(ZERO, low)) return { low: high ? divide(one, high) : ZERO, high: divide(one, low) };
  if (high && isLess(high, ZERO)) return { low: divide(one, high), high: low ? divide(one, low) : ZERO };
  if (low && low.n === 0n) return { low: high && high.n !== 0n ? divide(one, high) : ZERO, high: null };
  return ANYTHING;
}

function mayBeZero({ low, high }: Range): boolean {
  return (low === null || !isLess(ZERO, low)) && (high === null || !isLess(high, ZERO));
}

function isSurelyZero({ low, high }: Range): boolean {
  return low?.n === 0n && high?.n === 0n;
}

function isSurelyOne({ low, high }: Range): boolean {
  return low !== null && high !== null && isOne(low) && isOne(high);
}

function mayBeOne({ low, high }: Range): boolean {
  const one = whole(1);
  return (low === null || !isLess(one, low)) && (high === null || !isLess(high, one));
}
