import type { Db } from '../../db/database.ts';
import { loadFramework } from '../../framework/queries.ts';
import type { Framework } from '../../framework/types.ts';
import type { Round } from '../../rounds/types.ts';
import { listOwingBureaus, listOwingOffices } from './queries.ts';
import type { OwedIndicator, OwingBureau, OwingOffice, OwingPage, OwingScope } from './types.ts';

type Pinned = Pick<Round, 'frameworkId' | 'frameworkVersion'>;

/** The offices that owe values, as `listOwingOffices`, in the words of the revision that the round is pinned to. */
export async function loadOwingOffices(
  db: Db,
  round: Pinned,
  scope: OwingScope,
  page: { limit: number | null; offset: number },
): Promise<OwingPage<OwingOffice>> {
  return inWordsOf(await frameworkOf(db, round), await listOwingOffices(db, scope, page));
}

/** The bureaus that owe decisions or scores, in the same words. */
export async function loadOwingBureaus(
  db: Db,
  round: Pinned,
  scope: OwingScope,
): Promise<OwingPage<OwingBureau>> {
  return inWordsOf(await frameworkOf(db, round), await listOwingBureaus(db, scope));
}

function frameworkOf(db: Db, { frameworkId, frameworkVersion }: Pinned): Promise<Framework> {
  return loadFramework(db, frameworkId, frameworkVersion);
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
