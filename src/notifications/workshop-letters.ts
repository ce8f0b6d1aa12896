import { formatDateTime, type Locale } from '../i18n/dates.ts';
import type { Translate } from '../i18n/index.ts';
import type { MailData, Notice } from './types.ts';

/** What the KPI office's workshop tells people of: rounds, deadlines, AUDIT, requests, seals. */
export const WORKSHOP_EVENTS = [
  'entryOpened',
  'entryChanged',
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
  /** When entry or certification closes. */
  closes?: Date | null;
  /** Until when something may be edited. */
  until?: Date | null;
  /** Below the system's path, beginning with a slash. */
  path: string;
}

/** The data of a notice of kind `workshop`. */
export function workshopData(notice: WorkshopNotice): MailData {
  const { by = '', about = [], reason = '', closes = null, until = null, ...rest } = notice;
  return {
    ...rest,
    by,
    about,
    reason,
    closes: closes?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
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
  const moments = (['closes', 'until'] as const).flatMap((name) => {
    const moment = data[name];
    if (typeof moment !== 'string') return [];
    return [t(`mail.workshop.${name}`, { time: formatDateTime(new Date(moment), locale) })];
  });
  const reason = text(data.reason);
  return {
    subject: t(`mail.workshop.${event}.subject`, values),
    lines: [
      t(`mail.workshop.${event}.line`, values),
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
