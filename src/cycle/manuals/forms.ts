import { z } from 'zod';
import { parsed } from '../../http/input.ts';
import { withArabicDigits } from '../../lib/numbers.ts';
import { LONGEST_TITLE, type ManualProblems } from './types.ts';

const form = z.object({ title: z.string(), year: z.string() });

export interface TypedManual {
  title: string;
  year: string;
}

/** Title and year as they were typed, what they mean, and what is wrong with them. Throws badRequest. */
export function readManual(body: unknown): {
  typed: TypedManual;
  fiscalYear: number | null;
  problems: ManualProblems;
} {
  const sent = parsed(form, body ?? {});
  const title = sent.title.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim();
  const year = withArabicDigits(sent.year).trim();
  const isYear = /^2[5-7]\d\d$/.test(year) && Number(year) <= 2700;
  const problems: ManualProblems = {};
  if (title === '') problems.title = 'title';
  else if (title.length > LONGEST_TITLE) problems.title = 'tooLong';
  if (year !== '' && !isYear) problems.year = 'year';
  return { typed: { title, year: sent.year }, fiscalYear: isYear ? Number(year) : null, problems };
}
