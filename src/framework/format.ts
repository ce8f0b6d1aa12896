import { z } from 'zod';
import { lint } from '../i18n/en/lint.ts';
import { isDecimal, trimZeros } from '../lib/decimal.ts';

// lint.ts tells them in the reader's language
const say = lint.text;
const MAX_WHOLE_DIGITS = 20;
const MAX_FRACTION_DIGITS = 15;
// A JSON number is a double: beyond this many digits it may not be what was typed.
const SAFE_DIGITS = 15;

/** No control characters but line breaks and tabs, no half characters: PostgreSQL could not store them. */
const UNSTORABLE = /[^\P{Cc}\n\t]|\p{Cs}/u;

/** A number as a JSON string or number; becomes the shortest plain decimal, exact. */
export const decimal = z
  .union([z.string(), z.number()], { error: say.shapeDecimal })
  .transform((raw, context) => {
    const problem = typeof raw === 'number' ? inexact(raw) : undefined;
    const plain = problem === undefined ? plainDecimal(String(raw)) : undefined;
    if (plain !== undefined) return plain;
    context.addIssue(problem ?? say.shapePlainDecimal);
    return z.NEVER;
  });

const code = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,19}$/u, say.shapeCode);
const roundKind = z.string().regex(/^[A-Za-z0-9]{1,10}$/, say.shapeRoundKind);
const name = text(1000);
const provenance = text(4000).optional();
const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })], {
    error: say.shapeMoment,
  })
  .transform((iso) => new Date(iso).toISOString());

/** Values for level 1 … 5; that 1 and 5 are stated is a rule, not a shape. */
const criteria = z.tuple(
  [decimal.nullable(), decimal.nullable(), decimal.nullable(), decimal.nullable(), decimal.nullable()],
  { error: say.shapeCriteria },
);

export const roundFields = {
  kind: roundKind,
  sequence: z.int().min(1).max(99),
  label: text(200),
  data_as_of: z.iso.date().nullable().default(null),
  entry_opens_at: moment,
  entry_closes_at: moment,
  certification_closes_at: moment,
  provenance,
};

export const variableFields = {
  code,
  name,
  unit: text(200),
  kind: z.enum(['number', 'whole', 'yes_no', 'level']),
  decimals: z.int().min(0).max(10).default(0),
  min: decimal,
  max: decimal,
  explanation: text(20_000).or(z.literal('')).default(''),
  files_asked: z.boolean().default(false),
  carry_over: z.boolean().default(false),
  open: z.boolean().default(true),
  sources: z.record(roundKind, z.enum(['office', 'central', 'not_due'])),
  bureau: text(300),
  provenance,
};

export const subIndicatorFields = {
  code,
  name,
  weight: decimal,
  formula: text(500),
  direction: z.enum(['more', 'less']),
  whole_levels: z.boolean().default(false),
  result_unit: text(100).nullable().default(null),
  mode: z.enum(['normal', 'audit']).default('normal'),
  criteria: criteria.optional(),
  criteria_by_round: z.record(roundKind, criteria).default({}),
  office_types: z.array(text(50)).default([]),
  office_exceptions: z
    .array(z.strictObject({ office: text(300), included: z.boolean(), reason: text(2000) }))
    .default([]),
  provenance,
};

export const nodeFields = { code, name, provenance };

export const headerFields = {
  system: z.string().regex(/^[a-z][a-z0-9-]{1,19}$/, say.shapeSystem),
  fiscal_year: z.int().min(2500, say.shapeYear).max(2700),
  title_th: name,
  title_en: name,
  notes: z.array(text(4000)).optional(),
  provenance,
};

const round = z.strictObject(roundFields);
const variable = z.strictObject(variableFields);
const subIndicator = z.strictObject({ ...subIndicatorFields, variables: z.array(variable) });
const indicator: z.ZodType<IndicatorDocument> = z.strictObject({
  ...nodeFields,
  get indicators() {
    return z.array(indicator).optional();
  },
  sub_indicators: z.array(subIndicator).optional(),
});
const dimension = z.strictObject({ ...nodeFields, indicators: z.array(indicator) });

/**
 * The format of a framework file, docs/framework-format.md: the shape alone. Defaults are filled in, decimals
 * become strings, times ISO in UTC. What the parts must be to each other is checked in lint.ts.
 */
export const frameworkDocument = z.strictObject({
  ...headerFields,
  rounds: z.array(round),
  dimensions: z.array(dimension),
});

export type FrameworkDocument = z.output<typeof frameworkDocument>;
/** A heading has `indicators`, any other indicator `sub_indicators`. */
export interface IndicatorDocument {
  code: string;
  name: string;
  provenance?: string | undefined;
  indicators?: IndicatorDocument[] | undefined;
  sub_indicators?: SubIndicatorDocument[] | undefined;
}
export type SubIndicatorDocument = z.output<typeof subIndicator>;
export type VariableDocument = z.output<typeof variable>;
export type RoundDocument = z.output<typeof round>;
export type CriteriaDocument = z.output<typeof criteria>;

function text(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine((value) => value.trim() !== '', say.shapeEmpty)
    .refine((value) => !UNSTORABLE.test(value), say.shapeUnstorable);
}

function inexact(raw: number): string | undefined {
  const digits = String(raw).replace(/\D/g, '').replace(/^0+/, '');
  return digits.length > SAFE_DIGITS ? say.shapeInexact : undefined;
}

function plainDecimal(raw: string): string | undefined {
  if (!isDecimal(raw)) return undefined;
  const [whole = '', fraction = ''] = raw.replace(/^[+-]/, '').split('.');
  const digits = whole.replace(/^0+(?=\d)/, '');
  if (digits.length > MAX_WHOLE_DIGITS || fraction.length > MAX_FRACTION_DIGITS) return undefined;
  const magnitude = trimZeros(fraction === '' ? digits : `${digits}.${fraction}`);
  return raw.startsWith('-') && magnitude !== '0' ? `-${magnitude}` : magnitude;
}
