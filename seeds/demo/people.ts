import type { ListedBureau, ListedDistrict } from '../../src/offices/forms.ts';
import { pick, type Random, randomOf } from './random.ts';

/** An account of the demo. All people are invented, as their family names say; so are numbers and addresses. */
export interface Person {
  username: string;
  /** Kind and code of the office in the registry. */
  office: { kind: string; code: string };
  role: 'kpi_office' | 'bureau_admin' | 'certifier' | 'district_admin' | 'reporter';
  status: 'active' | 'disabled';
  name: string;
  position: string;
  phone: string;
  email: string;
  /** Whether the person has looked through the own data this fiscal year. */
  profileSaved: boolean;
}

/** The admin who has still to look through the own data. */
const NOT_YET_LOOKED_THROUGH = '8101';

/** The parts of the sub-indicators' codes that reporters are responsible for, by system and year. */
type Parts = Readonly<Record<string, readonly string[]>>;

const FINANCE: Parts = {
  'krs 2562': ['9', '11.'],
  'krs 2559': ['3.', '4.', '5'],
  'ars 2559': ['6', '7', '8'],
};
const LEARNING: Parts = {
  'krs 2562': ['1', '2', '3', '4', '6', '7'],
  'krs 2559': ['1.'],
  'ars 2559': ['9', '10', '11', '12', '13', '14'],
};
/** Of somebody who has left since: their history stays. */
const COMPUTERS_2559: Parts = { 'krs 2559': ['6.'] };

interface Colleague {
  letter: string;
  parts: Parts;
  status: Person['status'];
}

const PAIR: readonly Colleague[] = [
  { letter: 'a', parts: FINANCE, status: 'active' },
  { letter: 'b', parts: LEARNING, status: 'active' },
];

/** The offices whose admin shares the work, by username of the admin: สพม. เขต 7, กระบี่, เชียงใหม่ เขต 1. */
const COLLEAGUES: Readonly<Record<string, readonly Colleague[]>> = {
  '22507': [...PAIR, { letter: 'c', parts: COMPUTERS_2559, status: 'disabled' }],
  '8101': PAIR,
  '5001': PAIR,
};

/** Bureaus with an admin of their own beside the certifier: สำนักการคลังและสินทรัพย์, สำนักพัฒนากิจกรรมนักเรียน. */
const BUREAUS_WITH_ADMIN = ['9', '15'];

export const KPI_OFFICE_USERNAME = 'psdg';

/** Who certifies for a bureau: `b` and the two-digit code; for the KPI office its own account. */
export function certifierUsername(bureauCode: string, kpiOfficeCode: string): string {
  return bureauCode === kpiOfficeCode ? KPI_OFFICE_USERNAME : `b${bureauCode.padStart(2, '0')}`;
}

/** The accounts of a system whose frameworks are certified by these bureaus. */
export function peopleOf(
  system: string,
  districts: readonly ListedDistrict[],
  bureaus: readonly ListedBureau[],
  certifying: ReadonlySet<string>,
): Person[] {
  return [
    ...bureaus.flatMap(({ office }) => bureauPeople(office.kind, office.code ?? '', certifying)),
    ...districts.flatMap(({ office, username }) =>
      username === null ? [] : districtPeople(system, username, office.code ?? ''),
    ),
  ];
}

/** Whether somebody other than the office's admin reports this sub-indicator: their username. */
export function reporterOf(adminUsername: string, year: string, sub: string): string {
  const colleague = COLLEAGUES[adminUsername]?.find(({ parts }) => isIn(parts[year], sub));
  return colleague === undefined ? adminUsername : adminUsername + colleague.letter;
}

/** The reporters beside the admins, and what they are responsible for. */
export function reporters(): { username: string; parts: Parts }[] {
  return Object.entries(COLLEAGUES).flatMap(([admin, colleagues]) =>
    colleagues.map(({ letter, parts }) => ({ username: admin + letter, parts })),
  );
}

function takesPart({ parts }: Colleague, system: string): boolean {
  return Object.keys(parts).some((year) => year.startsWith(system));
}

export function isIn(parts: readonly string[] | undefined, sub: string): boolean {
  return parts?.some((part) => (part.endsWith('.') ? sub.startsWith(part) : sub === part)) ?? false;
}

function bureauPeople(kind: string, code: string, certifying: ReadonlySet<string>): Person[] {
  const office = { kind, code };
  if (kind === 'kpi_office') {
    const name = 'นายวิชัย ตัวอย่าง';
    return [
      person(KPI_OFFICE_USERNAME, office, 'kpi_office', { name, position: 'ผู้อำนวยการกลุ่มพัฒนาระบบบริหาร' }),
    ];
  }
  if (!certifying.has(code)) return [];
  const username = certifierUsername(code, '');
  const certifier = person(username, office, 'certifier', { position: 'นักวิชาการศึกษาชำนาญการ' });
  if (!BUREAUS_WITH_ADMIN.includes(code)) return [certifier];
  return [certifier, person(`${username}a`, office, 'bureau_admin', { position: 'หัวหน้ากลุ่มงานบริหารทั่วไป' })];
}

function districtPeople(system: string, username: string, code: string): Person[] {
  const office = { kind: 'district', code };
  // The names of the sketches' entry page.
  const isSeven = username === '22507';
  const admin = person(username, office, 'district_admin', {
    position: 'ผู้อำนวยการกลุ่มนโยบายและแผน',
    ...(isSeven ? { name: 'นางสาวมาลี ตัวอย่าง' } : {}),
  });
  const inSystem = (COLLEAGUES[username] ?? []).filter((colleague) => takesPart(colleague, system));
  const colleagues = inSystem.map(({ letter, status }) =>
    person(username + letter, office, 'reporter', {
      status,
      position: letter === 'a' ? 'นักวิชาการเงินและบัญชี' : 'ศึกษานิเทศก์',
      ...(isSeven && letter === 'a' ? { name: 'นายสมชาย ตัวอย่าง' } : {}),
    }),
  );
  return [admin, ...colleagues];
}

function person(
  username: string,
  office: Person['office'],
  role: Person['role'],
  more: Partial<Person>,
): Person {
  const random = randomOf('person', username);
  const digits = String(Math.floor(random() * 10_000)).padStart(4, '0');
  return {
    username,
    office,
    role,
    status: 'active',
    name: nameOf(random),
    position: '',
    // No line begins with 0-0000.
    phone: `0-0000-${digits}`,
    email: `${username}@example.org`,
    profileSaved: username !== NOT_YET_LOOKED_THROUGH,
    ...more,
  };
}

const WOMEN = [
  'กัลยา',
  'จันทร์เพ็ญ',
  'ดวงใจ',
  'ทิพวรรณ',
  'นภา',
  'บุษบา',
  'ปราณี',
  'พรทิพย์',
  'มาลี',
  'รัตนา',
  'วิไล',
  'ศิริพร',
  'สุนีย์',
  'อรุณี',
] as const;
const MEN = [
  'กิตติ',
  'ชัยวัฒน์',
  'ณรงค์',
  'ธีระ',
  'ประเสริฐ',
  'ปรีชา',
  'มานะ',
  'วีระ',
  'สมชาย',
  'สุเทพ',
  'อนันต์',
] as const;
const FAMILIES = [
  'ตัวอย่าง',
  'สมมติ',
  'ทดสอบ',
  'สาธิต',
  'จำลอง',
  'นามสมมติ',
  'ลองระบบ',
  'แบบอย่าง',
  'ฝึกหัด',
  'ไม่มีจริง',
  'สมมตินาม',
  'ตัวแทน',
] as const;

function nameOf(random: Random): string {
  const title = pick(random, ['นาง', 'นางสาว', 'นาย'] as const);
  const given = title === 'นาย' ? pick(random, MEN) : pick(random, WOMEN);
  return `${title}${given} ${pick(random, FAMILIES)}`;
}
