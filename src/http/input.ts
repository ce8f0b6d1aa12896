import type { Request } from 'express';
import { z } from 'zod';
import { cleanLine } from '../lib/clean-line.ts';
import { AppError, notFound } from '../lib/errors.ts';

/** The id of a row, as addresses and forms carry it. */
export const id = z.string().regex(/^\d{1,18}$/);

/** The version that a form was filled from. */
export const version = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

/** One line of text; empty where the field was not sent. */
export const line = z.string().default('').transform(cleanLine);

/** Characters of a reason in one line. */
export const LONGEST_REASON = 500;

/** A box that may be ticked. */
export const box = z
  .literal('1')
  .optional()
  .transform((value) => value === '1');

const pathWithId = z.object({ id });

/** The id in the path; throws notFound where it is none. */
export function idOf(req: Request): string {
  return parsed(pathWithId, req.params, notFound()).id;
}

/** What the schema makes of the input; throws `problem` where no page of ours can have sent it. */
export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  problem = new AppError('badRequest'),
): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw problem;
  return result.data;
}
