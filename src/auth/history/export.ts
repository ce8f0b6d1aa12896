import type { SpreadsheetDownload } from '../../http/spreadsheet.ts';
import { formatClock } from '../../i18n/dates.ts';
import type { Translate } from '../../i18n/index.ts';
import { formatNumber } from '../../lib/numbers.ts';
import { outcomeOf } from './rules.ts';
import type { LoginLine } from './types.ts';

/** As many lines as one file holds. */
export const MOST_LINES = 50_000;

/** The login history as a spreadsheet (manual 2558, R68); says so when there is more than one file holds. */
export function historySheet(
  found: readonly LoginLine[],
  t: Translate,
  today: string,
): SpreadsheetDownload<LoginLine> {
  const column = (name: 'username' | 'name' | 'address' | 'hostName' | 'os' | 'browser', width: number) =>
    ({
      header: t(`logins.column.${name}`),
      type: 'text',
      width,
      value: (line: LoginLine) => line[name],
    }) as const;
  return {
    fileName: `${t('logins.title')} ${today}`,
    plainName: `logins-${today}`,
    sheet: t('logins.title'),
    columns: [
      { header: t('logins.column.date'), type: 'date', width: 12, value: (line) => line.at },
      { header: t('logins.column.time'), type: 'text', width: 10, value: (line) => formatClock(line.at) },
      column('username', 20),
      column('name', 30),
      { header: t('common.office'), type: 'text', width: 24, value: (line) => line.officeName },
      column('address', 18),
      column('hostName', 30),
      column('os', 18),
      column('browser', 24),
      {
        header: t('logins.column.outcome'),
        type: 'text',
        width: 36,
        value: (line) => t(`logins.outcome.${outcomeOf(line)}`),
      },
    ],
    rows: found.slice(0, MOST_LINES),
    notes: found.length > MOST_LINES ? [t('logins.cut', { most: formatNumber(String(MOST_LINES)) })] : [],
  };
}
