import type { Request } from 'express';
import { z } from 'zod';
import { cleanLine } from '../lib/clean-line.ts';
import { AppError, type AppErrorCode } from '../lib/errors.ts';

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

/** Characters of a reason or an answer of several lines. */
export const LONGEST_TEXT = 2000;

/** Several lines as typed; one longer than LONGEST_TEXT is told beside its field. */
export const lines = z
  .string()
  .max(20_000)
  .default('')
  .transform((typed) => typed.replace(/\r\n?/g, '\n').trim());

/** What is wrong with a reason that has to be given. */
export function reasonProblem(reason: string): 'reasonMissing' | 'reasonTooLong' | undefined {
  if (reason.length > LONGEST_TEXT) return 'reasonTooLong';
  return reason === '' ? 'reasonMissing' : undefined;
}

/** A choice of a form that is sent with the address: an empty field says nothing. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
}

/** What is searched for, or the name of a region or type; PostgreSQL holds no text with a zero byte in it. */
export const filterText = z
  .string()
  .max(100)
  .refine((typed) => !typed.includes('\0'))
  .transform((typed) => typed.trim());

/** The page of a list. */
export const pageNumber = z.coerce.number().int().min(1).max(10_000);

/** A box that may be ticked. */
export const box = z
  .literal('1')
  .optional()
  .transform((value) => value === '1');

const pathWithId = z.object({ id });

/** The id in the path; throws notFound where it is none. */
export function idOf(req: Request): string {
  return parsed(pathWithId, req.params, 'notFound').id;
}

/** What the schema makes of the input; throws `problem` where no page of ours can have sent it. */
export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  problem: AppErrorCode = 'badRequest',
): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw new AppError(problem);
  return result.data;
}
