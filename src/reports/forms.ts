import { z } from 'zod';
import { filterText, id, optional, pageNumber, parsed } from '../http/input.ts';
import { STATUS_BUCKETS } from './status/types.ts';

const officeReport = z.object({ office: optional(id), round: optional(id) });
/** `node` absent: the office's total. */
const explanation = z.object({ office: id, round: id, node: optional(id) });

const statusFilters = z.object({
  round: optional(id),
  by: optional(z.enum(['office', 'indicator', 'bureau'])),
  bureau: optional(id),
  status: optional(z.enum(STATUS_BUCKETS)),
  region: optional(filterText),
  type: optional(filterText),
  q: optional(filterText),
  page: optional(pageNumber),
});

export type StatusFilters = z.infer<typeof statusFilters>;

/** Which office and round the report is about; AppError badRequest for anything that is no choice of the form. */
export function readOfficeReportQuery(query: unknown) {
  return parsed(officeReport, query);
}

/** Whose score is to be explained. */
export function readExplanationQuery(query: unknown) {
  return parsed(explanation, query);
}

/** View, filters and page of the status matrix. */
export function readStatusQuery(query: unknown): StatusFilters {
  return parsed(statusFilters, query);
}
