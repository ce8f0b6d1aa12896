import { isDeepStrictEqual } from 'node:util';
import type { AppContext } from '../../../http/context.ts';
import { changeDraft } from '../../drafts/actions.ts';
import { fieldsOf } from '../../drafts/differences.ts';
import type { DraftDocument } from '../../drafts/types.ts';
import { changeFields, type PartFields } from '../edits.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { type PartRef, partAt } from '../refs.ts';

export interface PartChange {
  ref: PartRef;
  /** The fingerprint of the fields that the form showed. */
  seen: string;
  fields: PartFields;
}

/** What a form was about is not as it was: nothing was saved. */
export type Outcome = { saved: true } | { saved: false; stale: PartRef[] };

/**
 * Gives parts of a draft other fields, all or none. A part that is not as the form showed it is stale, or gone,
 * unless it became what was typed.
 */
export async function saveParts(
  context: Pick<AppContext, 'db' | 'clock'>,
  by: { id: string; systemId: string },
  fiscalYear: number,
  changes: readonly PartChange[],
  more: (document: DraftDocument) => DraftDocument = (document) => document,
): Promise<Outcome> {
  try {
    await changeDraft(context, by, { fiscalYear, event: 'edit' }, (document) => {
      const stale = changes.filter((change) => isStale(document, change)).map(({ ref }) => ref);
      if (stale.length > 0) throw new StaleParts(stale);
      return more(changes.reduce((changed, { ref, fields }) => changeFields(changed, ref, fields), document));
    });
    return { saved: true };
  } catch (error) {
    if (error instanceof StaleParts) return { saved: false, stale: error.refs };
    throw error;
  }
}

class StaleParts extends Error {
  readonly refs: PartRef[];

  constructor(refs: PartRef[]) {
    super('Parts of the draft were changed meanwhile');
    this.name = 'StaleParts';
    this.refs = refs;
  }
}

function isStale(document: DraftDocument, { ref, seen, fields }: PartChange): boolean {
  const part = partAt(document, ref);
  if (part === undefined) return true;
  const now = fieldsOf(part);
  return fingerprintOf(now) !== seen && !isDeepStrictEqual(now, { ...now, ...fields });
}
