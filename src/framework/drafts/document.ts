import {
  type DraftNode as ReadNode,
  type DraftRound as ReadRound,
  type DraftSubIndicator as ReadSubIndicator,
  type DraftVariable as ReadVariable,
  readDraft,
} from '../draft.ts';
import { bureausNamed, type KnownThings } from '../known.ts';
import type { DraftDocument, DraftNode, DraftRound, DraftSubIndicator, DraftVariable } from './types.ts';

/** A draft with nothing in it. */
export function emptyDraft(system: string, fiscalYear: number): DraftDocument {
  return {
    system,
    fiscal_year: fiscalYear,
    title_th: '',
    title_en: '',
    rounds: [],
    dimensions: [],
    next_key: 1,
  };
}

/**
 * The draft in the format of docs/framework-format.md, for `lintFramework` and for export: without keys, and without
 * what is still empty, so that a check finds it missing. Parts keep their order, so that a place in the one is the
 * same place in the other.
 */
export function plainDocument(draft: DraftDocument): unknown {
  const { next_key: _, rounds, dimensions, ...header } = draft;
  return {
    ...withoutEmpty(header),
    rounds: rounds.map(withoutEmpty),
    dimensions: dimensions.map(plainDimension),
  };
}

function plainDimension({ code, name, indicators }: DraftNode): unknown {
  return { ...withoutEmpty({ code, name }), indicators: indicators.map(plainIndicator) };
}

function plainIndicator({ code, name, indicators, sub_indicators: subIndicators }: DraftNode): unknown {
  return {
    ...withoutEmpty({ code, name }),
    ...(indicators.length === 0 ? {} : { indicators: indicators.map(plainIndicator) }),
    ...(subIndicators.length === 0 ? {} : { sub_indicators: subIndicators.map(plainSubIndicator) }),
  };
}

function plainSubIndicator({ key: _, criteria, variables, ...fields }: DraftSubIndicator): unknown {
  const { criteria_by_round: byRound, office_exceptions: exceptions, ...others } = fields;
  return {
    ...withoutEmpty(others),
    ...(criteria === null ? {} : { criteria }),
    ...(Object.keys(byRound).length === 0 ? {} : { criteria_by_round: byRound }),
    ...(exceptions.length === 0 ? {} : { office_exceptions: exceptions }),
    variables: variables.map(plainVariable),
  };
}

function plainVariable({ key: _, copied_from: __, ...fields }: DraftVariable): unknown {
  return withoutEmpty(fields);
}

function withoutEmpty(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== null));
}

/**
 * A file as a draft under new keys. The file may be broken: what can be read of it is taken, the rest stays empty.
 * Bureaus are named by their code where it is known which one is meant.
 */
export function draftFromDocument(
  json: unknown,
  { system, fiscalYear, known }: { system: string; fiscalYear: number; known: KnownThings | null },
): DraftDocument {
  const read = readDraft(json);
  const draft = emptyDraft(system, fiscalYear);
  const newKey = () => takeKey(draft);
  draft.title_th = read.fields.title_th ?? '';
  draft.title_en = read.fields.title_en ?? '';
  draft.rounds = read.rounds.map(roundOf);
  draft.dimensions = read.dimensions.map((node) => nodeOf(node, newKey, known));
  return draft;
}

/** The next new key of a draft, which is counted up: for a draft that nobody else holds. */
export function takeKey(draft: { next_key: number }): string {
  const key = `n${draft.next_key}`;
  draft.next_key += 1;
  return key;
}

function roundOf({ fields }: ReadRound, index: number): DraftRound {
  return {
    kind: fields.kind ?? '',
    sequence: fields.sequence ?? index + 1,
    label: fields.label ?? '',
    data_as_of: fields.data_as_of ?? null,
    entry_opens_at: fields.entry_opens_at ?? '',
    entry_closes_at: fields.entry_closes_at ?? '',
    certification_closes_at: fields.certification_closes_at ?? '',
  };
}

function nodeOf(node: ReadNode, newKey: () => string, known: KnownThings | null): DraftNode {
  return {
    key: newKey(),
    code: node.fields.code ?? '',
    name: node.fields.name ?? '',
    indicators: node.indicators.map((below) => nodeOf(below, newKey, known)),
    // the format has no place for sub-indicators below a dimension
    sub_indicators:
      node.kind === 'dimension' ? [] : node.subIndicators.map((sub) => subIndicatorOf(sub, newKey, known)),
  };
}

function subIndicatorOf(
  { fields, variables }: ReadSubIndicator,
  newKey: () => string,
  known: KnownThings | null,
): DraftSubIndicator {
  return {
    key: newKey(),
    code: fields.code ?? '',
    name: fields.name ?? '',
    weight: fields.weight ?? '',
    formula: fields.formula ?? '',
    direction: fields.direction ?? 'more',
    whole_levels: fields.whole_levels ?? false,
    result_unit: fields.result_unit ?? null,
    mode: fields.mode ?? 'normal',
    criteria: fields.criteria ?? null,
    criteria_by_round: fields.criteria_by_round ?? {},
    office_types: [...new Set(fields.office_types ?? [])],
    office_exceptions: fields.office_exceptions ?? [],
    variables: variables.map((variable) => variableOf(variable, newKey, known)),
  };
}

function variableOf(
  { fields }: ReadVariable,
  newKey: () => string,
  known: KnownThings | null,
): DraftVariable {
  return {
    key: newKey(),
    code: fields.code ?? '',
    name: fields.name ?? '',
    unit: fields.unit ?? '',
    kind: fields.kind ?? 'number',
    decimals: fields.decimals ?? 0,
    min: fields.min ?? '',
    max: fields.max ?? '',
    explanation: fields.explanation ?? '',
    files_asked: fields.files_asked ?? false,
    carry_over: fields.carry_over ?? false,
    open: fields.open ?? true,
    sources: fields.sources ?? {},
    bureau: bureauCode(fields.bureau ?? '', known),
    copied_from: null,
  };
}

function bureauCode(reference: string, known: KnownThings | null): string {
  const [only, ...others] = known === null ? [] : bureausNamed(known.bureaus, reference);
  return only !== undefined && others.length === 0 ? (only.code ?? only.name) : reference;
}
