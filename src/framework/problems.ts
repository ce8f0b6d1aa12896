import type { lint } from '../i18n/en/lint.ts';
import { type Translate, translator } from '../i18n/index.ts';
import type { Path } from './draft.ts';

export type ProblemCode =
  | 'not_json'
  | 'too_deep'
  | 'missing'
  | 'wrong_shape'
  | 'unknown_field'
  | 'unknown_system'
  | 'already_imported'
  | 'empty'
  | 'heading_with_sub_indicators'
  | 'duplicate_code'
  | 'weight'
  | 'weights_sum'
  | 'formula'
  | 'division_by_zero_always'
  | 'variable_name'
  | 'unused_variable'
  | 'criteria_missing'
  | 'criteria_level_missing'
  | 'criteria_order'
  | 'range'
  | 'decimals'
  | 'unknown_round'
  | 'source_missing'
  | 'mixed_due'
  | 'mixed_open'
  | 'uncertified'
  | 'unknown_office_type'
  | 'unknown_office'
  | 'unknown_bureau'
  | 'ambiguous_bureau'
  | 'round_windows'
  | 'round_year'
  | WarningCode;

/** What may be meant, but seldom is. */
export type WarningCode =
  | 'division_by_zero'
  | 'level_unreachable'
  | 'levels_equal'
  | 'nothing_due'
  | 'no_office'
  | 'offices_without'
  | 'round_other_year'
  | 'short_window';

/** A text of the catalogue, below `lint.text`. */
export type ProblemText = keyof typeof lint.text;
export type ProblemValues = Record<string, string | number>;

const WARNINGS: ReadonlySet<ProblemCode> = new Set<WarningCode>([
  'division_by_zero',
  'level_unreachable',
  'levels_equal',
  'nothing_due',
  'no_office',
  'offices_without',
  'round_other_year',
  'short_window',
]);

/** One thing that is wrong, or strange, in a framework file. */
export interface Problem {
  /** An error refuses the file; a warning does not. */
  severity: 'error' | 'warning';
  /** A readable path. */
  place: string;
  /** The same for programs; several where it lies between parts, none where it is about the whole file. */
  paths: readonly Path[];
  code: ProblemCode;
  /** What to say, and about what: see `textOfProblem`. */
  text: ProblemText;
  values: ProblemValues;
  /** The same in English, for the command line. */
  message: string;
}

/** Where a problem is. */
export interface Placed {
  place: string;
  path?: Path;
  paths?: readonly Path[];
}

const english = translator('en');

/** A problem with its text in English; whether it is a warning is said by its code. */
export function problem(
  { place, path, paths = path === undefined ? [] : [path] }: Placed,
  code: ProblemCode,
  text: ProblemText,
  values: ProblemValues = {},
): Problem {
  const severity = WARNINGS.has(code) ? 'warning' : 'error';
  const message = textOfProblem(english, { text, values });
  return { severity, place, paths, code, text, values, message };
}

/** What a problem is, in the reader's language. */
export function textOfProblem(t: Translate, { text, values }: Pick<Problem, 'text' | 'values'>): string {
  // which values belong to which text is known by those who found the problem
  const look = t as unknown as (key: `lint.text.${ProblemText}`, values: ProblemValues) => string;
  return look(`lint.text.${text}`, values);
}

/** The framework is refused; nothing was stored. `problems` holds all that is wrong with it. */
export class FrameworkRefused extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(
      `The framework has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${listed(problems)}`,
    );
    this.name = 'FrameworkRefused';
    this.problems = problems;
  }
}

function listed(problems: readonly Problem[]): string {
  return problems.map(({ place, message }) => `  ${place}: ${message}`).join('\n');
}
