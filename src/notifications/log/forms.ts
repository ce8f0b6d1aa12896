import { z } from 'zod';
import { MAIL_STATES } from '../types.ts';

const MAX_PAGE = 10_000;
const MAX_TEXT = 100;

/** What the address says about the list; what cannot be understood says nothing. */
export const logQuery = z.object({
  state: z.enum(MAIL_STATES).optional().catch(undefined),
  // PostgreSQL holds no text with a zero byte in it
  q: z
    .string()
    .max(MAX_TEXT)
    .transform((typed) => typed.replaceAll('\0', '').trim())
    .catch(''),
  page: z.coerce.number().int().min(1).max(MAX_PAGE).catch(1),
});

/** "Send again": the list to come back to, and whether the question was answered. */
export const againForm = logQuery.extend({ confirmed: z.literal('1').optional().catch(undefined) });
