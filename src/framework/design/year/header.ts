import { fromLocalInput, toLocalInput } from '../../../i18n/dates.ts';
import { withArabicDigits } from '../../../lib/numbers.ts';
import type { DraftDocument, DraftRound } from '../../drafts/types.ts';
import { headerFields, roundFields } from '../../format.ts';
import { windowProblems, withRound } from '../../year-rounds.ts';
import { type FieldReader, fieldReader, type Problems, type Typed } from '../fields.ts';

/** Titles and planned rounds: what stands above the tree. */
export interface Header {
  title_th: string;
  title_en: string;
  rounds: DraftRound[];
}

export interface HeaderForm extends Pick<Header, 'title_th' | 'title_en'> {
  rounds: TypedRound[];
  /** How a round was called before, by its kind: its sources and criteria follow its name. New ones are not named. */
  formerKinds: Record<string, string>;
}

/** A round as it was typed; without a number it takes its place by its kind. */
interface TypedRound extends Omit<DraftRound, 'sequence'> {
  sequence: number | null;
}

const MAX_ROUNDS = 12;
const MOMENTS = ['entry_opens_at', 'entry_closes_at', 'certification_closes_at'] as const;

/** What the draft's header is. */
export function headerOf({ title_th, title_en, rounds }: DraftDocument): Header {
  return { title_th, title_en, rounds };
}

/** The header as its form shows it, without the rounds that are there already: those have a page of their own. */
export function typedHeader({ title_th, title_en, rounds }: Header, fixed: ReadonlySet<string>): Typed {
  const free = rounds.filter(({ kind }) => !fixed.has(kind));
  const typed: Typed = { title_th: [title_th], title_en: [title_en], rounds: [String(free.length)] };
  free.forEach((round, row) => {
    const set = (name: string, text: string) => {
      typed[`round-${row}-${name}`] = [text];
    };
    set('was', round.kind);
    set('kind', round.kind);
    set('label', round.label);
    set('sequence', String(round.sequence));
    set('data_as_of', round.data_as_of ?? '');
    for (const name of MOMENTS) set(name, round[name] === '' ? '' : toLocalInput(new Date(round[name])));
  });
  return typed;
}

/** Reads the header's form; a row without a kind and a label is no round. `fixed`: kinds of rounds that are there. */
export function readHeaderForm(
  typed: Typed,
  fixed: ReadonlySet<string>,
): { header: HeaderForm; problems: Problems } {
  const reader = fieldReader(typed);
  const header: HeaderForm = {
    title_th: reader.text('title_th', headerFields.title_th),
    title_en: reader.text('title_en', headerFields.title_en),
    rounds: [],
    formerKinds: {},
  };
  const count = reader.whole('rounds', { min: 0, max: MAX_ROUNDS, otherwise: 0 });
  for (let row = 0; row <= count && header.rounds.length < MAX_ROUNDS; row += 1)
    readRound(reader, row, header, fixed);
  return { header, problems: reader.problems };
}

function readRound(reader: FieldReader, row: number, header: HeaderForm, fixed: ReadonlySet<string>): void {
  const name = (field: string) => `round-${row}-${field}`;
  if (reader.flag(name('remove'))) return;
  const label = reader.text(name('label'), roundFields.label);
  const kind = withArabicDigits(reader.list(name('kind'))[0] ?? '');
  if (kind === '' && label === '') return;
  if (!roundFields.kind.safeParse(kind).success) reader.note(name('kind'), 'roundKind');
  if (fixed.has(kind) || header.rounds.some((round) => round.kind === kind))
    reader.note(name('kind'), 'roundTwice');
  const [was = ''] = reader.list(name('was'));
  if (was !== '' && !fixed.has(was)) header.formerKinds[kind] = was;
  const [opens, closes, certified] = MOMENTS.map((moment) => readMoment(reader, name(moment)));
  const wrong = windowProblems({
    entryOpensAt: opens,
    entryClosesAt: closes,
    certificationClosesAt: certified,
  });
  if (wrong.closes) reader.note(name('entry_closes_at'), wrong.closes);
  if (wrong.certification) reader.note(name('certification_closes_at'), wrong.certification);
  header.rounds.push({
    kind,
    sequence: reader.whole(name('sequence'), { min: 1, max: 99, otherwise: 0 }) || null,
    label,
    data_as_of: readDay(reader, name('data_as_of')),
    entry_opens_at: opens?.toISOString() ?? '',
    entry_closes_at: closes?.toISOString() ?? '',
    certification_closes_at: certified?.toISOString() ?? '',
  });
}

function readMoment(reader: FieldReader, name: string): Date | undefined {
  const [text = ''] = reader.list(name);
  const moment = fromLocalInput(text);
  if (text !== '' && moment === undefined) reader.note(name, 'moment');
  return moment;
}

/** A day; years of the Buddhist Era are understood as with times. */
function readDay(reader: FieldReader, name: string): string | null {
  const [text = ''] = reader.list(name);
  const moment = fromLocalInput(`${text}T00:00`);
  if (text !== '' && moment === undefined) reader.note(name, 'moment');
  return moment === undefined ? null : toLocalInput(moment).slice(0, 10);
}

/**
 * The draft under another header. A round that is called otherwise keeps its sources and criteria; one that is new
 * asks of every variable what the round before it asks, or the office where there is none.
 */
export function changeHeader(
  document: DraftDocument,
  { formerKinds, ...typed }: HeaderForm,
  fixed: ReadonlySet<string>,
): DraftDocument {
  const there = document.rounds.filter(({ kind }) => fixed.has(kind));
  const rounds = inOrder(there, typed.rounds);
  const header = { ...typed, rounds };
  const copy = { ...structuredClone(document), ...header };
  const known = new Set(document.rounds.map(({ kind }) => kind));
  const kinds = header.rounds.map(({ kind }) => kind);
  const formerOf = (kind: string) => {
    const former = formerKinds[kind] ?? kind;
    return known.has(former) ? former : undefined;
  };
  const isSame = kinds.length === known.size && kinds.every((kind) => formerOf(kind) === kind);
  if (isSame) return copy;
  for (const sub of copy.dimensions.flatMap(subIndicatorsBelow)) {
    const criteria = sub.criteria_by_round;
    sub.criteria_by_round = Object.fromEntries(
      kinds.flatMap((kind) => {
        const levels = criteria[formerOf(kind) ?? ''];
        return levels === undefined ? [] : [[kind, levels]];
      }),
    );
    for (const variable of sub.variables) {
      const sources: typeof variable.sources = {};
      kinds.forEach((kind, at) => {
        const former = formerOf(kind);
        const own = former === undefined ? undefined : variable.sources[former];
        const before = sources[kinds[at - 1] ?? ''] ?? 'office';
        if (own !== undefined || former === undefined) sources[kind] = own ?? before;
      });
      variable.sources = sources;
    }
  }
  return copy;
}

/** All rounds of the year in their order; those without a number stand before the rounds of later kinds. */
function inOrder(there: readonly DraftRound[], typed: readonly TypedRound[]): DraftRound[] {
  const isNumbered = (round: TypedRound): round is DraftRound => round.sequence !== null;
  const numbered: DraftRound[] = [...there, ...typed.filter(isNumbered)];
  const others = typed.filter((round) => !isNumbered(round)).map((round) => ({ ...round, sequence: 0 }));
  return others.reduce(
    withRound,
    numbered.sort((a, b) => a.sequence - b.sequence),
  );
}

type Nodes = DraftDocument['dimensions'][number];

function subIndicatorsBelow({ indicators, sub_indicators: subIndicators }: Nodes): Nodes['sub_indicators'] {
  return [...subIndicators, ...indicators.flatMap(subIndicatorsBelow)];
}
