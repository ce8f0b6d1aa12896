import { withArabicDigits } from '../../lib/numbers.ts';
import type { PartKind } from '../drafts/parts.ts';
import type { DraftCriteria, DraftSubIndicator, DraftVariable } from '../drafts/types.ts';
import { subIndicatorFields, variableFields } from '../format.ts';
import { bureausNamed, type KnownThings } from '../known.ts';
import type { NodeFields, PartFields, SubIndicatorFields, VariableFields } from './edits.ts';
import { type FieldReader, fieldReader, type Problems, type Typed } from './fields.ts';

export const VARIABLE_KINDS = ['number', 'whole', 'yes_no', 'level'] as const;
export const SOURCES = ['office', 'central', 'not_due'] as const;
export const LEVELS = [1, 2, 3, 4, 5] as const;

/** What forms of parts are read with. */
export interface FormScope {
  /** The round kinds of the year. */
  kinds: readonly string[];
  known: KnownThings;
}

/** The fields of a part, or what is wrong with them; `prefix` where the parts of a grid stand in one form. */
export function readPart(
  kind: PartKind,
  typed: Typed,
  scope: FormScope,
  prefix = '',
): { fields: PartFields; problems: Problems } {
  const reader = fieldReader(typed, prefix);
  const fields =
    kind === 'variable'
      ? readVariable(reader, scope)
      : kind === 'sub_indicator'
        ? readSubIndicator(reader, scope)
        : readNode(reader);
  return { fields, problems: reader.problems };
}

function readNode(reader: FieldReader): NodeFields {
  return {
    code: reader.code('code', subIndicatorFields.code),
    name: reader.text('name', subIndicatorFields.name, { required: true }),
  };
}

function readSubIndicator(reader: FieldReader, scope: FormScope): SubIndicatorFields {
  const byRound = scope.kinds.flatMap((kind) => {
    const levels = readCriteria(reader, `criteria-${kind}`);
    return levels === null ? [] : [[kind, levels] as const];
  });
  return {
    ...readNode(reader),
    weight: reader.number('weight'),
    formula: readFormula(reader),
    direction: reader.choice('direction', ['more', 'less'], 'more'),
    whole_levels: reader.flag('whole_levels'),
    result_unit: readUnit(reader),
    mode: reader.choice('mode', ['normal', 'audit'], 'normal'),
    criteria: readCriteria(reader, 'criteria'),
    criteria_by_round: Object.fromEntries(byRound),
    office_types: [...new Set(readTypes(reader))],
    office_exceptions: readExceptions(reader, scope),
  };
}

function readFormula(reader: FieldReader): string {
  return withArabicDigits(reader.text('formula', subIndicatorFields.formula))
    .replace(/[×✕]/g, '*')
    .replace(/÷/g, '/')
    .replace(/[−–]/g, '-');
}

const PERCENT = ['percent', 'ร้อยละ', '%'];

function readUnit(reader: FieldReader): string | null {
  const unit = reader.text('result_unit', subIndicatorFields.result_unit);
  if (PERCENT.includes(unit.toLowerCase())) return 'percent';
  return unit === '' ? null : unit;
}

function readTypes(reader: FieldReader): string[] {
  const types = reader.list('office_types');
  if (!subIndicatorFields.office_types.safeParse(types.length === 0 ? ['x'] : types).success) {
    reader.note('office_types', 'choice');
    return [];
  }
  return types;
}

/** Null where no level has a value. */
function readCriteria(reader: FieldReader, name: string): DraftCriteria | null {
  const level = (number: number) => reader.number(`${name}-${number}`) || null;
  const levels: DraftCriteria = [level(1), level(2), level(3), level(4), level(5)];
  return levels.some((value) => value !== null) ? levels : null;
}

/** How many rows of single offices a form may have. */
const MAX_EXCEPTIONS = 400;

function readExceptions(reader: FieldReader, { known }: FormScope): DraftSubIndicator['office_exceptions'] {
  const count = Math.min(
    reader.whole('exceptions', { min: 0, max: MAX_EXCEPTIONS, otherwise: 0 }),
    MAX_EXCEPTIONS,
  );
  const found: DraftSubIndicator['office_exceptions'] = [];
  for (let row = 0; row < count; row += 1) {
    const office = reader.text(`exception-${row}-office`, variableFields.bureau);
    if (office === '') continue;
    const code = officeCode(office, known);
    if (code === undefined) reader.note(`exception-${row}-office`, 'office');
    else if (found.some((one) => one.office === code)) reader.note(`exception-${row}-office`, 'officeTwice');
    const included = reader.choice(`exception-${row}-included`, ['0', '1'], '0') === '1';
    const reason = reader.text(`exception-${row}-reason`, REASON);
    if (reason === '') reader.note(`exception-${row}-reason`, 'reason');
    found.push({ office: code ?? office, included, reason });
  }
  return found;
}

const REASON = subIndicatorFields.office_exceptions.unwrap().element.shape.reason;

/** By code, by its name in lists, or both as the list of the field shows it: `8101 สพป.กระบี่`. */
function officeCode(typed: string, { offices }: KnownThings): string | undefined {
  const same = (office: { code: string; label: string }) =>
    [office.code, office.label, `${office.code} ${office.label}`].includes(typed);
  return offices.find(same)?.code;
}

function readVariable(reader: FieldReader, scope: FormScope): VariableFields {
  const kind = reader.choice('kind_of', VARIABLE_KINDS, 'number');
  const { min, max } = rangeOf(kind, { min: reader.number('min'), max: reader.number('max') });
  return {
    ...readNode(reader),
    unit: reader.text('unit', variableFields.unit),
    kind,
    decimals: reader.whole('decimals', { min: 0, max: 10, otherwise: 0 }),
    min,
    max,
    explanation: reader.text('explanation', variableFields.explanation),
    files_asked: reader.flag('files_asked'),
    carry_over: reader.flag('carry_over'),
    open: reader.flag('open'),
    sources: Object.fromEntries(
      scope.kinds.map((round) => [round, reader.choice(`source-${round}`, SOURCES, 'not_due')]),
    ),
    bureau: readBureau(reader, scope),
  };
}

interface Range {
  min: string;
  max: string;
}

/** What the form proposes for a number (manual KRS 2559, R166). */
export const PROPOSED_RANGE: Range = { min: '0', max: '10000000' };

/** Yes/no goes from 0 to 1, a level from 1 to 5 (Scores 3): nobody needs to type that. */
function rangeOf(kind: DraftVariable['kind'], typed: Range): Range {
  if (kind === 'yes_no') return { min: '0', max: '1' };
  if (kind !== 'level') return typed;
  const isProposed = typed.min === PROPOSED_RANGE.min && typed.max === PROPOSED_RANGE.max;
  return isProposed ? { min: '1', max: '5' } : { min: typed.min || '1', max: typed.max || '5' };
}

/** The bureau's code; what the draft says although no such bureau is known stays until another one is chosen. */
function readBureau(reader: FieldReader, { known }: FormScope): string {
  const bureau = reader.text('bureau', variableFields.bureau);
  const [found] = bureausNamed(known.bureaus, bureau);
  return found === undefined ? bureau : (found.code ?? found.name);
}

/** A part's fields as its form shows them. */
export function typedOf(kind: PartKind, fields: PartFields, scope: FormScope): Typed {
  if (kind === 'variable') return typedVariable(fields as VariableFields);
  if (kind === 'sub_indicator') return typedSubIndicator(fields as SubIndicatorFields, scope);
  return { code: [fields.code], name: [fields.name] };
}

function typedVariable(fields: VariableFields): Typed {
  const { code, name, unit, kind, decimals, min, max, explanation, bureau, sources } = fields;
  return {
    ...single({ code, name, unit, kind_of: kind, decimals: String(decimals), min, max, explanation, bureau }),
    ...flags(fields, ['files_asked', 'carry_over', 'open']),
    ...single(
      Object.fromEntries(Object.entries(sources).map(([round, source]) => [`source-${round}`, source])),
    ),
  };
}

function typedSubIndicator(fields: SubIndicatorFields, { known }: FormScope): Typed {
  const { code, name, weight, formula, direction, mode, result_unit, office_types: types } = fields;
  const exceptions = fields.office_exceptions;
  return {
    ...single({ code, name, weight, formula, direction, mode, result_unit: result_unit ?? '' }),
    ...flags(fields, ['whole_levels']),
    ...typedCriteria('criteria', fields.criteria),
    ...Object.assign(
      {},
      ...Object.entries(fields.criteria_by_round).map(([kind, levels]) =>
        typedCriteria(`criteria-${kind}`, levels),
      ),
    ),
    office_types: types,
    exceptions: [String(exceptions.length)],
    ...Object.assign(
      {},
      ...exceptions.map(({ office, included, reason }, row) =>
        single({
          [`exception-${row}-office`]: officeLabel(office, known),
          [`exception-${row}-included`]: included ? '1' : '0',
          [`exception-${row}-reason`]: reason,
        }),
      ),
    ),
  };
}

/** An office as the field's list shows it. */
export function officeLabel(code: string, { offices }: KnownThings): string {
  const office = offices.find((one) => one.code === code);
  return office === undefined || office.label === code ? code : `${code} ${office.label}`;
}

function typedCriteria(name: string, levels: DraftCriteria | null): Typed {
  return single(
    Object.fromEntries((levels ?? []).map((value, index) => [`${name}-${index + 1}`, value ?? ''])),
  );
}

function single(texts: Record<string, string>): Typed {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, [text]]));
}

function flags(fields: object, names: readonly string[]): Typed {
  return Object.fromEntries(
    names.flatMap((name) => ((fields as Record<string, unknown>)[name] === true ? [[name, ['1']]] : [])),
  );
}
