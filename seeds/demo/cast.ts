import type { Random } from './random.ts';

/** Who acts in one system: ids of users and offices. */
export interface Cast {
  kpiOffice: string;
  /** The people who certify for a bureau, by the bureau's id; the first one most often. */
  certifiers: ReadonlyMap<string, readonly string[]>;
  kpiOfficeId: string;
  /** The id of whoever reports this sub-indicator for the office with this username. */
  reporter(officeUsername: string, year: string, sub: string): string;
}

export interface Actor {
  userId: string;
  /** The bureau in whose stead the KPI office decided. */
  onBehalfOf: string | null;
}

const KPI_OFFICE_STEPS_IN = 0.01;
const SECOND_PERSON = 0.2;

/** Who decides on a variable of this bureau: one of its people, now and then the KPI office in its stead. */
export function deciderOf(cast: Cast, bureauId: string, random: Random): Actor {
  const [first, second] = peopleOf(cast, bureauId);
  if (bureauId !== cast.kpiOfficeId && random() < KPI_OFFICE_STEPS_IN) {
    return { userId: cast.kpiOffice, onBehalfOf: bureauId };
  }
  return { userId: second !== undefined && random() < SECOND_PERSON ? second : first, onBehalfOf: null };
}

/** Who loads the central data of this bureau. */
export function loaderOf(cast: Cast, bureauId: string): Actor {
  const [first] = peopleOf(cast, bureauId);
  return { userId: first, onBehalfOf: null };
}

function peopleOf(cast: Cast, bureauId: string): readonly [string, ...string[]] {
  const [first, ...others] = cast.certifiers.get(bureauId) ?? [];
  if (first === undefined) throw new Error(`Nobody certifies for bureau ${bureauId}`);
  return [first, ...others];
}
