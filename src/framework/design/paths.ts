import { z } from 'zod';
import { parsed } from '../../http/input.ts';
import { notFound } from '../../lib/errors.ts';
import { type PartRef, parseRef } from './refs.ts';

const year = z
  .string()
  .regex(/^2[5-7]\d\d$/)
  .transform(Number)
  .pipe(z.number().max(2700));

/** The fiscal year in an address. Throws notFound for what cannot be one. */
export function readYear(params: { year?: unknown }): number {
  return parsed(year, params.year, 'notFound');
}

/** A fiscal year as somebody typed it; undefined for what cannot be one. */
export function typedYear(text: string): number | undefined {
  return year.safeParse(text.trim()).data;
}

/** The part in an address. Throws notFound for what cannot be one. */
export function readPartRef(params: { part?: unknown }): PartRef {
  const ref = typeof params.part === 'string' ? parseRef(params.part) : undefined;
  if (ref === undefined) throw notFound();
  return ref;
}

/** A value of an address's query; '' where it is missing or there are several. */
export function queryText(query: Record<string, unknown>, name: string): string {
  const value = query[name];
  return typeof value === 'string' ? value.slice(0, 200) : '';
}
