import { startOfDay } from './calendar.ts';
import { KRABI, SECONDARY_7, shiftOfScreens } from './screens.ts';
import type { Said, Subject } from './talk.ts';
import { R180_ANSWERS, R180_DOCUMENTS, R182_DOCUMENTS } from './talk-texts.ts';

const HALF_AN_HOUR = 1_800_000;

/** What is said in a thread that a manual shows; `on` is the manual's own date. */
interface ShownItem {
  kind: 'document' | 'comment';
  side: Said['side'];
  on: string;
  text: string;
  file?: string;
  /** Nobody has registered it. */
  isNew?: boolean;
}

/**
 * R180, the thread of สพม. เขต 7 about 11.3: behind the reasons of both rejections the answers and the last demand,
 * here with the documents of which they speak.
 * R182, two documents beside KRS 7, here of กระบี่, that nobody has registered.
 */
const SHOWN_TALK: Readonly<Record<string, readonly ShownItem[]>> = {
  [`krs 2562 6M ${SECONDARY_7} 11.3`]: [],
  [`krs 2562 12M ${SECONDARY_7} 11.3`]: [
    document('2019-10-24T13:15+07:00', R180_DOCUMENTS.adjusted),
    { kind: 'comment', side: 'office', on: '2019-10-24T13:20+07:00', text: R180_ANSWERS.adjusted },
    { kind: 'comment', side: 'office', on: '2019-10-24T15:05+07:00', text: R180_ANSWERS.reconciled },
    { kind: 'comment', side: 'bureau', on: '2019-10-25T09:10+07:00', text: R180_ANSWERS.lacking },
    document('2019-10-25T14:30+07:00', R180_DOCUMENTS.summary),
    { kind: 'comment', side: 'office', on: '2019-10-25T14:35+07:00', text: R180_ANSWERS.summary },
  ],
  [`krs 2559 6M ${KRABI} 7`]: R182_DOCUMENTS.map((one, index) => ({
    ...document(`2016-04-18T10:1${index}+07:00`, one),
    isNew: true,
  })),
};

function document(on: string, [file, text]: readonly [string, string]): ShownItem {
  return { kind: 'document', side: 'office', on, text, file };
}

/** What a manual shows of this thread in this round, beside the reasons of decisions; undefined: it shows nothing. */
export function shownTalk({ plan, office, sub, isFirst }: Subject): readonly ShownItem[] | undefined {
  return isFirst ? SHOWN_TALK[`${plan.key} ${office.code} ${sub.code}`] : undefined;
}

/** Whether a manual shows a thread of this sub-indicator in this round: nothing else is said there. */
export function isShownInManual(round: string, sub: string): boolean {
  return Object.keys(SHOWN_TALK).some((key) => key.startsWith(`${round} `) && key.endsWith(` ${sub}`));
}

/** The manual's moment on the demo's calendar. */
export function momentOf({ plan }: Subject, { on }: ShownItem): number {
  return Date.parse(on) + shiftOfScreens(plan);
}

/** R180: everything was registered on the day on which it was sent. */
export function registeredSameDay(said: Said, by: string): Said {
  const at = said.at + HALF_AN_HOUR;
  if (startOfDay(at) !== startOfDay(said.at)) throw new Error('A receipt of R180 would be of another day');
  return { ...said, registered: { at, by } };
}
