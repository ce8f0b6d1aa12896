import { z } from 'zod';
import { ROLES } from '../../http/current-user.ts';
import { AppError } from '../../lib/errors.ts';
import { withArabicDigits } from '../../lib/numbers.ts';
import { cleanLine, id } from '../forms.ts';

const MAX_TEXT = 100;
const MAX_PAGE = 10_000;

/** An empty field of a form that is sent with the address says nothing. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
}

const userFilters = z.object({
  q: optional(
    z
      .string()
      .max(MAX_TEXT)
      .transform((typed) => withArabicDigits(cleanLine(typed))),
  ),
  office: optional(id),
  kind: optional(z.enum(['kpi_office', 'bureau', 'district'])),
  role: optional(z.enum(ROLES)),
  status: optional(z.enum(['active', 'disabled'])),
  page: optional(z.coerce.number().int().min(1).max(MAX_PAGE)),
});
export type UserFilters = z.infer<typeof userFilters>;

/** What the list of users is narrowed to; AppError badRequest for anything that is no choice of the form. */
export function readUserFilters(query: unknown): UserFilters {
  const parsed = userFilters.safeParse(query);
  if (!parsed.success) throw new AppError('badRequest');
  return parsed.data;
}
