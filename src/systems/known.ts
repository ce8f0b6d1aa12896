/** A system that can be installed. */
export interface NewSystem {
  code: string;
  brand: string;
  nameTh: string;
  nameEn: string;
}

/** The two systems of the manuals, with their titles (KRS 2559, R6, R7). */
export const KNOWN_SYSTEMS: readonly NewSystem[] = [
  {
    code: 'krs',
    brand: 'KRS System',
    nameTh: 'ระบบรายงานผลตามคำรับรองการปฏิบัติราชการ (KRS)',
    nameEn: 'KPI Report System (KRS)',
  },
  {
    code: 'ars',
    brand: 'ARS System',
    nameTh: 'ระบบรายงานผลตัวชี้วัดตามแผนปฏิบัติราชการ (ARS)',
    nameEn: 'Action plan Report System (ARS)',
  },
];
