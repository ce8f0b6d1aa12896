import { z } from 'zod';
import { id } from '../http/input.ts';
import { cleanLine } from '../lib/clean-line.ts';

const MAX_OFFICES = 5000;

/** Fields of a form in which offices are ticked; `filter`: the list is to be narrowed, or what it shows to be ticked. */
export const officeChoice = {
  office: z
    .union([id, z.array(id).max(MAX_OFFICES)])
    .optional()
    .transform((ids = []) => [...new Set([ids].flat())]),
  q: z.string().max(200).default('').transform(cleanLine),
  type: z.string().max(20).default('').transform(cleanLine),
  filter: z.enum(['list', 'tick', 'untick']).optional(),
};

export interface OfficeChoice {
  office: readonly string[];
  q: string;
  type: string;
  filter?: 'list' | 'tick' | 'untick' | undefined;
}

/** What views/partials/office-choice.ejs shows of these offices: those that the form narrows them to, and its ticks. */
export function chooseOffices<Office extends { id: string; name: string; type: string | null }>(
  all: readonly Office[],
  { office, q, type, filter }: OfficeChoice,
) {
  const wanted = q.toLocaleLowerCase();
  const shown = all.filter(
    (one) =>
      (type === '' || one.type === type) && (wanted === '' || one.name.toLocaleLowerCase().includes(wanted)),
  );
  const ticked = new Set(office);
  if (filter === 'tick') for (const one of shown) ticked.add(one.id);
  if (filter === 'untick') for (const one of shown) ticked.delete(one.id);
  const types = [...new Set(all.flatMap((one) => one.type ?? []))];
  return { all, shown, ticked, types, q, type };
}
