import writeExcelFile, { type CellObject, type SheetData } from 'write-excel-file/node';
import type { Role } from '../../http/current-user.ts';
import type { Translate } from '../../i18n/index.ts';
import { rolesOf } from '../rules.ts';
import { IMPORT_FIELDS, type ImportOffice } from './types.ts';

const WIDTHS = [22, 22, 32, 30, 22, 34, 28];
const EMPTY_ROWS = 300;

/** The .xlsx file to fill in: the headings on the first sheet, every office and its roles on the second. */
export async function templateFile(t: Translate, offices: readonly ImportOffice[]): Promise<Buffer> {
  const columns = WIDTHS.map((width) => ({ width }));
  const headings = IMPORT_FIELDS.map((field) => bold(t(`userImport.field.${field}`)));
  // formatted as text, so that a telephone number keeps its zero
  const empty = Array.from({ length: EMPTY_ROWS }, () => IMPORT_FIELDS.map(() => text('')));
  const roleName = (role: Role) => t(`users.role.${role}`);
  const list: SheetData = [
    [
      bold(t('userImport.field.office')),
      bold(t('userImport.template.name')),
      bold(t('userImport.template.roles')),
    ],
    ...offices.map(({ code, shortName, name, kind, adminUsernames }) => [
      text(code ?? adminUsernames[0] ?? shortName),
      text(name),
      text(rolesOf(kind).map(roleName).join(', ')),
    ]),
  ];
  return writeExcelFile([
    { data: [headings, ...empty], sheet: t('userImport.template.people'), columns, stickyRowsCount: 1 },
    {
      data: list,
      sheet: t('userImport.template.offices'),
      columns: [{ width: 22 }, { width: 70 }, { width: 60 }],
      stickyRowsCount: 1,
    },
  ]).toBuffer();
}

function text(value: string): CellObject {
  return { type: String, value, format: '@' };
}

function bold(value: string): CellObject {
  return { ...text(value), fontWeight: 'bold' };
}
