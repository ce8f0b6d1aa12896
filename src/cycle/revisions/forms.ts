import { z } from 'zod';

export const LONGEST_REASON = 500;

/** What the page of a publication sends; anything that no such page sends makes it unreadable. */
export const publishForm = z.object({
  version: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
  reason: z
    .string()
    .max(4000)
    .default('')
    .transform((reason) => reason.replace(/\s+/g, ' ').trim()),
  confirmed: z.literal('1').optional(),
});
export type PublishForm = z.infer<typeof publishForm>;
