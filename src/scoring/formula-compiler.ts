import { createRequire } from 'node:module';
import type { ConfigOptions, FunctionNode, MathNode, OperatorNode } from 'mathjs';
import { isDecimal } from '../lib/decimal.ts';
import { FormulaError } from './formula-error.ts';
import {
  add,
  divide,
  type Fraction,
  isLess,
  isOne,
  multiply,
  NOTHING,
  negate,
  subtract,
  toFraction,
} from './fraction.ts';

// The package's single-file build loads in a tenth of the time of its 1,500 modules, and `require` spares it the
// scan for named exports. Its `create` takes only the configuration: the functions are bound already, and lazy.
const { create } = createRequire(import.meta.url)('mathjs/lib/browser/math.js') as {
  create: (config: ConfigOptions) => { parse: (text: string) => MathNode };
};
// BigNumber keeps a number in the formula as it is written.
const parser = create({ number: 'BigNumber' });

const MAX_NESTING = 20;

type Evaluate = (values: readonly Fraction[]) => Fraction;
type Binary = (a: Fraction, b: Fraction) => Fraction;

export interface CompiledFormula {
  /** Variables as written in the formula, in the order of their first use; `evaluate` takes its values so. */
  names: readonly string[];
  /** Exactly `x / y * 100` with two different variables. */
  isRatio: boolean;
  evaluate: Evaluate;
}

const OPERATORS: ReadonlyMap<string, Binary> = new Map([
  ['+', add],
  ['-', subtract],
  ['*', multiply],
  ['/', divide],
]);

const FUNCTIONS: ReadonlyMap<string, (args: readonly Fraction[]) => Fraction> = new Map([
  ['sum', sum],
  ['avg', (args) => divide(sum(args), whole(args.length))],
  ['min', (args) => args.reduce((best, x) => (isLess(x, best) ? x : best))],
  ['max', (args) => args.reduce((best, x) => (isLess(best, x) ? x : best))],
  ['count', (args) => whole(args.filter(isOne).length)],
  ['steps', (args) => whole(unbrokenRun(args))],
]);

export const FUNCTION_NAMES: readonly string[] = [...FUNCTIONS.keys()];

/**
 * Parses the text and turns the tree into a function, node by node: a node that is not listed here is refused,
 * and what the parser's library could evaluate itself is never used. Throws FormulaError.
 */
export function compileFormula(text: string): CompiledFormula {
  const tree = parseTree(text);
  const names: string[] = [];
  const evaluate = compileNode(tree, 0, names);
  return { names, isRatio: names.length === 2 && /^\w+ \/ \w+ \* 100$/.test(tree.toString()), evaluate };
}

/** The tree of a formula as the parser reads it, with whatever stands in it. Throws FormulaError. */
export function parseTree(text: string): MathNode {
  checkText(text);
  return parse(text);
}

/** Before the parser sees it: letters, digits and signs that a formula can have, and no deep nesting. */
function checkText(text: string): void {
  if (text.trim() === '') throw new FormulaError('empty');
  const strange = /[^A-Za-z0-9_.+\-*/(), ]/u.exec(text);
  if (strange) throw new FormulaError('forbidden_character', strange[0]);
  const number = /(?<![A-Za-z0-9_.])[\d.]+[A-Za-z_]\w*/.exec(text);
  if (number) throw new FormulaError('forbidden_number', number[0]);
  let open = 0;
  for (const character of text) {
    if (character === '(') open += 1;
    if (character === ')') open -= 1;
    if (open > MAX_NESTING) throw new FormulaError('too_deep');
  }
}

function parse(text: string): MathNode {
  try {
    return parser.parse(text);
  } catch (error) {
    throw new FormulaError('syntax', error instanceof Error ? error.message : null);
  }
}

/** `depth` counts parentheses, calls and signs; a chain of `a + b + c` is not nested. */
function compileNode(node: MathNode, depth: number, names: string[]): Evaluate {
  if (depth > MAX_NESTING) throw new FormulaError('too_deep');
  switch (node.type) {
    case 'ConstantNode':
      return compileConstant(node);
    case 'SymbolNode':
      return compileVariable(node, names);
    case 'ParenthesisNode':
      return compileNode((node as MathNode & { content: MathNode }).content, depth + 1, names);
    case 'OperatorNode':
      return compileOperator(node as OperatorNode, depth, names);
    case 'FunctionNode':
      return compileCall(node as FunctionNode, depth, names);
    default:
      throw new FormulaError('forbidden_node', node.type);
  }
}

function compileConstant(node: MathNode): Evaluate {
  const { value } = node as MathNode & { value: unknown };
  // true, null and undefined are constants to the parser; NaN and Infinity are BigNumbers.
  const text =
    typeof value === 'object' && value !== null ? (value as { toFixed: () => string }).toFixed() : '';
  if (!isDecimal(text)) throw new FormulaError('forbidden_node', String(value));
  const constant = toFraction(text);
  return () => constant;
}

function compileVariable(node: MathNode, names: string[]): Evaluate {
  const { name } = node as MathNode & { name: string };
  const known = names.indexOf(name);
  const index = known < 0 ? names.push(name) - 1 : known;
  return (values) => values[index] ?? NOTHING;
}

function compileOperator(node: OperatorNode, depth: number, names: string[]): Evaluate {
  const [first, second] = node.args as MathNode[];
  const operation = OPERATORS.get(node.op);
  if (node.implicit) throw new FormulaError('missing_operator', node.toString());
  if (!operation || !first) throw new FormulaError('forbidden_operator', node.op);
  if (!second) return compileSign(node, compileNode(first, depth + 1, names));
  const left = compileNode(first, depth, names);
  const right = compileNode(second, depth, names);
  return (values) => operation(left(values), right(values));
}

function compileSign(node: OperatorNode, operand: Evaluate): Evaluate {
  return node.op === '-' ? (values) => negate(operand(values)) : operand;
}

function compileCall(node: FunctionNode, depth: number, names: string[]): Evaluate {
  const callee = node.fn as MathNode & { name?: string };
  const call = callee.type === 'SymbolNode' ? FUNCTIONS.get(callee.name ?? '') : undefined;
  if (!call) throw new FormulaError('forbidden_function', callee.name ?? callee.type);
  if (node.args.length === 0) throw new FormulaError('wrong_arguments', callee.name);
  const args = node.args.map((arg) => compileNode(arg, depth + 1, names));
  return (values) => {
    const numbers = args.map((arg) => arg(values));
    return numbers.some((x) => x.d === 0n) ? NOTHING : call(numbers);
  };
}

function sum(args: readonly Fraction[]): Fraction {
  return args.reduce(add);
}

function unbrokenRun(args: readonly Fraction[]): number {
  const gap = args.findIndex((x) => !isOne(x));
  return gap < 0 ? args.length : gap;
}

function whole(value: number): Fraction {
  return { n: BigInt(value), d: 1n };
}
