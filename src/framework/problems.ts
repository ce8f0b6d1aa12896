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
  | 'unknown_office_type'
  | 'unknown_office'
  | 'unknown_bureau'
  | 'ambiguous_bureau'
  | 'round_windows'
  | 'round_year';

/** One thing that is wrong in a framework file. `place` is a readable path; `message` is for the person who wrote it. */
export interface Problem {
  place: string;
  code: ProblemCode;
  message: string;
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
