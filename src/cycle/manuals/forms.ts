import { z } from 'zod';
import { AppError, notFound } from '../../lib/errors.ts';
import { withArabicDigits } from '../../lib/numbers.ts';
import { LONGEST_TITLE, type ManualProblems } from './types.ts';

const form = z.object({ title: z.string(), year: z.string() });
const id = z.object({ id: z.string().regex(/^[1-9]\d{0,17}$/) });

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
  const parsed = form.safeParse(body ?? {});
  if (!parsed.success) throw new AppError('badRequest');
  const title = parsed.data.title.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim();
  const year = withArabicDigits(parsed.data.year).trim();
  const isYear = /^2[5-7]\d\d$/.test(year) && Number(year) <= 2700;
  const problems: ManualProblems = {};
  if (title === '') problems.title = 'title';
  else if (title.length > LONGEST_TITLE) problems.title = 'tooLong';
  if (year !== '' && !isYear) problems.year = 'year';
  return { typed: { title, year: parsed.data.year }, fiscalYear: isYear ? Number(year) : null, problems };
}

/** Which manual an address names. Throws notFound. */
export function readManualId(params: unknown): string {
  const parsed = id.safeParse(params);
  if (!parsed.success) throw notFound();
  return parsed.data.id;
}
