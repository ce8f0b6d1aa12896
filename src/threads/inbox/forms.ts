import { z } from 'zod';
import { id } from '../../http/input.ts';
import { AppError } from '../../lib/errors.ts';
import type { ReceiptRef } from '../receipts/types.ts';
import { NEWS_KINDS, type NewsQuery } from './types.ts';

const MAX_ITEMS = 100;
const YEARS = { first: 2500, last: 2700 };

const newsQuery = z.object({
  kind: z.enum(NEWS_KINDS).optional().catch(undefined),
  office: id.optional().catch(undefined),
  year: z.coerce.number().int().min(YEARS.first).max(YEARS.last).optional().catch(undefined),
  bureau: z
    .union([id, z.literal('all')])
    .optional()
    .catch(undefined),
  from: id.optional().catch(undefined),
});

/** What the address, or the form of a list, says about it; what cannot be understood says nothing. */
export function readNewsQuery(query: unknown): NewsQuery {
  return newsQuery.parse(query ?? {});
}

const receiptsForm = z.object({
  items: z
    .string()
    .regex(/^\d{1,18}-\d{1,18}(,\d{1,18}-\d{1,18})*$/)
    .max(MAX_ITEMS * 40),
});

/** The items that a page showed and whose receipt is registered: `<item>-<office>`, each once. Throws badRequest. */
export function readReceiptsForm(body: unknown): ReceiptRef[] {
  const parsed = receiptsForm.safeParse(body ?? {});
  if (!parsed.success) throw new AppError('badRequest');
  const pairs = [...new Set(parsed.data.items.split(','))];
  if (pairs.length > MAX_ITEMS) throw new AppError('badRequest');
  return pairs.map((pair) => {
    const [itemId = '', officeId = ''] = pair.split('-');
    return { itemId, officeId };
  });
}
