import { z } from 'zod';
import { id } from '../http/input.ts';
import { MAX_TYPED, readBoxes } from './boxes.ts';
import type { EntryForm } from './types.ts';

/** The entry page's form: its boxes. A field of any other name, or one that occurs twice, makes it unreadable (ZodError). */
export const entryForm = z
  .record(z.string(), z.string().max(MAX_TYPED))
  .transform((fields, context): EntryForm => {
    const { typed, others } = readBoxes(fields, context);
    const form: EntryForm = { typed, resubmit: null, keepTheirs: null };
    for (const [name, text] of others) {
      const isId = id.safeParse(text).success;
      if (name === 'resubmit' && isId) form.resubmit = text;
      else if (name === 'keep_theirs' && isId) form.keepTheirs = text;
      else context.addIssue({ code: 'custom', message: 'unknown field', path: [name] });
    }
    return form;
  });

/** Which round a page is about; absent = the most likely one. */
export const roundChoice = z.object({ round: id.optional() });
