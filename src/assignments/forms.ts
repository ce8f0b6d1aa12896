import { z } from 'zod';
import { id, optional } from '../http/input.ts';
import { AppError } from '../lib/errors.ts';

const MAX_NODES = 2000;

const year = optional(
  z
    .string()
    .regex(/^\d{4}$/)
    .transform(Number),
);
const nodes = z
  .union([id.transform((one) => [one]), z.array(id).max(MAX_NODES)])
  .optional()
  .transform((list) => [...new Set(list)]);
const pairKey = z.string().regex(/^\d{1,18}:\d{1,18}$/);
const pairs = z
  .union([pairKey.transform((one) => [one]), z.array(pairKey).max(MAX_NODES)])
  .optional()
  .transform((list) => new Set(list));
/** `12,15,20`; empty: none. */
const idList = z
  .string()
  .regex(/^(\d{1,18}(,\d{1,18})*)?$/)
  .transform((text) => (text === '' ? [] : text.split(',')))
  .refine((list) => list.length <= MAX_NODES);

const personPath = z.object({ id });
const personQuery = z.object({ year, from: optional(id) });
/** `shown`: what the page showed as assigned; `tick`: a heading below which everything is to be ticked first. */
const personForm = z.object({ year, shown: idList, node: nodes, tick: optional(id) });
const listQuery = z.object({ office: optional(id), year, show: optional(z.literal('lacking')) });
const takeOverQuery = z.object({ office: optional(id) });
/** The fiscal years that the page was about, and the pairs of sub-indicators that were ticked. */
const takeOverForm = z.object({
  office: optional(id),
  from: z.string().regex(/^\d{4}$/),
  to: z.string().regex(/^\d{4}$/),
  pair: pairs,
});

export type PersonQuery = z.infer<typeof personQuery>;
export type PersonForm = z.infer<typeof personForm>;
export type ListQuery = z.infer<typeof listQuery>;
export type TakeOverForm = z.infer<typeof takeOverForm>;

/** The id in a path; AppError notFound for what cannot be one. */
export function readPersonId(params: unknown): string {
  const parsed = personPath.safeParse(params);
  if (!parsed.success) throw new AppError('notFound');
  return parsed.data.id;
}

/** Which year, and whose assignments are to be ticked as well. AppError badRequest for anything else. */
export function readPersonQuery(query: unknown): PersonQuery {
  return read(personQuery, query);
}

/** The ticks of one person. */
export function readPersonForm(body: unknown): PersonForm {
  return read(personForm, body ?? {});
}

/** Which office and year a list is about, and how it is narrowed. */
export function readListQuery(query: unknown): ListQuery {
  return read(listQuery, query);
}

/** Whose assignments of an earlier year are to be taken over. */
export function readTakeOverQuery(query: unknown): { office?: string | undefined } {
  return read(takeOverQuery, query);
}

/** The confirmation of a takeover. */
export function readTakeOverForm(body: unknown): TakeOverForm {
  return read(takeOverForm, body ?? {});
}

function read<Schema extends z.ZodType>(schema: Schema, given: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new AppError('badRequest');
  return parsed.data;
}
