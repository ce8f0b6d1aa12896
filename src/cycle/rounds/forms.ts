import { z } from 'zod';
import { windowProblems } from '../../framework/year-rounds.ts';
import { line } from '../../http/input.ts';
import { fromLocalInput } from '../../i18n/dates.ts';
import { LONGEST_LABEL, ROUND_KINDS } from './rules.ts';
import type { RoundName, RoundOrder, RoundProblems } from './types.ts';

/** `?year=2562&kind=6M`; what cannot be understood says nothing. */
export const roundQuery = z.object({
  year: z
    .string()
    .regex(/^\d{4}$/)
    .transform(Number)
    .optional()
    .catch(undefined),
  kind: z.enum(ROUND_KINDS).optional().catch(undefined),
});

/** A new round as it was typed. */
export const roundForm = z.object({
  year: z
    .string()
    .regex(/^\d{4}$/)
    .transform(Number),
  kind: z.enum(ROUND_KINDS),
  label: line,
  dataAsOf: line,
  opens: line,
  closes: line,
  certification: line,
});
export type RoundForm = z.infer<typeof roundForm>;

/** Another name as it was typed, with the one that the form showed. */
export const nameForm = z.object({ label: line, dataAsOf: line, shown: line });

/** The name that was typed, or what is missing or wrong in it. */
export function readName(
  form: z.infer<typeof nameForm>,
): { name: RoundName; problems?: undefined } | { problems: RoundProblems } {
  const day = dayOf(form.dataAsOf);
  const problems = nameProblems(form.label, day);
  if (day === undefined || Object.keys(problems).length > 0) return { problems };
  return { name: { ...form, dataAsOf: day } };
}

/** The round that was typed, or what is missing or wrong in it; times are those of Bangkok. */
export function readRound(
  form: RoundForm,
): { order: Omit<RoundOrder, 'frameworkId'>; problems?: undefined } | { problems: RoundProblems } {
  const { kind, label } = form;
  const day = dayOf(form.dataAsOf);
  const entryOpensAt = fromLocalInput(form.opens);
  const entryClosesAt = fromLocalInput(form.closes);
  const certificationClosesAt = fromLocalInput(form.certification);
  const problems: RoundProblems = {
    ...nameProblems(label, day),
    ...(entryOpensAt === undefined ? { opens: 'dateUnreadable' } : {}),
    ...(entryClosesAt === undefined ? { closes: 'dateUnreadable' } : {}),
    ...(certificationClosesAt === undefined ? { certification: 'dateUnreadable' } : {}),
  };
  if (!day || !entryOpensAt || !entryClosesAt || !certificationClosesAt) return { problems };
  const windows = { entryOpensAt, entryClosesAt, certificationClosesAt };
  Object.assign(problems, windowProblems(windows));
  if (Object.keys(problems).length > 0) return { problems };
  return { order: { kind, label, dataAsOf: day, ...windows } };
}

function nameProblems(label: string, day: string | undefined): Pick<RoundProblems, 'label' | 'dataAsOf'> {
  return {
    ...(label === '' ? { label: 'labelMissing' } : {}),
    ...(label.length > LONGEST_LABEL ? { label: 'labelLong' } : {}),
    ...(day === undefined ? { dataAsOf: 'dateUnreadable' } : {}),
  };
}

/** `2019-03-31`: the day that was typed, whatever era its year is written in. */
function dayOf(typed: string): string | undefined {
  return fromLocalInput(`${typed}T12:00`)?.toISOString().slice(0, 10);
}
