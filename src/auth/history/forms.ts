import { z } from 'zod';
import { id } from '../../http/input.ts';
import { fromLocalInput } from '../../i18n/dates.ts';
import { withArabicDigits } from '../../lib/numbers.ts';
import type { HistorySearch, Place } from './types.ts';

const DAY_MS = 24 * 3600 * 1000;
const MAX_TEXT = 100;
// PostgreSQL holds no text with a zero byte in it
const text = z
  .string()
  .max(MAX_TEXT)
  .refine((typed) => !typed.includes('\0'))
  .transform((typed) => typed.trim());
const place = z.string().regex(/^\d{1,17}-\d{1,18}$/);

const historyQuery = z.object({
  from: optional(text),
  to: optional(text),
  q: optional(text),
  outcome: optional(z.enum(['success', 'failed'])),
  office: optional(id),
  before: optional(place),
  after: optional(place),
});

/** The filters as they were typed, for showing them again. */
export type HistoryQuery = z.infer<typeof historyQuery>;

export type HistoryFilters = Pick<HistorySearch, 'from' | 'until' | 'text' | 'succeeded'>;

export interface ReadHistoryQuery {
  query: HistoryQuery;
  filters: HistoryFilters;
  /** The dates that cannot be read. */
  problems: Partial<Record<'from' | 'to', 'noDate' | 'endsBeforeItBegins'>>;
  office: string | null;
  place: Place;
}

/** Filters and page of the login history; anything that is no choice of the form narrows nothing. */
export function readHistoryQuery(raw: unknown): ReadHistoryQuery {
  const query = historyQuery.parse(raw);
  const [from, to] = [dayOf(query.from), dayOf(query.to)];
  const problems: ReadHistoryQuery['problems'] = {};
  if (from === undefined) problems.from = 'noDate';
  if (to === undefined) problems.to = 'noDate';
  if (from && to && to < from) problems.to = 'endsBeforeItBegins';
  const filters: HistoryFilters = {
    from: from ?? null,
    until: to ? new Date(to.getTime() + DAY_MS) : null,
    text: query.q || null,
    succeeded: query.outcome === undefined ? null : query.outcome === 'success',
  };
  return { query, filters, problems, office: query.office ?? null, place: placeOf(query) };
}

/** Says nothing where it is empty or no choice of the form: addresses are written by hand and grow old. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().catch(undefined);
}

/** The beginning of a day in Bangkok, null for none, undefined for what is no date. */
function dayOf(typed: string | undefined): Date | null | undefined {
  if (typed === undefined || typed === '') return null;
  return fromLocalInput(`${withArabicDigits(typed)}T00:00`);
}

function placeOf({ before, after }: HistoryQuery): Place {
  const typed = before ?? after;
  if (typed === undefined) return { side: 'top' };
  const [micros = '', id = ''] = typed.split('-');
  return { side: before === undefined ? 'above' : 'below', micros, id };
}
