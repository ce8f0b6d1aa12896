import { z } from 'zod';
import { filterText, id, optional, pageNumber, parsed } from '../../http/input.ts';

const MAX_SIDES = 5000;

const filters = {
  round: optional(id),
  view: optional(z.enum(['offices', 'bureaus'])),
  only: optional(z.enum(['unreported', 'rejected'])),
  bureau: optional(id),
  region: optional(filterText),
  type: optional(filterText),
  q: optional(filterText),
};
const query = z.object({
  ...filters,
  page: optional(pageNumber),
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
  return parsed(query, typed);
}

/** Whom to remind, with the filters of the page. */
export function readReminder(typed: unknown): z.infer<typeof reminder> {
  return parsed(reminder, typed);
}
