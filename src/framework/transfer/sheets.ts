/*
 * The workbook of a framework: one sheet for each level, linked by codes. Headings and words are Thai whatever the
 * reader's language, so that every file can be read again; the names of docs/framework-format.md are understood, too.
 */

export type ColumnKind = 'text' | 'code' | 'number' | 'whole' | 'flag' | 'list' | 'moment' | 'date';

export interface Column {
  /** As in the format; a link to another sheet begins with `in_`. */
  field: string;
  header: string;
  kind: ColumnKind;
  width: number;
  /** The words that stand for the format's values. */
  words?: Readonly<Record<string, string>>;
}

export type SheetName =
  | 'year'
  | 'rounds'
  | 'dimensions'
  | 'indicators'
  | 'subIndicators'
  | 'criteria'
  | 'offices'
  | 'variables';

export interface SheetPlan {
  title: string;
  columns: readonly Column[];
  /** Nothing is missed where the file has no such sheet. */
  optional?: true;
}

const DIRECTIONS = { more: 'ยิ่งมากยิ่งดี', less: 'ยิ่งน้อยยิ่งดี' };
const MODES = { normal: 'Normal', audit: 'Audit' };
const KINDS = { number: 'จำนวน', whole: 'จำนวนเต็ม', yes_no: 'ใช่/ไม่ใช่', level: 'ระดับ' };
const INCLUDED = { true: 'เพิ่ม', false: 'ยกเว้น' };
export const FLAGS = { true: 'ใช่', false: 'ไม่ใช่' };

/** What stands in front of the round's kind in the heading of a variable's source in that round. */
export const SOURCE_HEADER = 'แหล่งข้อมูล';
export const SOURCES = { office: 'หน่วยงาน', central: 'ส่วนกลาง', not_due: 'ไม่ต้องรายงาน' };

export const SHEETS: Readonly<Record<SheetName, SheetPlan>> = {
  year: {
    title: 'ปีงบประมาณ',
    columns: [
      column('system', 'ระบบ', 'code', 12),
      column('fiscal_year', 'ปีงบประมาณ', 'whole', 14),
      column('title_th', 'ชื่อระบบ (ไทย)', 'text', 70),
      column('title_en', 'ชื่อระบบ (อังกฤษ)', 'text', 70),
    ],
  },
  rounds: {
    title: 'รอบการรายงาน',
    columns: [
      column('kind', 'รหัสรอบ', 'code', 12),
      column('sequence', 'ลำดับ', 'whole', 8),
      column('label', 'ชื่อรอบ', 'text', 40),
      column('data_as_of', 'ข้อมูล ณ วันที่', 'date', 16),
      column('entry_opens_at', 'เปิดบันทึกข้อมูล', 'moment', 20),
      column('entry_closes_at', 'ปิดบันทึกข้อมูล', 'moment', 20),
      column('certification_closes_at', 'ปิดการรับรอง', 'moment', 20),
    ],
  },
  dimensions: {
    title: 'มิติ',
    columns: [column('code', 'รหัส', 'code', 12), column('name', 'ชื่อ', 'text', 90)],
  },
  indicators: {
    title: 'ตัวชี้วัดหลัก',
    columns: [
      column('in_dimension', 'มิติ', 'code', 12),
      column('in_indicator', 'อยู่ภายใต้ตัวชี้วัด', 'code', 20),
      column('code', 'รหัส', 'code', 12),
      column('name', 'ชื่อ', 'text', 90),
    ],
  },
  subIndicators: {
    title: 'ตัวชี้วัดย่อย',
    columns: [
      column('in_indicator', 'ตัวชี้วัดหลัก', 'code', 14),
      column('code', 'รหัส', 'code', 12),
      column('name', 'ชื่อ', 'text', 70),
      column('weight', 'น้ำหนัก', 'number', 10),
      column('formula', 'สูตรการคำนวณ', 'text', 30),
      column('direction', 'ทิศทาง', 'text', 16, DIRECTIONS),
      column('whole_levels', 'เต็มระดับเท่านั้น', 'flag', 16),
      column('result_unit', 'หน่วยของผล', 'text', 14),
      column('mode', 'Normal/Audit', 'text', 14, MODES),
      column('office_types', 'หน่วยงานที่ต้องรายงาน', 'list', 24),
    ],
  },
  criteria: {
    title: 'เกณฑ์การให้คะแนน',
    columns: [
      column('in_sub_indicator', 'ตัวชี้วัดย่อย', 'code', 14),
      column('round', 'รหัสรอบ', 'code', 12),
      ...[1, 2, 3, 4, 5].map((level) => column(`level${level}`, `ระดับ ${level}`, 'number', 12)),
    ],
  },
  offices: {
    title: 'เฉพาะหน่วยงาน',
    optional: true,
    columns: [
      column('in_sub_indicator', 'ตัวชี้วัดย่อย', 'code', 14),
      column('office', 'หน่วยงาน', 'text', 24),
      column('included', 'เพิ่มหรือยกเว้น', 'flag', 16, INCLUDED),
      column('reason', 'เหตุผล', 'text', 60),
    ],
  },
  variables: {
    title: 'ตัวแปร',
    columns: [
      column('in_sub_indicator', 'ตัวชี้วัดย่อย', 'code', 14),
      column('code', 'รหัส', 'code', 10),
      column('name', 'ชื่อ', 'text', 60),
      column('unit', 'หน่วย', 'text', 20),
      column('kind', 'ชนิดข้อมูล', 'text', 14, KINDS),
      column('decimals', 'ทศนิยม', 'whole', 10),
      column('min', 'ต่ำสุด', 'number', 12),
      column('max', 'สูงสุด', 'number', 12),
      column('explanation', 'คำอธิบาย', 'text', 60),
      column('files_asked', 'แนบไฟล์', 'flag', 10),
      column('carry_over', 'รับรองต่อเนื่อง', 'flag', 14),
      column('open', 'เปิดใช้', 'flag', 10),
      column('bureau', 'ผู้รับรองข้อมูล', 'text', 24),
    ],
  },
};

/** The column of a variable's source in rounds of a kind. */
export function sourceColumn(kind: string): Column {
  return column(`sources ${kind}`, `${SOURCE_HEADER} ${kind}`, 'text', 18, SOURCES);
}

function column(
  field: string,
  header: string,
  kind: ColumnKind,
  width: number,
  words?: Readonly<Record<string, string>>,
): Column {
  return { field, header, kind, width, ...(words === undefined ? {} : { words }) };
}

/**
 * A text that no spreadsheet program takes for a formula, and that `readText` gives back as it was: an apostrophe
 * stands before `= + - @`, tab and line break at the beginning, and before such apostrophes themselves.
 */
export function cellText(text: string): string {
  return /^'*(\s*[=+\-@]|[\t\r\n])/.test(text) ? `'${text}` : text;
}

/** What `cellText` made, as it was. */
export function readText(text: string): string {
  return /^'+(\s*[=+\-@]|[\t\r\n])/.test(text) ? text.slice(1) : text;
}
