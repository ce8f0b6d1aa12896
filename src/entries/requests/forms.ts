import { z } from 'zod';
import { id, lines, reasonProblem } from '../../http/input.ts';

const MAX_ENTRIES = 500;

export const requestId = z.object({ id });

/** Of which sub-indicator, and which of its variables stands ticked; without one all do. */
export const askQuery = z.object({ round: id, node: id, variable: id.optional().catch(undefined) });
export type AskQuery = z.infer<typeof askQuery>;

/** The ticked entries and the reason as typed. */
export const askForm = z.object({
  entry: z
    .union([id, z.array(id).max(MAX_ENTRIES)])
    .optional()
    .transform((entries = []) => [...new Set([entries].flat())]),
  reason: lines,
});
export type AskForm = z.infer<typeof askForm>;

export interface AskProblems {
  entry?: 'entryMissing';
  reason?: 'reasonMissing' | 'reasonTooLong';
}

/** What is missing in a form. */
export function checkAsk({ entry, reason }: AskForm): AskProblems {
  const wrong = reasonProblem(reason);
  return {
    ...(entry.length === 0 && { entry: 'entryMissing' }),
    ...(wrong !== undefined && { reason: wrong }),
  };
}
