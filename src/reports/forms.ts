import { z } from 'zod';
import { id } from '../http/input.ts';
import { AppError } from '../lib/errors.ts';
import { STATUS_BUCKETS } from './status/types.ts';

const MAX_PAGE = 10_000;
const MAX_TEXT = 100;
// PostgreSQL holds no text with a zero byte in it
const text = z
  .string()
  .max(MAX_TEXT)
  .refine((typed) => !typed.includes('\0'))
  .transform((typed) => typed.trim());

/** An empty field of a form that is sent with the address says nothing. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
}

const officeReport = z.object({ office: optional(id), round: optional(id) });
/** `node` absent: the office's total. */
const explanation = z.object({ office: id, round: id, node: optional(id) });

const statusFilters = z.object({
  round: optional(id),
  by: optional(z.enum(['office', 'indicator', 'bureau'])),
  bureau: optional(id),
  status: optional(z.enum(STATUS_BUCKETS)),
  region: optional(text),
  type: optional(text),
  q: optional(text),
  page: optional(z.coerce.number().int().min(1).max(MAX_PAGE)),
});

export type StatusFilters = z.infer<typeof statusFilters>;

/** Which office and round the report is about; AppError badRequest for anything that is no choice of the form. */
export function readOfficeReportQuery(query: unknown) {
  return read(officeReport, query);
}

/** Whose score is to be explained. */
export function readExplanationQuery(query: unknown) {
  return read(explanation, query);
}

/** View, filters and page of the status matrix. */
export function readStatusQuery(query: unknown): StatusFilters {
  return read(statusFilters, query);
}

function read<Schema extends z.ZodType>(schema: Schema, query: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(query);
  if (!parsed.success) throw new AppError('badRequest');
  return parsed.data;
}
