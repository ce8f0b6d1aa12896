import { formulaName } from '../../scoring/index.ts';
import type { Variable } from '../types.ts';

type Named = Pick<Variable, 'code' | 'name'>;

/** A formula as it is written by hand: `a ÷ b × 100`. */
export function formulaInLetters(formula: string): string {
  return pieces(formula).map(sign).join('');
}

/** The same with names in place of the variables' codes, and functions in words. */
export function formulaInWords(
  formula: string,
  variables: readonly Named[],
  functionWord: (name: string) => string | undefined,
): string {
  const names = new Map(variables.map(({ code, name }) => [formulaName(code) ?? code, name]));
  return pieces(formula)
    .map((piece) => {
      const name = names.get(piece);
      return name === undefined ? (functionWord(piece) ?? sign(piece)) : `“${name}”`;
    })
    .join('');
}

/** Names, numbers, signs and what stands between them. */
function pieces(formula: string): string[] {
  return formula.match(/[A-Za-z_][A-Za-z0-9_]*|[0-9.]+|\s+|./gsu) ?? [];
}

function sign(piece: string): string {
  if (piece === '*') return '×';
  if (piece === '/') return '÷';
  return piece === '-' ? '−' : piece;
}
