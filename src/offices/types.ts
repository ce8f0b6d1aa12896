export type OfficeKind = 'district' | 'bureau' | 'kpi_office';

/** An office as it is entered into the registry. */
export interface NewOffice {
  kind: OfficeKind;
  /** The official code; null where none is known. */
  code: string | null;
  /** `สพป`, `สพม`; null for bureaus. */
  type: string | null;
  name: string;
  shortName: string;
  /** As lists of one kind of office show it: `กระบี่`, `มัธยมศึกษา เขต 7`. */
  listLabel: string;
  areaNo: number | null;
  province: string | null;
  region: string | null;
  listOrder: number;
  /** Fiscal years, Buddhist Era. */
  validFrom: number;
  validTo: number | null;
}

/** An office of the registry. */
export interface Office extends NewOffice {
  id: string;
}
