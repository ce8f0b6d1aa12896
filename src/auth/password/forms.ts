import { z } from 'zod';

const text = z.string().default('');

/** The present password, and the new one twice; nothing is trimmed. */
export const passwordForm = z.strictObject({ present: text, password: text, again: text });
