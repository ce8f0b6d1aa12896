import { z } from 'zod';
import { id } from '../../http/input.ts';
import { AppError } from '../../lib/errors.ts';

const MAX_PAGE = 10_000;
const MAX_TEXT = 100;
const MAX_SIDES = 5000;
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

const filters = {
  round: optional(id),
  view: optional(z.enum(['offices', 'bureaus'])),
  only: optional(z.enum(['unreported', 'rejected'])),
  bureau: optional(id),
  region: optional(text),
  type: optional(text),
  q: optional(text),
};
const query = z.object({
  ...filters,
  page: optional(z.coerce.number().int().min(1).max(MAX_PAGE)),
  /** The whole list on one page, to be printed. */
  whole: optional(z.literal('1')),
});
const reminder = z.object({
  ...filters,
  round: id,
  side: z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(id).max(MAX_SIDES),
  ),
  /** Whoever owes something by these filters, ticked or not. */
  all: optional(z.literal('1')),
  confirmed: z.string().optional(),
});

export type OwingFilters = z.infer<typeof query>;

/** Round, list, filters and page of what is owed; AppError badRequest for anything that is no choice of the form. */
export function readOwingQuery(typed: unknown): OwingFilters {
  return read(query, typed);
}

/** Whom to remind, with the filters of the page. */
export function readReminder(typed: unknown): z.infer<typeof reminder> {
  return read(reminder, typed);
}

function read<Schema extends z.ZodType>(schema: Schema, typed: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(typed);
  if (!parsed.success) throw new AppError('badRequest');
  return parsed.data;
}
