import { z } from 'zod';

/** Settings of a running system, with the defaults of the manuals and of today's practice. */
export const systemSettings = z.object({
  idleMinutes: z.number().int().positive().default(60),
  absoluteHours: z.number().int().positive().default(12),
  passwordMinBytes: z.number().int().min(8).max(72).default(8),
});
