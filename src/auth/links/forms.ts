import { z } from 'zod';

// the longest address that mail knows
const LONGEST = 254;

/** Username or e-mail of who forgot the password. */
export const forgotForm = z.object({ account: z.string().trim().min(1).max(LONGEST) });

/** A new password, twice; nothing is trimmed. */
export const passwordForm = z.object({
  password: z.string().default(''),
  again: z.string().default(''),
});
