/*
 * A framework as large as the largest that anybody could set up: 120 variables in 62 sub-indicators, three kinds
 * of formula, headings in two dimensions. Names and explanations are as long as in the frameworks of the manuals.
 */

const PERCENT = 42;
const STEPS = 4;
const NUMBERS = 16;
const STEPS_EACH = 5;
const DIMENSIONS = 5;
const WEIGHTS_SUM = 1_000_000;
const WEIGHT_SCALE = 10_000;

/** How many variables the framework has. */
export const VARIABLES = PERCENT * 2 + STEPS * STEPS_EACH + NUMBERS;

/** The round that is reported and certified, and the one before it, whose rows the bare limits write. */
export const ROUNDS = { ours: '12M', bare: '6M' } as const;

interface Shape {
  formula: string;
  whole_levels?: true;
  result_unit: string | null;
  criteria: number[];
  variables: { code: string; kind: string; decimals: number; max: number; unit: string; name: string }[];
}

/** The framework file, with a round that is open now. `bureau` certifies every variable. */
export function benchFramework(
  system: string,
  bureau: string,
  now: Date,
  subIndicators = PERCENT + STEPS + NUMBERS,
) {
  const shapes = [
    ...Array.from({ length: PERCENT }, percentShape),
    ...Array.from({ length: STEPS }, stepsShape),
    ...Array.from({ length: NUMBERS }, numberShape),
    ...Array.from({ length: Math.max(0, subIndicators - PERCENT - STEPS - NUMBERS) }, percentShape),
  ].slice(0, subIndicators);
  const perDimension = Math.ceil(shapes.length / DIMENSIONS);
  const subs = shapes.map((shape, index) => indicator(shape, index, shapes.length, bureau));
  return {
    system,
    fiscal_year: fiscalYear(daysFrom(now, -90)),
    title_th: 'ระบบรายงานผลตามคำรับรองการปฏิบัติราชการ (ชุดทดสอบความเร็ว)',
    title_en: 'Framework for measuring',
    rounds: [
      round(
        ROUNDS.bare,
        1,
        'รอบที่ 1 (รอบ 6 เดือน)',
        daysFrom(now, -60),
        daysFrom(now, -30),
        daysFrom(now, -20),
      ),
      round(ROUNDS.ours, 2, 'รอบที่ 2 (รอบ 12 เดือน)', daysFrom(now, -10), daysFrom(now, 20), daysFrom(now, 40)),
    ],
    dimensions: Array.from({ length: Math.ceil(shapes.length / perDimension) }, (_, at) => ({
      code: `C${at + 1}`,
      name: `องค์ประกอบที่ ${at + 1} ประสิทธิภาพในการดำเนินงานตามหลักภารกิจของหน่วยงาน`,
      indicators: headed(at, subs.slice(at * perDimension, (at + 1) * perDimension)),
    })),
  };
}

/** In the first two dimensions all indicators stand under a heading. */
function headed(dimension: number, indicators: object[]): object[] {
  if (dimension > 1) return indicators;
  const code = `H${dimension + 1}`;
  return [{ code, name: `การพัฒนาคุณภาพการศึกษาตามนโยบายสำคัญ กลุ่มที่ ${dimension + 1}`, indicators }];
}

function indicator(shape: Shape, index: number, count: number, bureau: string) {
  const code = `${index + 1}`;
  const name = `ระดับความสำเร็จของการดำเนินงานตามตัวชี้วัดเพื่อพัฒนาคุณภาพผู้เรียน ลำดับที่ ${code}`;
  return {
    code,
    name,
    sub_indicators: [subIndicator(shape, { code, name }, weightOf(index, count), bureau)],
  };
}

function subIndicator({ variables, ...shape }: Shape, node: object, weight: string, bureau: string) {
  return {
    ...node,
    ...shape,
    weight,
    direction: 'more',
    office_types: [OFFICE_TYPE],
    variables: variables.map((variable) => ({
      ...variable,
      bureau,
      min: 0,
      explanation: 'นับถึงวันสิ้นรอบการรายงาน จากเอกสารหลักฐานที่หน่วยงานจัดเก็บและตรวจสอบได้',
      sources: { [ROUNDS.bare]: 'office', [ROUNDS.ours]: 'office' },
    })),
  };
}

/** The type of all offices of the bench. */
export const OFFICE_TYPE = 'สพป';

function percentShape(): Shape {
  const count = { kind: 'whole', decimals: 0, max: 1_000_000, unit: 'คน' };
  return {
    formula: 'a / b * 100',
    result_unit: 'percent',
    criteria: [60, 70, 80, 90, 100],
    variables: [
      { ...count, code: 'a', name: 'จำนวนผู้เรียนที่ผ่านเกณฑ์การประเมินตามที่กำหนด' },
      { ...count, code: 'b', name: 'จำนวนผู้เรียนทั้งหมดที่เข้ารับการประเมิน' },
    ],
  };
}

function stepsShape(): Shape {
  const step = { kind: 'yes_no', decimals: 0, max: 1, unit: 'ดำเนินการ = 1' };
  const codes = Array.from({ length: STEPS_EACH }, (_, at) => `${at + 1}`);
  return {
    formula: `steps(${codes.map((code) => `v${code}`).join(', ')})`,
    whole_levels: true,
    result_unit: null,
    criteria: [1, 2, 3, 4, 5],
    variables: codes.map((code) => ({
      ...step,
      code,
      name: `ขั้นตอนที่ ${code} แต่งตั้งคณะทำงานและจัดทำแผนการดำเนินงาน`,
    })),
  };
}

function numberShape(): Shape {
  const name = 'จำนวนกิจกรรมที่ดำเนินการแล้วเสร็จตามแผน';
  return {
    formula: 'a',
    result_unit: 'กิจกรรม',
    criteria: [2, 4, 6, 8, 10],
    variables: [{ code: 'a', kind: 'number', decimals: 2, max: 10_000, unit: 'กิจกรรม', name }],
  };
}

/** Equal parts of 100, the last one takes what is left over. */
function weightOf(index: number, count: number): string {
  const part = Math.floor(WEIGHTS_SUM / count);
  const weight = index === count - 1 ? WEIGHTS_SUM - part * (count - 1) : part;
  return (weight / WEIGHT_SCALE).toFixed(4);
}

function round(kind: string, sequence: number, label: string, opens: Date, closes: Date, certified: Date) {
  return {
    kind,
    sequence,
    label,
    entry_opens_at: opens.toISOString(),
    entry_closes_at: closes.toISOString(),
    certification_closes_at: certified.toISOString(),
  };
}

/** The Buddhist year in which the fiscal year of this day ends: October belongs to the next. */
function fiscalYear(day: Date): number {
  return day.getUTCFullYear() + 543 + (day.getUTCMonth() >= 9 ? 1 : 0);
}

function daysFrom(now: Date, days: number): Date {
  return new Date(now.getTime() + days * 86_400_000);
}
