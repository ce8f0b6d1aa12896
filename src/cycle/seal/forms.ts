import { z } from 'zod';

export const LONGEST_REASON = 500;

export const roundPath = z.object({ id: z.string().regex(/^\d{1,18}$/) });

/** What the page of a seal sends. */
export const sealForm = z.object({
  reason: z
    .string()
    .max(4000)
    .default('')
    .transform((reason) => reason.replace(/\s+/g, ' ').trim()),
  confirmed: z.literal('1').optional(),
});
