import { z } from 'zod';
import { line } from '../http/input.ts';
import { withArabicDigits } from '../lib/numbers.ts';
import type { PersonFields } from './types.ts';

/** What a person's forms have in common. */
export const personFields = {
  name: line,
  position: line,
  phone: line.transform(withArabicDigits),
  email: line,
};

/** What the form showed of them: who leaves a field alone does not decide about it. */
export const shownFields = {
  shownName: line,
  shownPosition: line,
  shownPhone: line.transform(withArabicDigits),
  shownEmail: line,
};

/** What stands in a field of a form over somebody else's change: the own change, otherwise what is stored now. */
export function keptOver<Value>(typed: Value, shown: string, stored: Value): Value {
  return (typed ?? '') === shown ? stored : typed;
}

/** Characters that a field may have. */
export const LONGEST: Record<keyof PersonFields, number> = {
  name: 120,
  position: 120,
  phone: 60,
  email: 254,
};
const email = z.email();

export type PersonProblem = 'nameMissing' | 'tooLong' | 'phoneShape' | 'emailShape';
export type PersonProblems = Partial<Record<keyof PersonFields, PersonProblem>>;

/** What is wrong with a person's data: only the name is required (manual KRS 2558, R39, R40, R49). */
export function personProblems(person: PersonFields): PersonProblems {
  const problems: PersonProblems = {};
  if (person.name === '') problems.name = 'nameMissing';
  if (person.phone !== '' && !/\d/.test(person.phone)) problems.phone = 'phoneShape';
  if (person.email !== '' && !email.safeParse(person.email).success) problems.email = 'emailShape';
  for (const field of Object.keys(LONGEST) as (keyof PersonFields)[]) {
    if (person[field].length > LONGEST[field]) problems[field] = 'tooLong';
  }
  return problems;
}

/** What became of a picture that was sent with a form: taken, or why not. */
export type PictureProblem = 'tooLarge' | 'unreadable';
