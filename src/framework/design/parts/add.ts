import type { AppContext } from '../../../http/context.ts';
import { changeDraft } from '../../drafts/actions.ts';
import type { PartKind } from '../../drafts/parts.ts';
import type { DraftDocument } from '../../drafts/types.ts';
import { copiedBefore, madeBefore } from '../again.ts';
import { addPart, duplicatePart, type PartFields } from '../edits.ts';
import { type Typed, typedText } from '../fields.ts';
import { type FormScope, readPart } from '../forms.ts';
import type { LoadedDraft } from '../load.ts';
import { type PartRef, partAt } from '../refs.ts';
import { newForm } from './form.ts';

type Context = Pick<AppContext, 'db' | 'clock'>;
interface Editor {
  id: string;
  systemId: string;
}

/** A part that a form asked for: made now, or before by the same form. */
export interface Made {
  key: string;
  isNew: boolean;
}

export interface Adding {
  kind: PartKind;
  parent: PartRef | undefined;
  fields: PartFields;
  /** An undivided indicator: with a sub-indicator of the same name. */
  withSub: boolean;
  /** The draft's next key when the form was filled. */
  since: number;
}

/** The draft's next key when the form was filled; of a form that does not say so, everything was there before. */
export function sinceOf(typed: Typed): number {
  const text = typedText(typed, 'next_key');
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}

/** Adds a part, once for each form. */
export async function addOnce(
  context: Context,
  by: Editor,
  { fiscalYear, scope }: Pick<LoadedDraft, 'fiscalYear' | 'scope'>,
  adding: Adding,
): Promise<Made> {
  let made: Made = { key: '', isNew: false };
  await changeDraft(context, by, { fiscalYear, event: 'add' }, (draft) => {
    const before = madeBefore(draft, adding, adding.since);
    if (before !== undefined) {
      made = { key: before.key, isNew: false };
      return draft;
    }
    const added = addPart(draft, adding.kind, adding.parent, adding.fields);
    made = { key: added.key, isNew: true };
    return adding.withSub ? withSubIndicator(added, scope) : added.document;
  });
  return made;
}

function withSubIndicator(
  { document, key }: { document: DraftDocument; key: string },
  scope: FormScope,
): DraftDocument {
  const ref = { space: 'node', key } as const;
  const { typed } = newForm(document, 'sub_indicator', partAt(document, ref), scope);
  return addPart(document, 'sub_indicator', ref, readPart('sub_indicator', typed, scope).fields).document;
}

/** Duplicates a part with everything below, once for each form. */
export async function duplicateOnce(
  context: Context,
  by: Editor,
  fiscalYear: number,
  { ref, since }: { ref: PartRef; since: number },
): Promise<Made> {
  let made: Made = { key: '', isNew: false };
  await changeDraft(context, by, { fiscalYear, event: 'duplicate' }, (draft) => {
    const before = copiedBefore(draft, ref, since);
    if (before !== undefined) {
      made = { key: before.key, isNew: false };
      return draft;
    }
    const copied = duplicatePart(draft, ref);
    made = { key: copied.key, isNew: true };
    return copied.document;
  });
  return made;
}
