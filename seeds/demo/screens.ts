import { DAY, startOfDay } from './calendar.ts';
import type { Fate } from './fates.ts';
import { R180_SIX_MONTHS, R180_TWELVE_MONTHS } from './reasons.ts';

/** What the manuals show of one sub-indicator of one office, instead of what chance would make of it. */
export interface Shown {
  fate: Fate;
  values?: readonly string[];
  reason?: string;
  /** The day of the decision in the manual's own calendar, before the shift. */
  decidedOn?: string;
}

/** สพม. เขต 7 and กระบี่: official codes. */
export const SECONDARY_7 = '101707';
export const KRABI = '8101';

/** R180: the last message of the round that is still open here. */
const LAST_MESSAGE = '2019-10-25T00:00+07:00';

/**
 * How far the dates of the manuals' screens move: like all dates of their data set. What they show of the round
 * that is open here was said after it had closed there, and moves so that the last day is yesterday.
 */
export function shiftOfScreens(plan: {
  scenario: { open: boolean };
  times: { today: number };
  shift: number;
}): number {
  return plan.scenario.open ? plan.times.today - DAY - startOfDay(Date.parse(LAST_MESSAGE)) : plan.shift;
}

/**
 * The screens of the manuals, by round, office and sub-indicator.
 *
 * R179, the 6-month entry screen of สพม. เขต 7: 11.2 and 11.4 from the centre, not loaded yet (0.0000 ร้อยละ 0.00);
 * 11.3 an empty box. Its thread says "ไม่รับรอง" on 30 เม.ย. 2562 (R180): bureau 9 rejected it, still empty, ten days
 * after the entry window had closed. 11.5 is not due in this round. In the 12-month round 11.2 shows 45 of 54
 * schools (3.3333 ร้อยละ 83.33), and 11.3 is rejected because of the bank balance of R180.
 *
 * R183, the ARS AUDIT screen of สำนักพัฒนากิจกรรมนักเรียน, here of กระบี่: 9 and 11 certified, 10 reported and its
 * AUDIT box still empty.
 */
const SHOWN: Readonly<Record<string, Shown>> = {
  [`krs 2562 6M ${SECONDARY_7} 11.2`]: { fate: 'missing' },
  [`krs 2562 6M ${SECONDARY_7} 11.4`]: { fate: 'missing' },
  [`krs 2562 6M ${SECONDARY_7} 11.3`]: {
    fate: 'overdue',
    reason: R180_SIX_MONTHS,
    decidedOn: '2019-04-30T10:30+07:00',
  },
  [`krs 2562 12M ${SECONDARY_7} 11.2`]: { fate: 'loaded', values: ['45', '54'] },
  [`krs 2562 12M ${SECONDARY_7} 11.3`]: {
    fate: 'rejected',
    values: ['1'],
    reason: R180_TWELVE_MONTHS,
    decidedOn: '2019-10-24T09:40+07:00',
  },
  [`ars 2559 6M ${KRABI} 9`]: { fate: 'certified', values: ['4'] },
  [`ars 2559 6M ${KRABI} 10`]: { fate: 'pending', values: ['5'] },
  [`ars 2559 6M ${KRABI} 11`]: { fate: 'certified', values: ['5'] },
};

/** R181, "KRS 7" in the 6-month round of FY2559: the offices whose box holds 1, and those with n/a. */
const REPORTED_KRS_7 = [
  'กระบี่',
  'กรุงเทพมหานคร เขต 1',
  'กาญจนบุรี เขต 3',
  'กาญจนบุรี เขต 4',
  'กาฬสินธุ์ เขต 1',
  'กาฬสินธุ์ เขต 3',
  'กำแพงเพชร เขต 1',
  'ขอนแก่น เขต 1',
  'นครราชสีมา เขต 2',
  'นครราชสีมา เขต 7',
  'นครศรีธรรมราช เขต 3',
];
const UNREPORTED_KRS_7 = [
  'กาญจนบุรี เขต 1',
  'กาญจนบุรี เขต 2',
  'กาฬสินธุ์ เขต 2',
  'กำแพงเพชร เขต 2',
  'นครพนม เขต 1',
  'นครราชสีมา เขต 1',
  'นครราชสีมา เขต 3',
  'นครราชสีมา เขต 4',
  'นครราชสีมา เขต 5',
  'นครราชสีมา เขต 6',
  'นครศรีธรรมราช เขต 1',
  'นครศรีธรรมราช เขต 2',
];

const REPORTED: Shown = { fate: 'certified', values: ['1'] };
/** Certified after the documents of R182 were attached. */
const IN_R182: Readonly<Record<string, Partial<Shown>>> = {
  [KRABI]: { decidedOn: '2016-05-06T10:30+07:00' },
};

/** What the manuals show of this sub-indicator, if they show it. */
export function shownIn(
  round: string,
  office: { code: string; listLabel: string },
  sub: string,
): Shown | undefined {
  if (round === 'krs 2559 6M' && sub === '7') {
    if (REPORTED_KRS_7.includes(office.listLabel)) return { ...REPORTED, ...IN_R182[office.code] };
    if (UNREPORTED_KRS_7.includes(office.listLabel)) return { fate: 'untouched' };
  }
  return IN_MANUALS.has(office.code) ? SHOWN[`${round} ${office.code} ${sub}`] : undefined;
}

const IN_MANUALS = new Set([SECONDARY_7, KRABI]);

/** R183: the certifier has not filled the AUDIT box of this office yet. */
export function auditIsEmpty(round: string, officeCode: string): boolean {
  return round === 'ars 2559 6M' && officeCode === KRABI;
}
