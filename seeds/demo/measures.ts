import { around, between, randomOf, remembered } from './random.ts';

/** How large an office is: what its figures are shares of. */
interface Size {
  schools: number;
  pupils: number;
  staff: number;
  /** Baht a year. */
  budget: number;
}

type Share = readonly [measure: keyof Size, part: number];

/**
 * What the denominators count, by system, year and sub-indicator: a measure of the office's size and about what
 * part of it. Two for the mean of two ratios; for savings, the consumption that is saved from.
 */
const DENOMINATORS: Readonly<Record<string, readonly Share[]>> = {
  'krs 2562 1': [['pupils', 0.14]],
  'krs 2562 2': [['pupils', 0.12]],
  'krs 2562 3': [['pupils', 0.12]],
  'krs 2562 4': [['pupils', 1]],
  'krs 2562 6': [['schools', 0.4]],
  'krs 2562 7': [['pupils', 0.04]],
  'krs 2562 9': [['schools', 1]],
  'krs 2562 11.1': [['budget', 1]],
  'krs 2562 11.2': [['schools', 1]],
  'krs 2562 11.4': [['schools', 0.5]],
  'krs 2559 1.1.1': [['pupils', 0.36]],
  'krs 2559 1.1.2': [['pupils', 0.3]],
  'krs 2559 1.2.1': [['pupils', 0.14]],
  'krs 2559 1.2.2': [['pupils', 0.3]],
  'krs 2559 1.3': [['schools', 1]],
  'krs 2559 1.4': [['staff', 1]],
  'krs 2559 1.5.1.1': [['schools', 0.35]],
  'krs 2559 1.5.1.2': [['schools', 0.1]],
  'krs 2559 1.5.2': [['schools', 0.5]],
  'krs 2559 2': [['staff', 0.2]],
  'krs 2559 3.1': [['budget', 0.35]],
  'krs 2559 3.2': [['budget', 1]],
  'krs 2559 4.1': [['schools', 420]],
  'krs 2559 4.2': [['schools', 75]],
  'krs 2559 5': [['schools', 18]],
  'krs 2559 6.3': [['schools', 1]],
  'krs 2559 6.4': [['staff', 1]],
  'ars 2559 8': [['schools', 0.5]],
  'ars 2559 12': [['pupils', 0.12]],
  'ars 2559 13': [['schools', 1]],
  'ars 2559 14': [
    ['pupils', 1],
    ['staff', 0.12],
  ],
};

/**
 * The denominators of a sub-indicator for an office, the same in every round of the year. Now and then there is
 * nothing to count (no large school in the area): then there is no result.
 */
export function denominatorsOf(subject: string, office: { code: string; type: string }): number[] {
  const shares = DENOMINATORS[subject];
  if (shares === undefined) throw new Error(`The demo does not know what ${subject} counts`);
  const size = sizeOf(`${office.type} ${office.code}`);
  return shares.map(([measure, part], index) => {
    const random = randomOf('denominator', subject, index, office.code);
    if (subject === 'krs 2559 1.5.1.2' && random() < 0.02) return 0;
    return Math.max(1, Math.round(size[measure] * part * between(random, 0.85, 1.15)));
  });
}

const sizeOf = remembered((office): Size => {
  const [type, code = ''] = office.split(' ');
  const random = randomOf('size', code);
  const secondary = type === 'สพม';
  const schools = Math.round(secondary ? around(random, 55, 13) : around(random, 145, 38));
  const pupils = Math.round(schools * (secondary ? between(random, 650, 1100) : between(random, 110, 220)));
  const staff = Math.round(pupils / between(random, 16, 21));
  return { schools, pupils, staff, budget: Math.round(pupils * between(random, 1800, 2600)) };
});
