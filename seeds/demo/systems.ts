import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Queryable } from '../../src/db/database.ts';
import { projectRoot } from '../../src/lib/paths.ts';
import {
  type ListedBureau,
  type ListedDistrict,
  parseBureaus,
  parseDistricts,
} from '../../src/offices/forms.ts';
import { joinSystem, listOffices, storeOffices } from '../../src/offices/queries.ts';
import { insertSystems, listSystems } from '../../src/systems/queries.ts';

/** The two systems of the manuals (R1, R6); the title of a year stands in its framework. */
const SYSTEMS = [
  {
    code: 'krs',
    brand: 'KRS System',
    nameTh: 'ระบบรายงานผลตามคำรับรองการปฏิบัติราชการ',
    nameEn: 'KPI Report System',
  },
  {
    code: 'ars',
    brand: 'ARS System',
    nameTh: 'ระบบรายงานผลตัวชี้วัดตามแผนปฏิบัติราชการ (ARS)',
    nameEn: 'Action plan Report System',
  },
];

export interface Lists {
  districts: readonly ListedDistrict[];
  bureaus: readonly ListedBureau[];
}

/** Sets up the systems and the registry of offices; all district offices and certifying bureaus take part. */
export async function setUpSystems(trx: Queryable): Promise<{ systems: Map<string, string>; lists: Lists }> {
  await insertSystems(trx, SYSTEMS);
  const lists = {
    districts: parseDistricts(readList('offices.csv')),
    bureaus: parseBureaus(readList('bureaus.csv')),
  };
  await storeOffices(
    trx,
    [...lists.bureaus, ...lists.districts].map(({ office }) => office),
  );
  const idle = new Set(lists.bureaus.filter(({ certifies }) => !certifies).map(({ office }) => office.name));
  const offices = (await listOffices(trx)).filter(({ name }) => !idle.has(name));
  const systems = new Map((await listSystems(trx)).map(({ code, id }) => [code, id]));
  for (const id of systems.values()) {
    await joinSystem(
      trx,
      id,
      offices.map((office) => office.id),
    );
  }
  return { systems, lists };
}

function readList(name: string): string {
  return readFileSync(join(projectRoot, 'seeds', name), 'utf8');
}
