import { fieldsOf } from '../../drafts/differences.ts';
import type { SubIndicatorPart } from '../../drafts/parts.ts';
import type { DraftVariable } from '../../drafts/types.ts';
import type { VariableFields } from '../edits.ts';
import { type Problems, type Typed, typedText } from '../fields.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { type FormScope, readPart, typedOf } from '../forms.ts';
import type { PartChange } from '../parts/save.ts';

/** Empty rows below the variables that are there. */
export const NEW_ROWS = ['new1:', 'new2:', 'new3:'] as const;

/** The names of a variable's fields stand behind this. */
export function prefixOf(variable: Pick<DraftVariable, 'key'>): string {
  return `variable-${variable.key}:`;
}

/** All variables of a sub-indicator as one form. */
export function typedGrid({ part: sub }: SubIndicatorPart, scope: FormScope): Typed {
  const typed: Typed = {};
  for (const variable of sub.variables) {
    const prefix = prefixOf(variable);
    for (const [name, texts] of Object.entries(typedOf('variable', variable, scope)))
      typed[prefix + name] = texts;
    typed[`${prefix}seen`] = [seenOf(variable)];
  }
  return typed;
}

/** What to compare with later: a variable as it is now. */
export function seenOf(variable: DraftVariable): string {
  return fingerprintOf(fieldsOf({ kind: 'variable', part: variable }));
}

export interface ReadGrid {
  changes: PartChange[];
  added: VariableFields[];
  problems: Problems;
}

/** Reads the rows that were sent; explanations have their place on the page of each variable and stay. */
export function readGrid({ part: sub }: SubIndicatorPart, typed: Typed, scope: FormScope): ReadGrid {
  const read: ReadGrid = { changes: [], added: [], problems: {} };
  for (const variable of sub.variables) {
    const prefix = prefixOf(variable);
    const seen = typedText(typed, `${prefix}seen`);
    if (seen === '') continue;
    const { fields, problems } = readPart('variable', typed, scope, prefix);
    Object.assign(read.problems, problems);
    const kept = { ...(fields as VariableFields), explanation: variable.explanation };
    read.changes.push({ ref: { space: 'variable', key: variable.key }, seen, fields: kept });
  }
  for (const prefix of NEW_ROWS) {
    if (typedText(typed, `${prefix}code`).trim() + typedText(typed, `${prefix}name`).trim() === '') continue;
    const { fields, problems } = readPart('variable', typed, scope, prefix);
    Object.assign(read.problems, problems);
    read.added.push(fields as VariableFields);
  }
  return read;
}
