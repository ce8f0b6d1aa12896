import { ROLES } from '../http/current-user.ts';
import { formatDateTime, type Locale } from '../i18n/dates.ts';
import { type Translate, translator } from '../i18n/index.ts';
import { isToldOfDisabling, oneLine } from './rules.ts';
import type { AccountLink, MailData, NoticeKind, ToldNotice, WaitingMail } from './types.ts';
import { workshopLetter } from './workshop-letters.ts';

/** What a mail says, in the receiver's language; text and HTML are both made of it. */
export interface Letter {
  subject: string;
  greeting: string;
  opening: string;
  facts: [label: string, value: string][];
  /** What is told, each with the address of the very place. */
  sections: { lines: string[]; href?: string }[];
  closing: string[];
  /** The name of the system and where it is. */
  sender: { name: string; href: string };
}

/** What the text of a kind may need besides its data. */
export interface LetterMatter {
  mail: WaitingMail;
  publicUrl: string;
  /** For `activation` and `reset`. */
  link?: AccountLink | undefined;
  /** For `notices` and `summary`; `total` may be more than are listed. */
  notices: readonly ToldNotice[];
  total: number;
}

interface Told {
  subject: string;
  /** What it is about: said once of all that is told of one place. */
  about?: string;
  lines: string[];
  /** Below the system's path. */
  path: string;
}

/** One entry for each kind of notice: its subject where it is alone in the mail, what happened, and where to look. */
const NOTICES: Record<NoticeKind, (data: MailData, t: Translate, brand: string, locale: Locale) => Told> = {
  /** `year`; `indicators`: their codes and names, one a line; `by`: who assigned them. */
  assigned: (data, t, brand) => ({
    subject: t('mail.notice.assigned.subject', { brand }),
    about: t('mail.notice.assigned.line', { by: textOf(data.by), year: textOf(data.year) }),
    lines: linesOf(data.indicators),
    path: '/assignments',
  }),
  document: (data, t, brand, locale) => threadNotice('document', data, t, brand, locale),
  comment: (data, t, brand, locale) => threadNotice('comment', data, t, brand, locale),
  /** `event`: certify, reject or cancel. */
  decision: (data, t, brand, locale) => threadNotice(decisionOf(data), data, t, brand, locale),
  permit: (data, t, brand, locale) => threadNotice('permit', data, t, brand, locale),
  workshop: workshopLetter,
};

type ThreadEvent = 'document' | 'comment' | 'permit' | 'certify' | 'reject' | 'cancel';

/**
 * What happened in the thread of an office and a variable. `by`, `office` (or `offices`: how many), `round`,
 * `indicator`, `variable`, `text`; `deadline` and `until`: ISO times; `path`: where to look.
 */
function threadNotice(event: ThreadEvent, data: MailData, t: Translate, brand: string, locale: Locale): Told {
  const values = {
    by: textOf(data.by),
    office:
      typeof data.offices === 'number'
        ? t('mail.notice.thread.offices', { count: data.offices })
        : textOf(data.office),
    round: textOf(data.round),
    indicator: textOf(data.indicator),
    variable: textOf(data.variable),
  };
  const times = (['deadline', 'until'] as const).flatMap((name) => {
    const moment = data[name];
    if (typeof moment !== 'string') return [];
    return [t(`mail.notice.thread.${name}`, { time: formatDateTime(new Date(moment), locale) })];
  });
  return {
    subject: t(`mail.notice.thread.${event}.subject`, { brand, ...values }),
    about: t('mail.notice.thread.about', values),
    lines: [
      t(`mail.notice.thread.${event}.line`, values),
      ...linesOf(data.text).filter((line) => line.trim() !== ''),
      ...times,
    ],
    path: textOf(data.path),
  };
}

function decisionOf({ event }: MailData): 'certify' | 'reject' | 'cancel' {
  return event === 'certify' || event === 'cancel' ? event : 'reject';
}

/** The letter of a mail. */
export function writeLetter(matter: LetterMatter): Letter {
  const { mail, publicUrl } = matter;
  const t = translator(mail.locale);
  const { subject, ...content } = contentOf(matter, t);
  return {
    ...content,
    subject: oneLine(subject),
    greeting: t('mail.greeting', { name: oneLine(mail.name) }),
    sender: { name: systemName(mail), href: `${publicUrl}/${mail.systemCode}` },
  };
}

type Content = Omit<Letter, 'greeting' | 'sender'>;

function contentOf(matter: LetterMatter, t: Translate): Content {
  const { kind } = matter.mail;
  switch (kind) {
    case 'activation':
    case 'reset':
      return accountLetter(matter, kind, t);
    case 'accountChanged':
      return changeLetter(matter, t);
    case 'sealed':
      return sealLetter(matter, t);
    case 'notices':
    case 'summary':
      return noticesLetter(matter, kind, t);
    default:
      throw new Error(`There is no letter for ${kind satisfies never}`);
  }
}

function accountLetter(
  { mail, link, publicUrl }: LetterMatter,
  kind: 'activation' | 'reset',
  t: Translate,
): Content {
  if (link === undefined) throw new Error(`A mail of kind ${kind} needs its link`);
  const values = {
    ...{ brand: mail.systemBrand, system: systemName(mail), hours: link.validHours },
    ...{ by: textOf(link.sentBy?.name), office: textOf(link.sentBy?.office) },
  };
  // a letter that the person has not asked for says whose wish it was: "ignore it" would be wrong
  const text = kind === 'reset' && link.sentBy !== undefined ? 'resetByAdmin' : kind;
  return {
    subject: t(`mail.${kind}.subject`, values),
    opening: t(`mail.${text}.opening`, values),
    facts: accountFacts(mail, t),
    sections: [
      { lines: [t(`mail.${kind}.link`, values)], href: `${publicUrl}/${mail.systemCode}${link.path}` },
    ],
    closing: [t(`mail.${text}.closing`, { ...values, forgotten: t('auth.forgotLink') }), t('mail.automatic')],
  };
}

const CHANGES = [
  'handedOver',
  'disabled',
  'enabled',
  'role',
  'email',
  'emailRemoved',
  'password',
  'secondFactorOn',
  'secondFactorOff',
  'other',
] as const;

/**
 * `what`: one or several of CHANGES; `email`: the new address; with `emailRemoved` there is none. `by`: the manager who
 * did it; `role`: the present one; of a handover `managed`, the office, and `from` and `to`, the people.
 */
function changeLetter({ mail, publicUrl }: LetterMatter, t: Translate): Content {
  const { what, email } = mail.data;
  const named = CHANGES.filter((change) => change === what || (Array.isArray(what) && what.includes(change)));
  const changes = named.length > 0 ? named : (['other'] as const);
  const values = {
    brand: mail.systemBrand,
    system: systemName(mail),
    email: textOf(email),
    ...managed(mail, t),
  };
  const place = isToldOfDisabling(mail) ? {} : { href: `${publicUrl}/${mail.systemCode}/profile` };
  return {
    subject: t('mail.accountChanged.subject', values),
    opening: t('mail.accountChanged.opening', values),
    facts: accountFacts(mail, t),
    sections: [
      {
        lines: changes.map((change) => t(`mail.accountChanged.what.${change}`, values)),
        ...place,
      },
    ],
    closing: [t('mail.accountChanged.closing'), t('mail.automatic')],
  };
}

function managed(
  { data }: WaitingMail,
  t: Translate,
): Record<'by' | 'managed' | 'from' | 'to' | 'role', string> {
  const { by, managed: office, from, to } = data;
  const role = ROLES.find((known) => known === data.role);
  return {
    ...{ by: textOf(by), managed: textOf(office), from: textOf(from), to: textOf(to) },
    role: role === undefined ? '' : t(`users.role.${role}`),
  };
}

/** Its data are those of a notice of the workshop: the hash is to leave the database whatever somebody prefers. */
function sealLetter({ mail, publicUrl }: LetterMatter, t: Translate): Content {
  const { subject, lines, path } = workshopLetter(mail.data, t, mail.systemBrand, mail.locale);
  return {
    subject,
    opening: t('mail.notices.opening', { system: systemName(mail) }),
    facts: [],
    sections: [{ lines: lines.map(oneLine), href: `${publicUrl}/${mail.systemCode}${path}` }],
    closing: [t('mail.automatic')],
  };
}

function noticesLetter(matter: LetterMatter, kind: 'notices' | 'summary', t: Translate): Content {
  const { mail, notices, total, publicUrl } = matter;
  const told = notices.map(({ kind: what, data }) => NOTICES[what](data, t, mail.systemBrand, mail.locale));
  const subjects = new Set(told.map(({ subject }) => subject));
  const [only] = subjects;
  const general = t(`mail.${kind}.subject`, { brand: mail.systemBrand, count: total });
  return {
    subject: kind === 'notices' && subjects.size === 1 && only !== undefined ? only : general,
    opening: t(`mail.${kind}.opening`, { system: systemName(mail) }),
    facts: [],
    sections: byPlace(told).map(([path, lines]) => ({
      lines,
      href: `${publicUrl}/${mail.systemCode}${path}`,
    })),
    closing: [
      ...(total > notices.length ? [t('mail.more', { count: total - notices.length })] : []),
      t('mail.preference', { page: t('profile.title') }),
      t('mail.automatic'),
    ],
  };
}

/** What is said of one place stands together, in the order in which it happened; twice the same in a row once. */
function byPlace(told: readonly Told[]): [path: string, lines: string[]][] {
  const places = new Map<string, { lines: string[]; about: string | undefined; last: string }>();
  for (const { path, about, lines } of told) {
    const place = places.get(path) ?? { lines: [], about: undefined, last: '' };
    const said = lines.map(oneLine);
    if (about !== place.about && about !== undefined) place.lines.push(oneLine(about));
    if (about !== place.about || said.join('\n') !== place.last) place.lines.push(...said);
    places.set(path, { ...place, about, last: said.join('\n') });
  }
  return [...places].map(([path, { lines }]) => [path, lines]);
}

function accountFacts(mail: WaitingMail, t: Translate): Letter['facts'] {
  return [
    [t('mail.username'), oneLine(mail.username)],
    [t('mail.office'), oneLine(mail.officeName)],
  ];
}

function systemName({ locale, systemNameTh, systemNameEn }: WaitingMail): string {
  return oneLine(locale === 'th' ? systemNameTh : systemNameEn);
}

function textOf(value: MailData[string] | undefined): string {
  return oneLine(linesOf(value).join(', '));
}

function linesOf(value: MailData[string] | undefined): string[] {
  if (value === undefined || value === null) return [];
  return typeof value === 'object' ? [...value] : String(value).split('\n');
}
