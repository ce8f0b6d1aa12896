import type { Transaction } from '../../db/database.ts';
import { readFrameworkRows } from '../../framework/queries.ts';
import type { FrameworkRows } from '../../framework/rows.ts';
import type { Progress } from '../../tasks/types.ts';
import { canonicalText, type Plain } from './canonical.ts';
import { fixedContent } from './content.ts';
import { listSealedEntries, listSealedScores, loadFixedRows } from './queries.ts';
import { LONG_LISTS, type LongList, type SealableRound, type SealedContent } from './types.ts';

/** Offices whose entries or scores are in the memory at a time. */
const AT_ONCE = 50;

type Round = Pick<SealableRound, 'id' | 'frameworkId'>;
type FixedContent = Omit<SealedContent, LongList>;
type Row = { readonly [key: string]: Plain };

const LISTS = { entries: listSealedEntries, scores: listSealedScores };

/** What is sealed of a round beside its long lists, and the framework that it is pinned to. */
export async function loadFixed(
  trx: Transaction,
  { id, frameworkId }: Round,
): Promise<{ content: FixedContent; framework: FrameworkRows }> {
  const rows = await loadFixedRows(trx, id);
  const framework = rows.replaced ?? (await readFrameworkRows(trx, frameworkId));
  return { content: fixedContent(rows, framework), framework };
}

/** All of it, as it is in the tables. The caller's transaction sees one moment. */
export async function loadContent(trx: Transaction, round: Round): Promise<SealedContent> {
  const { content } = await loadFixed(trx, round);
  const lists: Record<LongList, Row[]> = { entries: [], scores: [] };
  for (const list of LONG_LISTS) {
    for await (const rows of slices(trx, round, content, list)) for (const row of rows) lists[list].push(row);
  }
  return { ...content, ...lists };
}

/**
 * The canonical text of a round in pieces: of its long lists a piece for every few offices, so that memory does not
 * grow with their number and pages are answered meanwhile.
 */
export async function* sealedText(
  trx: Transaction,
  round: Round,
  content: FixedContent,
  progress: Progress,
): AsyncGenerator<string> {
  const fixed: { readonly [part: string]: unknown } = content;
  const steps = LONG_LISTS.length * content.offices.length;
  let done = 0;
  let opening = '{';
  for (const part of [...Object.keys(fixed), ...LONG_LISTS].sort()) {
    yield `${opening}${JSON.stringify(part)}:`;
    opening = ',';
    if (!isLongList(part)) {
      yield canonicalText(fixed[part] as Plain);
      continue;
    }
    let separator = '[';
    for await (const rows of slices(trx, round, content, part)) {
      progress(done, steps);
      done += AT_ONCE;
      if (rows.length === 0) continue;
      yield separator + rows.map(canonicalText).join(',');
      separator = ',';
    }
    yield separator === '[' ? '[]' : ']';
  }
  yield '}';
}

/** The rows of a long list, by offices in the order of their ids. */
async function* slices(
  trx: Transaction,
  round: Round,
  { offices }: FixedContent,
  list: LongList,
): AsyncGenerator<Row[]> {
  for (let at = 0; at < offices.length; at += AT_ONCE) {
    const officeIds = offices.slice(at, at + AT_ONCE).map(({ office }) => String(office));
    yield await LISTS[list](trx, { roundId: round.id, officeIds });
  }
}

function isLongList(part: string): part is LongList {
  return (LONG_LISTS as readonly string[]).includes(part);
}
