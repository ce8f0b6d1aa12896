import type { WorldOffice, WorldRound } from './world.ts';

interface VariableData {
  code: string;
  name: string;
  unit: string;
  kind: 'number' | 'whole' | 'yes_no' | 'level';
  decimals?: number;
  min: number;
  max: number;
  files_asked?: boolean;
}

interface SubIndicatorData {
  dimension: string;
  heading?: string;
  code: string;
  name: string;
  weight: number;
  formula: string;
  direction?: 'more' | 'less';
  wholeLevels?: boolean;
  resultUnit?: string;
  levels: readonly [number, number | null, number | null, number | null, number];
  officeTypes?: string[];
  certifier: WorldOffice;
  due: string[];
  source?: 'office' | 'central';
  variables: VariableData[];
}

const BOTH = ['6M', '12M'];

/** The framework, in the order of the page; the table in world.ts describes it. */
export const SUB_INDICATORS: SubIndicatorData[] = [
  {
    dimension: 'C1',
    code: '1',
    name: 'ร้อยละของนักเรียนที่อ่านออกเขียนได้',
    weight: 20,
    formula: 'a / b * 100',
    resultUnit: 'percent',
    levels: [60, 70, 80, 90, 100],
    certifier: 'bureau9',
    due: BOTH,
    variables: [
      { ...count('a', 'จำนวนนักเรียนที่อ่านออกเขียนได้', 'คน'), files_asked: true },
      count('b', 'จำนวนนักเรียนทั้งหมด', 'คน'),
    ],
  },
  {
    dimension: 'C1',
    heading: '2',
    code: '2.1',
    name: 'การจัดทำแผนปฏิบัติราชการ',
    weight: 10,
    formula: 'v1',
    levels: [0, null, null, null, 1],
    certifier: 'bureau9',
    due: BOTH,
    variables: [yesNo('1', 'จัดทำแผนแล้วเสร็จ')],
  },
  {
    dimension: 'C1',
    heading: '2',
    code: '2.2',
    name: 'ระดับความสำเร็จของการควบคุมภายใน',
    weight: 10,
    formula: 'a',
    levels: [1, 2, 3, 4, 5],
    certifier: 'bureau1',
    due: BOTH,
    variables: [{ code: 'a', name: 'ระดับที่ได้', unit: 'ระดับ', kind: 'level', min: 1, max: 5 }],
  },
  {
    dimension: 'C2',
    code: '3',
    name: 'ขั้นตอนการพัฒนาองค์กร',
    weight: 20,
    formula: 'steps(v1, v2, v3, v4, v5)',
    wholeLevels: true,
    levels: [1, 2, 3, 4, 5],
    certifier: 'bureau9',
    due: BOTH,
    variables: [1, 2, 3, 4, 5].map((step) => yesNo(`${step}`, `ดำเนินการขั้นตอนที่ ${step}`)),
  },
  {
    dimension: 'C2',
    code: '4',
    name: 'ร้อยละของงบประมาณเหลือจ่าย',
    weight: 15,
    formula: 'a / b * 100',
    direction: 'less',
    resultUnit: 'percent',
    levels: [25, 20, 15, 10, 5],
    certifier: 'bureau1',
    due: BOTH,
    source: 'central',
    variables: [count('a', 'งบประมาณเหลือจ่าย', 'ล้านบาท'), count('b', 'งบประมาณที่ได้รับ', 'ล้านบาท')],
  },
  {
    dimension: 'C2',
    code: '5',
    name: 'ปริมาณการใช้ไฟฟ้าต่อคน',
    weight: 15,
    formula: 'a',
    direction: 'less',
    resultUnit: 'หน่วย',
    levels: [50, 40, 30, 20, 10],
    officeTypes: ['สพป'],
    certifier: 'bureau9',
    due: ['12M'],
    variables: [
      { code: 'a', name: 'หน่วยไฟฟ้าต่อคน', unit: 'หน่วย', kind: 'number', decimals: 2, min: 0, max: 10_000 },
    ],
  },
  {
    dimension: 'C2',
    code: '6',
    name: 'จำนวนกิจกรรมจิตอาสา',
    weight: 10,
    formula: 'a',
    resultUnit: 'ครั้ง',
    levels: [2, 4, 6, 8, 10],
    certifier: 'kpiOffice',
    due: ['6M'],
    variables: [count('a', 'จำนวนกิจกรรม', 'ครั้ง')],
  },
];

function count(code: string, name: string, unit: string): VariableData {
  return { code, name, unit, kind: 'whole', min: 0, max: 1_000_000 };
}

function yesNo(code: string, name: string): VariableData {
  return { code, name, unit: 'มี/ไม่มี', kind: 'yes_no', min: 0, max: 1 };
}

/** A value that was reported; `central`: loaded by the KPI office. */
export interface Value {
  round: WorldRound;
  office: 'krabi' | 'lampang' | 'secondary';
  variable: string;
  value: string;
  status: 'pending' | 'certified' | 'rejected' | 'central';
}

export const VALUES: Value[] = [
  ...krabi('past', 'certified', { '1/a': '40', '1/b': '50', '2.1/1.': '1', '2.2/a': '3' }),
  ...krabi('past', 'certified', { '3/1.': '1', '3/2.': '1', '3/3.': '1', '3/4.': '0', '3/5.': '0' }),
  ...krabi('past', 'central', { '4/a': '15', '4/b': '100' }),
  ...krabi('past', 'pending', { '6/a': '7' }),
  ...krabi('open', 'pending', { '1/a': '45', '1/b': '54' }),
  ...krabi('open', 'certified', { '2.1/1.': '1' }),
  ...krabi('open', 'rejected', { '2.2/a': '4' }),
  ...krabi('open', 'central', { '4/a': '12', '4/b': '100' }),
  ...values('lampang', 'open', 'pending', { '1/a': '50', '1/b': '60' }),
];

function krabi(round: WorldRound, status: Value['status'], byVariable: Record<string, string>): Value[] {
  return values('krabi', round, status, byVariable);
}

function values(
  office: Value['office'],
  round: WorldRound,
  status: Value['status'],
  byVariable: Record<string, string>,
): Value[] {
  return Object.entries(byVariable).map(([variable, value]) => ({ round, office, variable, value, status }));
}
