const ZONE = 'Asia/Bangkok';
const BUDDHIST_ERA = 543;
const FIRST_BUDDHIST_YEAR = 2400;

export type Locale = 'th' | 'en';

// Latin digits and Buddhist Era in both languages: the years on screen are always those of the administration.
const formats = {
  th: makeFormats('th-TH-u-ca-buddhist-nu-latn'),
  en: makeFormats('en-GB-u-ca-buddhist-nu-latn'),
};

/** `18 เม.ย. 2559`, `18 Apr 2559`: day in Bangkok, Buddhist Era (manual KRS 2562, R13). */
export function formatDate(moment: Date, locale: Locale): string {
  return withoutEra(formats[locale].date.format(moment));
}

/** `18 เม.ย. 2559 16:30 น.`: day and 24-hour time in Bangkok. */
export function formatDateTime(moment: Date, locale: Locale): string {
  const time = formats[locale].time.format(moment);
  return `${formatDate(moment, locale)} ${locale === 'th' ? `${time} น.` : time}`;
}

/** `16:30:05`: 24-hour time in Bangkok, in both languages. */
export function formatClock(moment: Date): string {
  return clock.format(moment);
}

/** For <input type="datetime-local">: `2019-10-20T16:30`, the wall clock of Bangkok. */
export function toLocalInput(moment: Date): string {
  return localInput.format(moment).replace(' ', 'T');
}

/**
 * Reads what <input type="datetime-local"> sends, as Bangkok time; undefined when it is no date. Browsers ask for
 * the year of the common era there, people type that of the Buddhist Era all the same: both are understood.
 */
export function fromLocalInput(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return undefined;
  const year = Number(text.slice(0, 4));
  const common = year < FIRST_BUDDHIST_YEAR ? text : `${year - BUDDHIST_ERA}${text.slice(4)}`;
  const moment = new Date(`${common}+07:00`);
  // 30 February would silently become 2 March
  return Number.isNaN(moment.getTime()) || toLocalInput(moment) !== common.slice(0, 16) ? undefined : moment;
}

const localInput = new Intl.DateTimeFormat('sv-SE', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

const clock = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, timeStyle: 'medium', hourCycle: 'h23' });

function makeFormats(tag: string) {
  return {
    date: new Intl.DateTimeFormat(tag, { timeZone: ZONE, day: 'numeric', month: 'short', year: 'numeric' }),
    time: new Intl.DateTimeFormat(tag, {
      timeZone: ZONE,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
  };
}

function withoutEra(text: string): string {
  return text.replace(/\s*(พ\.ศ\.|BE|BC)\s*/g, ' ').trim();
}
