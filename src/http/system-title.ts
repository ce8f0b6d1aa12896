import type { Locale } from '../i18n/dates.ts';
import { BANGKOK_OFFSET_MS } from '../lib/bangkok.ts';
import type { CurrentSystem } from './current-user.ts';

const ERA = 543;
const OCTOBER = 9;

type Titled = Pick<CurrentSystem, 'nameTh' | 'nameEn' | 'titles'>;

/** What a system is called now: its title in the newest published year that has begun, otherwise its own name (R6). */
export function currentTitle(system: Titled, locale: Locale, now: Date): string {
  const year = system.titles.find(({ fiscalYear }) => beginOf(fiscalYear) <= now.getTime());
  return year === undefined ? nameOf(system, locale) : year[locale];
}

/** What a system was called in a fiscal year. */
export function titleOfYear(system: Titled, locale: Locale, fiscalYear: number): string {
  const year = system.titles.find((title) => title.fiscalYear === fiscalYear);
  return year === undefined ? nameOf(system, locale) : year[locale];
}

/** A fiscal year begins on 1 October of the year before, in Bangkok. */
function beginOf(fiscalYear: number): number {
  return Date.UTC(fiscalYear - ERA - 1, OCTOBER, 1) - BANGKOK_OFFSET_MS;
}

function nameOf({ nameTh, nameEn }: Titled, locale: Locale): string {
  return locale === 'th' ? nameTh : nameEn;
}
