import { z } from 'zod';

const LONGEST_CODE = 60;

/** A code of the app or a recovery code, as typed. */
export const codeForm = z.object({ code: z.string().trim().max(LONGEST_CODE).default('') });

/** Password and code, asked for before the second factor itself changes. */
export const proofForm = codeForm.extend({ password: z.string().default('') });
