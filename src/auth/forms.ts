import { z } from 'zod';

/** The login form. Nothing is trimmed from the password; `next` is checked by `safeNext`. */
export const loginForm = z.object({
  username: z.string().trim().default(''),
  password: z.string().default(''),
  next: z.string().optional().catch(undefined),
});

export const languageForm = z.object({
  locale: z.enum(['th', 'en']),
  next: z.string().optional().catch(undefined),
});
