import { labelOf } from '../framework/rules.ts';
import type { Spreadsheet } from '../http/spreadsheet.ts';
import type { Translate } from '../i18n/index.ts';
import type { AssignmentList, ListedSubIndicator } from './list-page.ts';
import type { Contact } from './types.ts';

interface Line extends ListedSubIndicator {
  dimension: string;
  person: Contact | null;
}

/** The list as a sheet: a line for each sub-indicator and person, one without a person where nobody is responsible. */
export function assignmentSheet(list: AssignmentList, isDistrict: boolean, t: Translate): Spreadsheet<Line> {
  const text = (header: string, width: number, value: (line: Line) => string | null) => ({
    type: 'text' as const,
    header,
    width,
    value,
  });
  return {
    sheet: t('assignments.title'),
    columns: [
      text(t('assignments.column.dimension'), 28, ({ dimension }) => dimension),
      text(t('assignments.column.code'), 8, ({ sub }) => sub.code),
      text(t('assignments.column.subIndicator'), 60, ({ sub }) => labelOf(sub)),
      text(t('assignments.column.name'), 28, (line) => nameOf(line, t)),
      text(t('assignments.column.position'), 24, ({ person }) => person?.position ?? null),
      text(t('assignments.column.phone'), 16, ({ person }) => person?.phone ?? null),
      text(t('assignments.column.email'), 28, ({ person }) => person?.email ?? null),
      ...(isDistrict
        ? [
            text(t('assignments.column.bureau'), 20, ({ certifiers }) =>
              certifiers.map(({ name }) => name).join(', '),
            ),
            text(t('assignments.column.certifiers'), 60, ({ certifiers }) =>
              certifiers.flatMap(({ people }) => people.map(contactText)).join('; '),
            ),
          ]
        : []),
    ],
    rows: list.groups.flatMap(({ dimension, rows }) =>
      rows.flatMap((row) =>
        (row.people.length === 0 ? [null] : row.people).map((person) => ({
          ...row,
          dimension: dimension.name,
          person,
        })),
      ),
    ),
    notes: isDistrict ? [t('assignments.bureauNote')] : [t('assignments.everybodyNote')],
  };
}

function nameOf({ person, central }: Line, t: Translate): string {
  return person?.name ?? t(central ? 'assignments.central' : 'assignments.nobody');
}

function contactText({ name, phone, email }: Contact): string {
  return [name, phone, email].filter((part) => part !== '').join(' ');
}
