import { z } from 'zod';
import { id, LONGEST_TEXT, lines, optional, reasonProblem } from '../../../http/input.ts';
import { officeChoice } from '../../../offices/choice.ts';
import type { Audience } from './types.ts';

const MAX_OFFICES = 3000;
const ids = z
  .union([id, z.array(id).max(MAX_OFFICES)])
  .optional()
  .transform((value) => (value === undefined ? [] : [...new Set([value].flat())]));

/** `?round=&office=`: which round, and the office that stands chosen already. */
export const auditQuery = z.object({ round: optional(id), office: optional(id) });

/** Why, and for whom: as typed. */
export const audienceForm = z.object({
  ...officeChoice,
  reason: lines,
  scope: z.enum(['all', 'some']).optional().catch(undefined),
});
export type AudienceForm = z.infer<typeof audienceForm>;

/** A form in which nothing was typed, with these offices ticked. */
export function blankAudience(office: string[] = []): AudienceForm {
  return { reason: '', scope: office.length > 0 ? 'some' : undefined, office, q: '', type: '' };
}

export type AudienceProblem =
  | 'reasonMissing'
  | 'reasonTooLong'
  | 'scopeMissing'
  | 'officesMissing'
  | 'scopeUnclear';
export interface AudienceProblems {
  reason?: AudienceProblem;
  scope?: AudienceProblem;
}

/** The request or opening that was typed, or what is wrong with it; ticked offices beside "all" are a question. */
export function checkAudience(typed: AudienceForm): { audience: Audience; problems: AudienceProblems } {
  const { reason, scope, office } = typed;
  const wrong = reasonProblem(reason);
  const problems: AudienceProblems = wrong === undefined ? {} : { reason: wrong };
  if (scope === undefined) problems.scope = 'scopeMissing';
  else if (scope === 'some' && office.length === 0) problems.scope = 'officesMissing';
  else if (scope === 'all' && office.length > 0) problems.scope = 'scopeUnclear';
  return { audience: { reason, officeIds: scope === 'all' ? null : office }, problems };
}

/** The KPI office's answer to a request; declining asks for one. */
export const answerForm = z.object({
  act: z.enum(['grant', 'decline']),
  answer: lines,
});

export type AnswerProblem = 'answerMissing' | 'answerTooLong';

/** What is wrong with the answer to a bureau's request; null: nothing. Declining needs a text. */
export function checkAnswer({ act, answer }: z.infer<typeof answerForm>): AnswerProblem | null {
  if (answer.length > LONGEST_TEXT) return 'answerTooLong';
  return act === 'decline' && answer === '' ? 'answerMissing' : null;
}

/** Which openings to close, and whether the question was answered. */
export const closingForm = z.object({ opening: ids, confirmed: z.string().optional() });
