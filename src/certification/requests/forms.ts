import { z } from 'zod';
import { id, LONGEST_TEXT, lines, optional } from '../../http/input.ts';
import { fromLocalInput } from '../../i18n/dates.ts';

const MAX_REQUESTS = 300;

export const SHOWN = ['open', 'answered'] as const;

/** Which requests the list shows. Unknown filters are none. */
export const requestsQuery = z.object({ round: optional(id), show: z.enum(SHOWN).catch('open') });

/** `request=<id>` for each chosen one. */
export const chosenRequests = z.object({
  round: optional(id).catch(undefined),
  request: z
    .union([id, z.array(id).max(MAX_REQUESTS)])
    .optional()
    .transform((ids = []) => [...new Set([ids].flat())]),
});

/** The answer as typed. */
export const answerForm = z.object({
  answer: lines,
  until: z.string().max(200).trim().default(''),
});
export type AnswerForm = z.infer<typeof answerForm>;

export interface AnswerProblems {
  answer?: 'answerMissing' | 'answerTooLong';
  until?: 'untilMissing' | 'untilUnreadable' | 'past' | 'tooLate';
}

/** What is wrong with a typed answer: granting needs a time, declining a text. */
export function checkAnswer(
  { answer, until: typed }: AnswerForm,
  granting: boolean,
): { until: Date | null; problems: AnswerProblems } {
  const until = typed === '' ? undefined : fromLocalInput(typed);
  const problems: AnswerProblems = {};
  if (answer.length > LONGEST_TEXT) problems.answer = 'answerTooLong';
  if (!granting && answer === '') problems.answer = 'answerMissing';
  if (granting && typed === '') problems.until = 'untilMissing';
  if (granting && typed !== '' && until === undefined) problems.until = 'untilUnreadable';
  return { until: until ?? null, problems };
}
