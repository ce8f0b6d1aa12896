import type { Db } from '../../db/database.ts';
import { loadFrameworkOf } from '../../framework/queries.ts';
import type { Framework, Pinned } from '../../framework/types.ts';
import { listOwingBureaus, listOwingOffices } from './queries.ts';
import type { OwedIndicator, OwingBureau, OwingOffice, OwingPage, OwingScope } from './types.ts';

/** The offices that owe values, as `listOwingOffices`, in the words of the revision that the round is pinned to. */
export async function loadOwingOffices(
  db: Db,
  round: Pinned,
  scope: OwingScope,
  page: { limit: number | null; offset: number },
): Promise<OwingPage<OwingOffice>> {
  return inWordsOf(await loadFrameworkOf(db, round), await listOwingOffices(db, scope, page));
}

/** The bureaus that owe decisions or scores, in the same words. */
export async function loadOwingBureaus(
  db: Db,
  round: Pinned,
  scope: OwingScope,
): Promise<OwingPage<OwingBureau>> {
  return inWordsOf(await loadFrameworkOf(db, round), await listOwingBureaus(db, scope));
}

function inWordsOf<Side extends { indicators: OwedIndicator[] }>(
  { nodes, subIndicators }: Framework,
  page: OwingPage<Side>,
): OwingPage<Side> {
  const places = new Map(subIndicators.map(({ id }, place) => [id, place]));
  const placeOf = ({ id }: OwedIndicator) => places.get(id) ?? places.size;
  const named = (indicator: OwedIndicator): OwedIndicator => {
    const { code, name } = nodes.get(indicator.id) ?? indicator;
    return { ...indicator, code, name };
  };
  const sides = page.sides.map((side) => ({
    ...side,
    indicators: side.indicators.map(named).sort((a, b) => placeOf(a) - placeOf(b)),
  }));
  return { ...page, sides };
}
