import { fieldsOf } from '../../drafts/differences.ts';
import { type Part, type PartKind, placeOfPart } from '../../drafts/parts.ts';
import type { DraftDocument, DraftVariable } from '../../drafts/types.ts';
import { proposedCode } from '../codes.ts';
import { type PartFields, parentsFor } from '../edits.ts';
import type { Problems, Typed } from '../fields.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { type FormScope, PROPOSED_RANGE, typedOf } from '../forms.ts';
import { refOf } from '../refs.ts';

/** The form of one part as the page shows it. */
export interface PartForm {
  kind: PartKind;
  /** Null: the part is not there yet, or not any more. */
  ref: string | null;
  /** Where a new part is to hang. */
  parent: string;
  typed: Typed;
  seen: string;
  problems: Problems;
  /** The fields as they are by now, where somebody else changed them meanwhile. */
  current: Typed | null;
  /** Which of them are not what was typed. */
  differs: string[];
  /** Somebody else took the part away meanwhile. */
  gone: boolean;
}

/** The form of a part, with what was typed into it. */
export function formOf(part: Part, scope: FormScope, state: Partial<PartForm> = {}): PartForm {
  return {
    kind: part.kind,
    ref: refOf(part),
    parent: parentRef(part),
    typed: typedOf(part.kind, part.part, scope),
    seen: fingerprintOf(fieldsOf(part)),
    problems: {},
    current: null,
    differs: [],
    gone: false,
    ...state,
  };
}

/** The form of a part that is to be added, with a code and what those beside it have in common. */
export function newForm(
  document: DraftDocument,
  kind: PartKind,
  parent: Part | undefined,
  scope: FormScope,
): PartForm {
  const code = proposedCode(document, kind, parent);
  return {
    kind,
    ref: null,
    parent: parent === undefined ? '' : refOf(parent),
    typed: typedOf(kind, proposedFields(kind, code, parent, scope), scope),
    seen: '',
    problems: {},
    current: null,
    differs: [],
    gone: false,
  };
}

/** The names of the fields in which two forms of a part differ. */
export function differingNames(one: Typed, other: Typed): string[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const text = (typed: Typed, name: string) => (typed[name] ?? []).join('\n');
  return names.filter((name) => text(one, name) !== text(other, name));
}

/** Where a part of this kind may hang, to choose from. */
export function parentChoices(
  document: DraftDocument,
  kind: PartKind,
  self?: Part,
): { ref: string; label: string }[] {
  return parentsFor(document, kind, self).map((parent) => ({
    ref: refOf(parent),
    label: `${placeOfPart(parent)} ${parent.part.name}`,
  }));
}

function proposedFields(
  kind: PartKind,
  code: string,
  parent: Part | undefined,
  { kinds, known }: FormScope,
): PartFields {
  if (kind === 'variable') {
    const beside = parent?.kind === 'sub_indicator' ? parent.part.variables.at(-1) : undefined;
    return { ...NEW_VARIABLE, ...likeBeside(beside, kinds), code };
  }
  if (kind !== 'sub_indicator') return { code, name: '' };
  const isFirst = parent?.kind === 'indicator' && parent.part.sub_indicators.length === 0;
  return {
    ...NEW_SUB_INDICATOR,
    code,
    // an undivided indicator has one sub-indicator of the same name
    name: isFirst ? parent.part.name : '',
    office_types: [...known.officeTypes],
  };
}

function likeBeside(beside: DraftVariable | undefined, kinds: readonly string[]) {
  const source = (kind: string) => beside?.sources[kind] ?? ('office' as const);
  return {
    unit: beside?.unit ?? '',
    kind: beside?.kind ?? ('number' as const),
    decimals: beside?.decimals ?? 0,
    min: beside?.min ?? PROPOSED_RANGE.min,
    max: beside?.max ?? PROPOSED_RANGE.max,
    bureau: beside?.bureau ?? '',
    sources: Object.fromEntries(kinds.map((kind) => [kind, source(kind)])),
  };
}

const NEW_VARIABLE = {
  name: '',
  explanation: '',
  files_asked: false,
  carry_over: false,
  open: true,
};

const NEW_SUB_INDICATOR = {
  weight: '',
  formula: '',
  direction: 'more',
  whole_levels: false,
  result_unit: null,
  mode: 'normal',
  criteria: null,
  criteria_by_round: {},
  office_exceptions: [],
} as const;

function parentRef({ parents }: Part): string {
  const parent = parents.at(-1);
  return parent === undefined ? '' : refOf(parent);
}
