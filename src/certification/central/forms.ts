import { z } from 'zod';
import { id, optional } from '../../http/input.ts';
import { parseTypedNumber } from '../../lib/numbers.ts';
import type { TypedCentral } from './types.ts';

const MAX_TYPED = 200;
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

/** The boxes: per entry `value_<id>` as typed and `base_<id>` = `<version>:<value>` of what was shown. */
export const valuesForm = z
  .record(z.string(), z.string().max(MAX_TYPED))
  .transform((fields, context): { typed: Map<string, TypedCentral>; whole: boolean } => {
    const typed = new Map<string, TypedCentral>();
    for (const [name, text] of Object.entries(fields)) {
      const entryId = /^value_(\d{1,18})$/.exec(name)?.[1];
      if (entryId === undefined) {
        if (name === 'whole' || /^base_\d{1,18}$/.test(name)) continue;
        context.addIssue({ code: 'custom', message: 'unknown field', path: [name] });
        continue;
      }
      const base = readBase(fields[`base_${entryId}`]);
      if (base === undefined) context.addIssue({ code: 'custom', message: 'base missing', path: [name] });
      else typed.set(entryId, { text, ...base });
    }
    return { typed, whole: fields.whole === '1' };
  });

function readBase(text: string | undefined): Omit<TypedCentral, 'text'> | undefined {
  const [, version, value = ''] = /^(\d{1,9}):(.*)$/.exec(text ?? '') ?? [];
  if (version === undefined) return undefined;
  const baseValue = value === '' ? null : parseTypedNumber(value);
  return baseValue === undefined ? undefined : { baseValue, baseVersion: Number(version) };
}
