import { BANGKOK_OFFSET_MS } from '../../lib/bangkok.ts';
import { takeKey } from '../drafts/document.ts';
import { isPublished } from '../drafts/parts.ts';
import type { DraftDocument, DraftNode, DraftRound, DraftVariable } from '../drafts/types.ts';

const ERA = 543;
const WEEK_MS = 7 * 86_400_000;
const WEEKS_IN_YEAR = 365.2425 / 7;

/**
 * A year's framework as the draft of another: new keys, every variable with the published one it was copied from
 * (the "last round" of the first round), titles and names of rounds with the year replaced, rounds on the same
 * weekday and at the same time of day in Bangkok.
 */
export function copyToYear(source: DraftDocument, fiscalYear: number): DraftDocument {
  const copy: DraftDocument = { ...structuredClone(source), fiscal_year: fiscalYear, next_key: 1 };
  const rename = (text: string) => withYear(text, source.fiscal_year, fiscalYear);
  copy.title_th = rename(copy.title_th);
  copy.title_en = rename(copy.title_en);
  copy.rounds = copy.rounds.map((round) => ({
    ...movedRound(round, source.fiscal_year, fiscalYear),
    label: rename(round.label),
  }));
  for (const dimension of copy.dimensions) renewNode(copy, dimension);
  return copy;
}

function renewNode(copy: DraftDocument, node: DraftNode): void {
  node.key = takeKey(copy);
  for (const below of node.indicators) renewNode(copy, below);
  for (const sub of node.sub_indicators) {
    sub.key = takeKey(copy);
    for (const variable of sub.variables) renewVariable(copy, variable);
  }
}

function renewVariable(copy: DraftDocument, variable: DraftVariable): void {
  variable.copied_from = isPublished(variable.key) ? variable.key : null;
  variable.key = takeKey(copy);
}

/**
 * The text about another year: of the Buddhist Era (`2562`, `๒๕๖๒`, `62` by itself) and of the Common Era (`2019`).
 * Longer numbers are left alone.
 */
export function withYear(text: string, from: number, to: number): string {
  const forms: [string, string][] = [
    [String(from), String(to)],
    [thaiDigits(String(from)), thaiDigits(String(to))],
    [String(from - ERA), String(to - ERA)],
    [String(from).slice(2), String(to).slice(2)],
    [thaiDigits(String(from).slice(2)), thaiDigits(String(to).slice(2))],
  ];
  const years = new Map(forms);
  return text.replace(/[0-9]+|[๐-๙]+/g, (digits) => years.get(digits) ?? digits);
}

function thaiDigits(text: string): string {
  return text.replace(/\d/g, (digit) => '๐๑๒๓๔๕๖๗๘๙'.charAt(Number(digit)));
}

/**
 * The nearest same weekday of the other year, all times by the same number of weeks; one week later where the opening
 * would come before the day of the data, or before its year begins.
 */
function movedRound(round: DraftRound, from: number, to: number): DraftRound {
  const { data_as_of: asOf, entry_opens_at: opens, entry_closes_at: closes } = round;
  const nearest = Math.round((to - from) * WEEKS_IN_YEAR);
  const movedAsOf = asOf === null ? null : movedDay(asOf, to - from);
  const earliest = [...(movedAsOf === null ? [] : [movedAsOf]), `${to - ERA - 1}-09-30`].sort().at(-1) ?? '';
  const wasAfter = asOf === null || dayOf(opens) > asOf;
  const isEarly = opens !== '' && wasAfter && dayOf(movedMoment(opens, nearest)) <= earliest;
  const weeks = isEarly ? nearest + 1 : nearest;
  return {
    ...round,
    data_as_of: movedAsOf,
    entry_opens_at: movedMoment(opens, weeks),
    entry_closes_at: movedMoment(closes, weeks),
    certification_closes_at: movedMoment(round.certification_closes_at, weeks),
  };
}

/** Bangkok knows no summer time: whole weeks keep weekday and time of day. */
function movedMoment(iso: string, weeks: number): string {
  return iso === '' ? '' : new Date(Date.parse(iso) + weeks * WEEK_MS).toISOString();
}

function dayOf(iso: string): string {
  return iso === '' ? '' : new Date(Date.parse(iso) + BANGKOK_OFFSET_MS).toISOString().slice(0, 10);
}

/** The same day of the other year; 29 February is the 28th where there is none. */
function movedDay(day: string, years: number): string {
  const moved = `${Number(day.slice(0, 4)) + years}${day.slice(4)}`;
  const exists = new Date(`${moved}T00:00Z`).toISOString().slice(0, 10) === moved;
  return exists ? moved : `${moved.slice(0, 8)}28`;
}
