import { z } from 'zod';
import { readCsv } from './csv.ts';
import type { NewOffice } from './types.ts';

const words = z.string().trim().min(1);
const wordsOrNull = z.string().transform((text) => text.trim() || null);
const whole = z.string().regex(/^\d{1,6}$/, 'expected a whole number');
const number = whole.transform(Number);
const numberOrNull = z.union([whole, z.literal('')]).transform((text) => (text === '' ? null : Number(text)));

/** Nobody knows since when a bureau exists: it is valid in every year that a framework can have. */
const ALWAYS = 2500;

const districtRow = z.object({
  list_order: number,
  code: wordsOrNull,
  name_th: words,
  short_name_th: words,
  list_label_krs: wordsOrNull,
  type: words,
  area_no: numberOrNull,
  province: wordsOrNull,
  region: wordsOrNull,
  valid_from_fy: number,
  valid_to_fy: numberOrNull,
  krs_username: wordsOrNull,
});

const bureauRow = z.object({
  code: number,
  name_th: words,
  abbr_th: wordsOrNull,
  krs_role: z.enum(['certifier', 'admin+certifier', 'none']),
});

/** A district office of the list, and the username of its admin where it is known. */
export interface ListedDistrict {
  office: NewOffice;
  username: string | null;
}

/** A bureau of the list; `certifies`: it takes part in the reporting systems. */
export interface ListedBureau {
  office: NewOffice;
  certifies: boolean;
}

/** Reads the list of district offices (seeds/offices.csv). Throws where a field is missing or no number. */
export function parseDistricts(csv: string): ListedDistrict[] {
  return readCsv(csv).map((record) => {
    const row = districtRow.parse(record);
    return {
      username: row.krs_username,
      office: {
        kind: 'district',
        code: row.code,
        type: row.type,
        name: row.name_th,
        shortName: row.short_name_th,
        listLabel: row.list_label_krs ?? row.short_name_th,
        areaNo: row.area_no,
        province: row.province,
        region: row.region,
        listOrder: row.list_order,
        validFrom: row.valid_from_fy,
        validTo: row.valid_to_fy,
      },
    };
  });
}

/** Reads the list of bureaus (seeds/bureaus.csv); the one that administers the systems is the KPI office. */
export function parseBureaus(csv: string): ListedBureau[] {
  return readCsv(csv).map((record) => {
    const row = bureauRow.parse(record);
    const label = row.abbr_th ?? row.name_th;
    return {
      certifies: row.krs_role !== 'none',
      office: {
        kind: row.krs_role === 'admin+certifier' ? 'kpi_office' : 'bureau',
        code: String(row.code),
        type: null,
        name: row.name_th,
        shortName: label,
        listLabel: row.name_th,
        areaNo: null,
        province: null,
        region: null,
        listOrder: row.code,
        validFrom: ALWAYS,
        validTo: null,
      },
    };
  });
}
