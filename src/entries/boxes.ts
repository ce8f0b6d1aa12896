import type { z } from 'zod';
import { parseTypedNumber } from '../lib/numbers.ts';
import type { TypedValue } from './types.ts';

/** Characters that a field may have. */
export const MAX_TYPED = 200;

/**
 * The boxes of a form: by entry `value_<id>` as typed and `base_<id>` = `<version>:<value>` of what the page showed.
 * A box without its base is an issue. `others` are the remaining fields.
 */
export function readBoxes(
  fields: Record<string, string>,
  context: z.RefinementCtx,
): { typed: Map<string, TypedValue>; others: [name: string, text: string][] } {
  const typed = new Map<string, TypedValue>();
  const others: [string, string][] = [];
  for (const [name, text] of Object.entries(fields)) {
    const entryId = /^value_(\d{1,18})$/.exec(name)?.[1];
    if (entryId !== undefined) {
      const base = readBase(fields[`base_${entryId}`]);
      if (base === undefined) context.addIssue({ code: 'custom', message: 'base missing', path: [name] });
      else typed.set(entryId, { text, ...base });
    } else if (!/^base_\d{1,18}$/.test(name)) others.push([name, text]);
  }
  return { typed, others };
}

function readBase(text: string | undefined): Omit<TypedValue, 'text'> | undefined {
  const match = /^(\d{1,9}):(.*)$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, version = '', value = ''] = match;
  const baseValue = value === '' ? null : parseTypedNumber(value);
  return baseValue === undefined ? undefined : { baseValue, baseVersion: Number(version) };
}
