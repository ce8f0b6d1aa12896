import { type OfficeKind, ROLES, type Role } from '../../http/current-user.ts';
import { translator } from '../../i18n/index.ts';
import { rolesOf } from '../rules.ts';
import { type ColumnProblem, IMPORT_FIELDS, type ImportField, type Line, type TypedRow } from './types.ts';

/** What columns are called besides their names in the form; blanks, full stops, dashes and capitals do not count. */
const HEADINGS: Record<ImportField, readonly string[]> = {
  office: ['หน่วยงาน', 'รหัสสำนักงานเขตพื้นที่', 'office', 'krs username', 'code'],
  username: ['ชื่อผู้ใช้', 'user name', 'login'],
  name: ['ชื่อ นามสกุล', 'ชื่อและนามสกุล', 'full name'],
  position: [],
  phone: ['โทรศัพท์', 'เบอร์โทรศัพท์', 'เบอร์โทร', 'telephone'],
  email: ['อีเมล์', 'e-mail address'],
  role: ['สิทธิ์'],
};

const REQUIRED: readonly ImportField[] = ['office', 'username', 'name', 'role'];

/** What roles are called besides their names on the pages. */
const ROLE_WORDS: Record<Role, readonly string[]> = {
  kpi_office: ['กพร.', 'กลุ่มพัฒนาระบบบริหาร', 'กลุ่มพัฒนาระบบบริหาร (กพร.)', 'kpi office'],
  bureau_admin: ['ผู้ดูแลระบบสำนัก', 'bureau admin', 'bureau administrator'],
  certifier: ['ผู้รับรอง', 'ผู้รับรองข้อมูล'],
  district_admin: ['ผู้ดูแลระบบเขตพื้นที่', 'district admin', 'district administrator'],
  reporter: ['ผู้รายงาน', 'ผู้รับผิดชอบ', 'ผู้รับผิดชอบตัวชี้วัด (ผู้รายงาน)'],
};

/** Whoever manages the people of an office, whatever its kind. */
const ADMIN_WORDS = new Set(['ผู้ดูแลระบบ', 'admin', 'administrator'].map(plain));

const LANGUAGES = [translator('th'), translator('en')];
const FIELD_OF = new Map(
  IMPORT_FIELDS.flatMap((field) => {
    const names = LANGUAGES.map((t) => t(`userImport.field.${field}`));
    return [field, ...names, ...HEADINGS[field]].map((word) => [plain(word), field] as const);
  }),
);
const ROLE_OF = new Map(
  ROLES.flatMap((role) => {
    const names = LANGUAGES.map((t) => t(`users.role.${role}`));
    return [role, ...names, ...ROLE_WORDS[role]].map((word) => [plain(word), role] as const);
  }),
);

/**
 * The columns of a file by their headings, in any order, or what is wrong with them. Columns without heading and cells
 * are none.
 */
export function readColumns(headings: readonly string[]): {
  columns: (ImportField | null)[];
  problems: ColumnProblem[];
} {
  const problems: ColumnProblem[] = [];
  const seen = new Set<ImportField>();
  const columns = headings.map((heading) => {
    const field = FIELD_OF.get(plain(heading)) ?? null;
    if (field === null && heading !== '') problems.push({ kind: 'unknown', heading });
    if (field !== null && seen.has(field)) problems.push({ kind: 'twice', field });
    if (field !== null) seen.add(field);
    return field;
  });
  const missing = REQUIRED.filter((field) => !seen.has(field));
  return {
    columns,
    problems: [...problems, ...missing.map((field) => ({ kind: 'missing' as const, field }))],
  };
}

/** A row's cells under their headings. */
export function typedRow(columns: readonly (ImportField | null)[], { line, cells }: Line): TypedRow {
  const row: TypedRow = {
    ...{ line, extra: '', office: '', username: '', name: '', position: '', phone: '', email: '', role: '' },
  };
  cells.forEach((cell, at) => {
    const field = columns[at];
    if (field) row[field] = cell;
    else if (cell !== '') row.extra = row.extra === '' ? cell : `${row.extra}, ${cell}`;
  });
  return row;
}

/** The role that a word means in an office of this kind; undefined where it means none. */
export function roleOf(word: string, kind: OfficeKind | undefined): Role | undefined {
  const key = plain(word);
  if (ADMIN_WORDS.has(key)) return kind === undefined ? undefined : rolesOf(kind)[0];
  return ROLE_OF.get(key);
}

/** Whether the word means a role anywhere. */
export function isRoleWord(word: string): boolean {
  return ROLE_OF.has(plain(word)) || ADMIN_WORDS.has(plain(word));
}

/** A word without what people write differently. */
export function plain(word: string): string {
  return word.toLowerCase().replace(/[\s._\-–()]/g, '');
}
