import { labelOf } from '../../framework/rules.ts';
import type { SheetColumn, Spreadsheet } from '../../http/spreadsheet.ts';
import type { Translate } from '../../i18n/index.ts';
import type { OwedIndicator, OwingBureau, OwingOffice, ResponsiblePerson } from './types.ts';

type People = ReadonlyMap<string, readonly ResponsiblePerson[]>;
type Count = 'unreported' | 'rejected' | 'pending' | 'audits';

/** The offices that owe values, a line each, with everything they owe and whom to call (R110). */
export function officesSheet(
  offices: readonly OwingOffice[],
  people: People,
  t: Translate,
  notes: string[],
): Spreadsheet<OwingOffice> {
  return {
    sheet: t('owing.view.offices'),
    columns: [
      { header: t('owing.column.office'), type: 'text', width: 34, value: ({ label }) => label },
      { header: t('owing.column.type'), type: 'text', width: 8, value: ({ type }) => type },
      count(t('owing.column.total'), ({ total }) => total),
      count(t('owing.column.unreported'), ({ unreported }) => unreported),
      count(t('owing.column.rejected'), ({ rejected }) => rejected),
      indicators(t('owing.column.unreportedIn'), 'unreported'),
      indicators(t('owing.column.rejectedIn'), 'rejected'),
      { header: t('owing.column.closes'), type: 'dateTime', width: 20, value: ({ closesAt }) => closesAt },
      ...contacts<OwingOffice>(people, t),
    ],
    rows: offices,
    notes,
  };
}

/** The bureaus that owe decisions or AUDIT scores, a line each. */
export function bureausSheet(
  bureaus: readonly OwingBureau[],
  people: People,
  t: Translate,
  notes: string[],
): Spreadsheet<OwingBureau> {
  return {
    sheet: t('owing.view.bureaus'),
    columns: [
      { header: t('owing.column.bureau'), type: 'text', width: 40, value: ({ label }) => label },
      count(t('owing.column.pending'), ({ pending }) => pending),
      count(t('owing.column.audits'), ({ audits }) => audits),
      { header: t('owing.column.oldest'), type: 'dateTime', width: 20, value: ({ oldest }) => oldest },
      count(t('owing.column.offices'), ({ offices }) => offices),
      indicators(t('owing.column.pendingIn'), 'pending'),
      indicators(t('owing.column.auditsIn'), 'audits'),
      ...contacts<OwingBureau>(people, t),
    ],
    rows: bureaus,
    notes,
  };
}

function count<Side>(header: string, value: (side: Side) => number): SheetColumn<Side> {
  return { header, type: 'number', decimals: 0, width: 14, value };
}

function indicators<Side extends { indicators: OwedIndicator[] }>(
  header: string,
  what: Count,
): SheetColumn<Side> {
  const owed = (side: Side) => side.indicators.filter((indicator) => indicator[what] > 0);
  return {
    ...{ header, type: 'text', width: 60 },
    value: (side) =>
      owed(side)
        .map((one) => `${labelOf(one)} (${one[what]})`)
        .join('; '),
  };
}

function contacts<Side extends { id: string }>(people: People, t: Translate): SheetColumn<Side>[] {
  const column = (header: string, width: number, field: 'name' | 'phone' | 'email'): SheetColumn<Side> => ({
    ...{ header, type: 'text', width },
    value: ({ id }) => (people.get(id) ?? []).map((person) => person[field] || '–').join('; '),
  });
  return [
    column(t('owing.column.people'), 36, 'name'),
    column(t('owing.column.phone'), 24, 'phone'),
    column(t('owing.column.email'), 36, 'email'),
  ];
}
