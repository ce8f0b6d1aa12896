import { z } from 'zod';

/** The form around a file. */
export const uploadForm = z.object({ year: z.string().max(10).optional() });

export const confirmation = z.object({ seen: z.string().max(40) });

export const copyForm = z.object({ from: z.string().max(20), to: z.string().max(20) });
