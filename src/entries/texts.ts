import type { Translate } from '../i18n/index.ts';
import { roundHalfUp } from '../lib/decimal.ts';
import { formatNumber } from '../lib/numbers.ts';
import type { Distance } from '../scoring/index.ts';
import type { ShownScore } from './shown-score.ts';
import type { ValueProblem } from './types.ts';

/** What stands below a sub-indicator's score: how far it is to the next level, or why it counts as 1.0000. */
export function scoreNote(t: Translate, score: ShownScore): string {
  if (score.decided) return '';
  if (score.noResult) return t('entry.noResult');
  if (score.countsAsOne) return t('entry.countsAsOne');
  return score.distance === null ? '' : distanceText(t, score, score.distance);
}

/** The message beside a box. */
export function problemText(t: Translate, problem: ValueProblem): string {
  const { min = '', max = '', decimals = '' } = problem.values;
  const values = {
    min: formatNumber(String(min)),
    max: formatNumber(String(max)),
    decimals: String(decimals),
  };
  return t(`entry.problem.${problem.key}`, values);
}

function distanceText(t: Translate, score: ShownScore, { level, numerator, distance }: Distance): string {
  if (numerator !== null) {
    const fewer = numerator.change.startsWith('-');
    const values = {
      distance: formatNumber(numerator.change.replace('-', '')),
      unit: score.numeratorUnit ?? '',
      level,
    };
    return fewer ? t('entry.fewerToLevel', values) : t('entry.toLevel', values);
  }
  const shown = formatNumber(readable(distance));
  if (score.resultUnit === 'percent') {
    const values = { distance: shown, level };
    return score.lessIsBetter ? t('entry.fewerPercentToLevel', values) : t('entry.percentToLevel', values);
  }
  const values = { distance: shown, unit: score.resultUnit ?? '', level };
  return score.lessIsBetter ? t('entry.fewerToLevel', values) : t('entry.toLevel', values);
}

/** Two decimals, unless that would say 0. */
function readable(distance: string): string {
  const short = roundHalfUp(distance, 2);
  return short === '0.00' ? roundHalfUp(distance, 6) : short;
}

/** `5 วัน 3 ชั่วโมง`: what is left until a moment, in its two largest units. */
export function timeLeft(t: Translate, until: Date, now: Date): string {
  const minutes = Math.max(0, Math.floor((until.getTime() - now.getTime()) / 60_000));
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = [
    ...(days > 0 ? [t('entry.days', { n: days })] : []),
    ...(hours > 0 ? [t('entry.hours', { n: hours })] : []),
    ...(days === 0 ? [t('entry.minutes', { n: minutes % 60 })] : []),
  ];
  return parts.slice(0, 2).join(' ');
}
