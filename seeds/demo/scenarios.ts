import { CLOSED, DECIDED, OPEN, type Shares, UNDECIDED } from './fates.ts';
import { around, between, type Random, randomOf } from './random.ts';

/** What is true of one round of the demo. */
export interface Scenario {
  system: string;
  fiscalYear: number;
  kind: string;
  open: boolean;
  /** How much of the central data is not loaded, by sub-indicator; elsewhere 1.5 %. */
  notLoaded: Readonly<Record<string, number>>;
  /** How much is not reported although the rest of the office's page is, by sub-indicator. */
  notReported: Readonly<Record<string, number>>;
  /** How much of what is reported is decided, by code of the bureau; elsewhere by chance. */
  pace: Readonly<Record<string, number>>;
  /** Offices that may report longer than the others, and how many days. */
  extended: { codes: readonly string[]; days: number };
}

const PLAIN = { notLoaded: {}, notReported: {}, pace: {}, extended: { codes: [], days: 0 } };

/**
 * The rounds: FY2559 of KRS is over. Of FY2562 the 6-month round is closed and mostly certified, the 12-month
 * round open. ARS has its 6-month round open; its 12-month round is left for the KPI office to create.
 */
export const SCENARIOS: readonly Scenario[] = [
  // R181: variable 7.1 speaks of the 12-month round, half of the offices leave it empty in this one.
  { system: 'krs', fiscalYear: 2559, kind: '6M', open: false, ...PLAIN, notReported: { '7': 0.45 } },
  { system: 'krs', fiscalYear: 2559, kind: '12M', open: false, ...PLAIN },
  { system: 'krs', fiscalYear: 2562, kind: '6M', open: false, ...PLAIN, notLoaded: { '11.4': 0.04 } },
  {
    system: 'krs',
    fiscalYear: 2562,
    kind: '12M',
    open: true,
    notLoaded: { '2': 0.4, '11.1': 0.05, '12': 1 },
    notReported: { '11.5': 0.3 },
    // สำนักนโยบายและแผน lags behind, การคลัง and กพร. are quick.
    pace: { '1': 0.15, '9': 0.7, '12': 0.75 },
    extended: { codes: ['9601', '9602'], days: 7 },
  },
  {
    system: 'ars',
    fiscalYear: 2559,
    kind: '6M',
    open: true,
    ...PLAIN,
    // R183: สำนักพัฒนากิจกรรมนักเรียน has certified most of 9 and 11.
    pace: { '15': 0.85, '11': 0.3 },
  },
];

export function roundKey(scenario: Scenario): string {
  return `${yearKey(scenario)} ${scenario.kind}`;
}

export function yearKey(scenario: Pick<Scenario, 'system' | 'fiscalYear'>): string {
  return `${scenario.system} ${scenario.fiscalYear}`;
}

/** How likely what became of a sub-indicator that the office supplies is. */
export function sharesOf(
  round: { key: string; scenario: Scenario },
  office: { code: string },
  sub: { code: string; bureau: string },
  random: Random,
): Shares {
  const { scenario } = round;
  const skipped = random() < (scenario.notReported[sub.code] ?? 0);
  if (!scenario.open) return skipped ? { untouched: 1 } : CLOSED;
  if (skipped || random() > progressOf(round.key, office.code)) return OPEN;
  return random() < paceOf(round, sub.bureau) ? DECIDED : UNDECIDED;
}

/** How much of its page an office has filled in: some have not begun, some are done. */
function progressOf(key: string, officeCode: string): number {
  const random = randomOf('progress', key, officeCode);
  const kind = random();
  if (kind < 0.06) return 0;
  return kind < 0.3 ? 1 : between(random, 0.25, 0.98);
}

function paceOf({ key, scenario }: { key: string; scenario: Scenario }, bureau: string): number {
  return scenario.pace[bureau] ?? around(randomOf('pace', key, bureau), 0.5, 0.12);
}
