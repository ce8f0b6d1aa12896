import { cached } from '../lib/bounded-cache.ts';
import { type CompiledFormula, compileFormula, FUNCTION_NAMES } from './formula-compiler.ts';
import { FormulaError } from './formula-error.ts';
import type { Fraction } from './fraction.ts';

const MAX_FORMULA_LENGTH = 500;

/** Frameworks have some hundred formulas. */
const MAX_CACHED = 2000;

/** The parser's own words: they cannot name a variable. */
const RESERVED = new Set([
  ...FUNCTION_NAMES,
  ...['mod', 'to', 'in', 'and', 'or', 'xor', 'not', 'true', 'false', 'null', 'undefined', 'NaN', 'Infinity'],
]);

const compileCached = cached(MAX_CACHED, compileOrError);

/** A formula that was checked against the variables of its sub-indicator. */
export interface ParsedFormula {
  text: string;
  /** The codes of the variables used, each once, in the order of their first use. */
  codes: readonly string[];
  /** The two codes where the formula has exactly the form `a / b * 100`. */
  ratio: { numerator: string; denominator: string } | null;
  /** Takes the values in the order of `codes`; `NOTHING` (d = 0) after a division by zero. */
  evaluate: (values: readonly Fraction[]) => Fraction;
}

/**
 * Parses a formula over the variables with these codes and refuses everything but `+ - * / ( )`, plain numbers,
 * `sum avg min max count steps` and the variables (domain rules, Scores 1). Nothing is evaluated.
 * A code that is a number is written `v1`, `v2`. Throws FormulaError; its `reason` says why.
 */
export function parseFormula(text: string, variableCodes: readonly string[]): ParsedFormula {
  if (text.length > MAX_FORMULA_LENGTH) throw new FormulaError('too_long', String(text.length));
  const formula = compileCached(text);
  if (formula instanceof FormulaError) throw formula;
  const codes = formula.names.map((name) => codeNamed(name, variableCodes));
  const ratio = formula.isRatio ? { numerator: codes[0] ?? '', denominator: codes[1] ?? '' } : null;
  return { text, codes, ratio, evaluate: formula.evaluate };
}

/** How a variable is written in formulas: `a`, or `v1` for the code `1`; null where its code cannot be written. */
export function formulaName(code: string): string | null {
  if (/^\d+$/.test(code)) return `v${code}`;
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(code) && !RESERVED.has(code) ? code : null;
}

function codeNamed(name: string, variableCodes: readonly string[]): string {
  let found: string | null = null;
  for (const code of variableCodes) {
    if (formulaName(code) !== name) continue;
    if (found !== null) throw new FormulaError('ambiguous_name', name);
    found = code;
  }
  if (found === null) throw new FormulaError('unknown_name', name);
  return found;
}

function compileOrError(text: string): CompiledFormula | FormulaError {
  try {
    return compileFormula(text);
  } catch (error) {
    if (error instanceof FormulaError) return error;
    throw error;
  }
}
