import { z } from 'zod';
import { id, lines, optional, reasonProblem, version } from '../http/input.ts';
import { fromLocalInput } from '../i18n/dates.ts';
import { FILTERS } from './types.ts';

const MAX_ENTRIES = 3000;

/** Ready-made reasons of a rejection and of a permit; their texts are in the catalogue. */
export const REJECTION_TEMPLATES = ['noEvidence', 'incomplete', 'mismatch', 'otherRound', 'overdue'] as const;
export const PERMIT_TEMPLATES = ['correct', 'attach', 'trouble'] as const;

/** Which list, `?round=&variable=` or `?round=&office=`, and how it is narrowed. Unknown filters are no filters. */
const place = {
  view: z.enum(['variables', 'offices']).catch('variables'),
  round: optional(id),
  variable: optional(id),
  office: optional(id),
  status: z.enum(FILTERS).optional().catch(undefined),
  bureau: optional(id).catch(undefined),
};
export const placeForm = z.object(place);
export type PlaceForm = z.infer<typeof placeForm>;

/** The address of a list. */
export const listQuery = z.object({
  ...place,
  /** The boxes that stand ticked already: those that wait for a decision. */
  select: z.literal('pending').optional().catch(undefined),
});
export type ListQuery = z.infer<typeof listQuery>;

/** One entry, in the version that was on the screen. */
export const singleForm = z.object({ ...place, version });

/** Many entries: `entry=<id>:<version>` for each, or `entries=<id>:<version>,…`; none twice. */
export const manyForm = z
  .object({
    ...place,
    entry: z.union([z.string(), z.array(z.string())]).optional(),
    entries: z.string().max(100_000).optional(),
  })
  .transform(({ entry = [], entries = '', ...rest }, context) => {
    const seen = new Map<string, number>();
    for (const text of [entry, entries.split(',')].flat().filter((part) => part !== '')) {
      const [, entryId, version] = /^(\d{1,18}):(\d{1,9})$/.exec(text) ?? [];
      if (entryId === undefined || seen.has(entryId) || seen.size >= MAX_ENTRIES) {
        context.addIssue({ code: 'custom', message: 'unreadable entry', path: ['entry'] });
        return z.NEVER;
      }
      seen.set(entryId, Number(version));
    }
    return { ...rest, seen };
  });

/** Why, as typed: a ready-made reason, a text of one's own, or both; until when, as the browser sends it. */
export const reasonForm = z.object({
  template: z
    .enum([...REJECTION_TEMPLATES, ...PERMIT_TEMPLATES])
    .optional()
    .catch(undefined),
  reason: lines,
  until: z.string().trim().default(''),
});
export type ReasonForm = z.infer<typeof reasonForm>;

export type ReasonProblem =
  | 'reasonMissing'
  | 'reasonTooLong'
  | 'untilMissing'
  | 'untilUnreadable'
  | 'past'
  | 'tooLate';

/** What is wrong with a typed reason and time; both are required for a permit, the time is not for a rejection. */
export function checkReason(
  typed: ReasonForm,
  templateText: string,
  untilRequired: boolean,
): { reason: string; until: Date | null; problems: { reason?: ReasonProblem; until?: ReasonProblem } } {
  const reason = [templateText, typed.reason].filter((part) => part !== '').join(' ');
  const until = typed.until === '' ? undefined : fromLocalInput(typed.until);
  const problems: { reason?: ReasonProblem; until?: ReasonProblem } = {};
  const wrong = reasonProblem(reason);
  if (wrong !== undefined) problems.reason = wrong;
  if (typed.until === '' && untilRequired) problems.until = 'untilMissing';
  if (typed.until !== '' && until === undefined) problems.until = 'untilUnreadable';
  return { reason, until: until ?? null, problems };
}

/** The keyboard's verbs, on or off. */
export const keysForm = z.object({ ...place, on: z.enum(['1', '0']) });
