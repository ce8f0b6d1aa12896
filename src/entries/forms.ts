import { z } from 'zod';
import { id } from '../http/input.ts';
import { parseTypedNumber } from '../lib/numbers.ts';
import type { EntryForm, TypedValue } from './types.ts';

const MAX_TYPED = 200;

/**
 * The entry page's form: per entry `value_<id>` as typed and `base_<id>` = `<version>:<value>` of what the
 * page showed. Fields that occur twice, or of any other name, make the form unreadable (ZodError).
 */
export const entryForm = z
  .record(z.string(), z.string().max(MAX_TYPED))
  .transform((fields, context): EntryForm => {
    const form: EntryForm = { typed: new Map(), resubmit: null, keepTheirs: null };
    for (const [name, text] of Object.entries(fields)) {
      const entryId = /^value_(\d{1,18})$/.exec(name)?.[1];
      if (entryId !== undefined) {
        const base = readBase(fields[`base_${entryId}`]);
        if (base === undefined) context.addIssue({ code: 'custom', message: 'base missing', path: [name] });
        else form.typed.set(entryId, { text, ...base });
      } else if (name === 'resubmit' && id.safeParse(text).success) form.resubmit = text;
      else if (name === 'keep_theirs' && id.safeParse(text).success) form.keepTheirs = text;
      else if (!/^base_\d{1,18}$/.test(name)) {
        context.addIssue({ code: 'custom', message: 'unknown field', path: [name] });
      }
    }
    return form;
  });

/** Which round a page is about; absent = the most likely one. */
export const roundChoice = z.object({ round: id.optional() });

function readBase(text: string | undefined): Omit<TypedValue, 'text'> | undefined {
  const match = /^(\d{1,9}):(.*)$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, version = '', value = ''] = match;
  const baseValue = value === '' ? null : parseTypedNumber(value);
  return baseValue === undefined ? undefined : { baseValue, baseVersion: Number(version) };
}
