import type { FormulaReason } from './types.ts';

/** A formula that is refused. `detail` is the offending name, operator, function or character, where there is one. */
export class FormulaError extends Error {
  readonly reason: FormulaReason;
  readonly detail: string | null;

  constructor(reason: FormulaReason, detail: string | null = null) {
    super(detail === null ? reason : `${reason}: ${detail}`);
    this.name = 'FormulaError';
    this.reason = reason;
    this.detail = detail;
  }
}
