import { z } from 'zod';
import { ROLES } from '../../http/current-user.ts';
import { id } from '../../http/input.ts';
import { cleanLine } from '../../lib/clean-line.ts';
import { withArabicDigits } from '../../lib/numbers.ts';

const MAX_TEXT = 100;
const MAX_PAGE = 10_000;

/** Says nothing where it is empty or no choice of the form: addresses are written by hand and grow old. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().catch(undefined);
}

const userFilters = z.object({
  q: optional(
    z
      .string()
      .max(MAX_TEXT)
      .transform((typed) => withArabicDigits(cleanLine(typed)) || undefined),
  ),
  office: optional(id),
  kind: optional(z.enum(['kpi_office', 'bureau', 'district'])),
  role: optional(z.enum(ROLES)),
  status: optional(z.enum(['active', 'disabled'])),
  page: optional(z.coerce.number().int().min(1).max(MAX_PAGE)),
});
export type UserFilters = z.infer<typeof userFilters>;

/** What the list of users is narrowed to; anything that is no choice of the form narrows nothing. */
export function readUserFilters(query: unknown): UserFilters {
  return userFilters.parse(query);
}
