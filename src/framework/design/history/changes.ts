import type { KnownThings } from '../../known.ts';
import type { FrameworkEvent } from '../queries.ts';

/** One field of a part, before and after, as a value that the page can print. */
export interface FieldChange {
  field: string;
  before: Shown;
  after: Shown;
}

/** Null: nothing; a list: its parts one after another; `word`: of the catalogue, design.value. */
export type Shown = null | { text: string } | { word: string } | { list: { name: string; value: Shown }[] };

/** The fields that an event tells of. What was added or taken away is told by its name alone. */
export function changesOf(
  { before, after }: Pick<FrameworkEvent, 'before' | 'after'>,
  known: KnownThings,
): FieldChange[] {
  if (before === null || after === null) {
    const whole = after ?? before ?? {};
    return ['name', 'below']
      .filter((field) => isTold(whole[field]))
      .map((field) => ({
        field,
        before: shown(field, before?.[field], known),
        after: shown(field, after?.[field], known),
      }));
  }
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => field !== 'part',
  );
  return fields.map((field) => ({
    field,
    before: shown(field, before[field], known),
    after: shown(field, after[field], known),
  }));
}

/** What kind of part an event is about, as its fields say. */
export function partOf({ before, after }: Pick<FrameworkEvent, 'before' | 'after'>): string | null {
  const part = after?.part ?? before?.part;
  return typeof part === 'string' ? part : null;
}

function isTold(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

const WORDS = new Set(['direction', 'mode', 'kind', 'source']);

function shown(field: string, value: unknown, known: KnownThings): Shown {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'boolean') return { word: value ? 'yes' : 'no' };
  if (Array.isArray(value))
    return value.length === 0 ? null : { text: value.map((one) => listed(one, known)).join(' · ') };
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([name, inner]) => ({
      name,
      value: shown(field === 'sources' ? 'source' : field, inner, known),
    }));
    return entries.length === 0 ? null : { list: entries };
  }
  if (field === 'bureau') return { text: bureauName(String(value), known) };
  if (field === 'result_unit' && value === 'percent') return { word: 'percent' };
  return WORDS.has(field) ? { word: String(value) } : { text: String(value) };
}

function listed(value: unknown, { offices }: KnownThings): string {
  if (value === null) return '–';
  if (typeof value !== 'object') return String(value);
  const { office, included, reason } = value as { office?: string; included?: boolean; reason?: string };
  const label = offices.find(({ code }) => code === office)?.label ?? office;
  return `${included ? '+' : '−'} ${label} (${reason})`;
}

function bureauName(code: string, { bureaus }: KnownThings): string {
  return bureaus.find((bureau) => bureau.code === code)?.shortName ?? code;
}
