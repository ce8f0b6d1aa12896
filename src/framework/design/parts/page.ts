import type { Queryable } from '../../../db/database.ts';
import { isPublished, type Part, placeOfPart } from '../../drafts/parts.ts';
import { officeLabel, SOURCES, VARIABLE_KINDS } from '../forms.ts';
import type { LoadedDraft } from '../load.ts';
import { findLatestEvent } from '../queries.ts';
import { refOf } from '../refs.ts';
import { type PartForm, parentChoices } from './form.ts';

/** What the page of a part shows around its form. */
export async function pageOfPart(
  db: Queryable,
  { fiscalYear, draft, document, known }: LoadedDraft,
  part: Part | undefined,
  form: PartForm,
) {
  const of = { systemId: draft.systemId, fiscalYear, place: part === undefined ? '' : placeOfPart(part) };
  return {
    fiscalYear,
    draft,
    document,
    known,
    kinds: document.rounds,
    part,
    form,
    parents: form.kind === 'dimension' ? [] : parentChoices(document, form.kind, part),
    officeNames: known.offices.map(({ code }) => officeLabel(code, known)),
    latest: form.current === null ? undefined : await findLatestEvent(db, of),
    choices: { kinds: VARIABLE_KINDS, sources: SOURCES },
    place: part === undefined ? '' : placeOfPart(part),
    isPublished,
    refOf,
  };
}
