import { formatDateTime, type Locale } from '../i18n/dates.ts';
import type { Translate } from '../i18n/index.ts';
import type { MailData, Notice } from './types.ts';

/** What the KPI office's workshop tells people of: rounds, deadlines, AUDIT, requests, seals. */
const WORKSHOP_EVENTS = [
  'entryOpened',
  'entryChanged',
  'entryClosed',
  'certificationChanged',
  'entryReminder',
  'permitReminder',
  'certificationReminder',
  'revised',
  'auditAsked',
  'auditOpened',
  'auditDeclined',
  'auditClosed',
  'auditScored',
  'centralLoaded',
  'editAsked',
  'editGranted',
  'editDeclined',
  'sealed',
] as const;
export type WorkshopEvent = (typeof WORKSHOP_EVENTS)[number];

export interface WorkshopNotice {
  event: WorkshopEvent;
  /** Who did it; nothing where nobody did. */
  by?: string;
  /** The round's label. */
  round: string;
  /** What it is about, a line each, as it stands in the database: indicators, offices, a hash. */
  about?: readonly string[];
  /** The reason that was given. */
  reason?: string;
  /** When it was done, where that matters: several changes may stand in one mail. */
  at?: Date | null;
  /** When entry opens, where that has changed. */
  opens?: Date | null;
  /** When entry or certification closes. */
  closes?: Date | null;
  /** What these times were, where they were others. */
  before?: { opens: Date | null; closes: Date | null };
  /** Until when something may be edited. */
  until?: Date | null;
  /** Below the system's path, beginning with a slash. */
  path: string;
}

/** The data of a notice of kind `workshop`. */
export function workshopData(notice: WorkshopNotice): MailData {
  const { by = '', about = [], reason = '', at, opens, closes, until, before, ...rest } = notice;
  const iso = (moment: Date | null | undefined) => moment?.toISOString() ?? null;
  return {
    ...{ ...rest, by, about, reason },
    ...{ at: iso(at), opens: iso(opens), closes: iso(closes), until: iso(until) },
    ...{ opensBefore: iso(before?.opens), closesBefore: iso(before?.closes) },
  };
}

/** A notice of kind `workshop` to these people. */
export function workshopNotice(
  to: Pick<Notice, 'systemId' | 'userIds' | 'groupKey'>,
  notice: WorkshopNotice,
): Notice {
  return { ...to, kind: 'workshop', data: workshopData(notice) };
}

/** Subject, lines and place of a notice of kind `workshop`. */
export function workshopLetter(data: MailData, t: Translate, brand: string, locale: Locale) {
  const event = eventOf(data);
  const text = (value: MailData[string] | undefined) => (typeof value === 'string' ? value : '');
  const values = { brand, by: text(data.by), round: text(data.round), count: listOf(data.about).length };
  const timeOf = (name: string) => {
    const moment = data[name];
    return typeof moment === 'string' ? formatDateTime(new Date(moment), locale) : undefined;
  };
  const at = timeOf('at');
  const moments = (['opens', 'closes', 'until'] as const).flatMap((name) => {
    const time = timeOf(name);
    if (time === undefined) return [];
    const ends = name === 'closes' && event.startsWith('certification') ? 'certificationCloses' : name;
    const was = timeOf(`${name}Before`);
    const before = was === undefined ? '' : ` ${t('mail.workshop.before', { time: was })}`;
    return [t(`mail.workshop.${ends}`, { time }) + before];
  });
  const reason = text(data.reason);
  return {
    subject: t(`mail.workshop.${event}.subject`, values),
    lines: [
      t(`mail.workshop.${event}.line`, values),
      ...(at === undefined ? [] : [t('mail.workshop.at', { time: at })]),
      ...listOf(data.about),
      ...(reason === '' ? [] : [t('mail.workshop.reason', { reason })]),
      ...moments,
    ],
    path: text(data.path),
  };
}

function eventOf({ event }: MailData): WorkshopEvent {
  const known = WORKSHOP_EVENTS.find((name) => name === event);
  if (known === undefined) throw new Error(`There is no letter for the event ${String(event)}`);
  return known;
}

function listOf(value: MailData[string] | undefined): readonly string[] {
  return Array.isArray(value) ? value : [];
}
