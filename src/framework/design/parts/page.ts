import type { Queryable } from '../../../db/database.ts';
import { levelTables } from '../../drafts/level-table.ts';
import { type DraftProblem, lintDraft } from '../../drafts/lint.ts';
import { isPublished, type Part, placeOfPart } from '../../drafts/parts.ts';
import { officeLabel, SOURCES, VARIABLE_KINDS } from '../forms.ts';
import type { LoadedDraft } from '../load.ts';
import { findLatestEvent } from '../queries.ts';
import { refOf } from '../refs.ts';
import { twinOf } from '../undivided.ts';
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
    isUndivided: part !== undefined && twinOf(part) !== undefined,
    refOf,
    lint: part === undefined ? [] : problemsOf(part, lintDraft(document, known)),
    levels: part?.kind === 'sub_indicator' ? levelTables(part.part) : [],
  };
}

/** Of a part; of a sub-indicator also those of its variables. */
function problemsOf(part: Part, problems: readonly DraftProblem[]): DraftProblem[] {
  const variables = part.kind === 'sub_indicator' ? part.part.variables : [];
  const refs = new Set([refOf(part), ...variables.map(({ key }) => refOf({ kind: 'variable', key }))]);
  return problems.filter(({ parts }) => parts.some(({ ref }) => refs.has(ref)));
}
