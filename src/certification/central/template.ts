import type { SheetColumn, SpreadsheetDownload } from '../../http/spreadsheet.ts';
import type { Translate } from '../../i18n/index.ts';
import type { ChosenCentral } from './page.ts';
import type { CentralEntry } from './types.ts';

/** The file to fill in: every office with the values of the last and of this round. */
export function centralTemplate(t: Translate, chosen: ChosenCentral): SpreadsheetDownload<CentralEntry> {
  const { round, variable, subIndicator, entries } = chosen;
  const decimals = variable.decimals === 0 ? { decimals: 0 } : {};
  const columns: SheetColumn<CentralEntry>[] = [
    { header: t('central.column.code'), width: 16, type: 'text', value: ({ code }) => code },
    { header: t('central.column.name'), width: 34, type: 'text', value: ({ office }) => office },
    { header: t('central.column.last'), width: 14, type: 'number', value: ({ lastValue }) => lastValue },
    {
      header: t('central.column.value'),
      width: 14,
      ...decimals,
      type: 'number',
      value: ({ value }) => value,
    },
    { header: t('central.column.unit'), width: 14, type: 'text', value: () => variable.unit },
  ];
  return {
    sheet: `${subIndicator.code} ${variable.code}`,
    columns,
    rows: entries,
    fileName: `${t('central.fileName')} ${subIndicator.code} ${variable.code} ${round.label}`,
    plainName: `central-${subIndicator.code}-${variable.code}`,
  };
}
