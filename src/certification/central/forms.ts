import { z } from 'zod';
import { MAX_TYPED, readBoxes } from '../../entries/boxes.ts';
import type { TypedValue } from '../../entries/types.ts';
import { id, optional } from '../../http/input.ts';

/** Some thousand lines. */
const MAX_TEXT = 300_000;

export const SHOWN = ['all', 'missing', 'filled'] as const;
export type Shown = (typeof SHOWN)[number];

/** Which round and variable a page is about, and which offices it shows. Unknown filters are none. */
export const centralQuery = z.object({
  round: optional(id),
  variable: optional(id),
  show: z.enum(SHOWN).catch('all'),
});
export type CentralQuery = z.infer<typeof centralQuery>;

/** The table as text; a file comes beside it. */
export const tableForm = z.object({ text: z.string().max(MAX_TEXT).default('') });

/** The boxes of the offices; `whole`: of the whole page. A field of any other name makes the form unreadable. */
export const valuesForm = z
  .record(z.string(), z.string().max(MAX_TYPED))
  .transform((fields, context): { typed: Map<string, TypedValue>; whole: boolean } => {
    const { typed, others } = readBoxes(fields, context);
    for (const [name] of others) {
      if (name !== 'whole') context.addIssue({ code: 'custom', message: 'unknown field', path: [name] });
    }
    return { typed, whole: fields.whole === '1' };
  });
