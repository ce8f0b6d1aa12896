/** An account worth trying. */
export interface DemoAccount {
  system: 'krs' | 'ars';
  username: string;
  role: 'KPI office' | 'certifier' | 'bureau admin' | 'district admin' | 'reporter';
  office: string;
  /** What one sees with it. */
  shows: string;
}

const ACCOUNTS: readonly DemoAccount[] = [
  {
    system: 'krs',
    username: 'psdg',
    role: 'KPI office',
    office: 'กลุ่มพัฒนาระบบบริหาร (กพร.)',
    shows: 'every office and variable; certifies in any bureau’s stead; “KRS 7” of FY2559 as in the manual',
  },
  {
    system: 'krs',
    username: 'b09',
    role: 'certifier',
    office: 'สำนักการคลังและสินทรัพย์',
    shows: 'certifying 11.3 and 11.5 of all 225 offices in the open 12-month round',
  },
  {
    system: 'krs',
    username: 'b09a',
    role: 'bureau admin',
    office: 'สำนักการคลังและสินทรัพย์',
    shows: 'the same, and the people of the bureau',
  },
  {
    system: 'krs',
    username: '22507',
    role: 'district admin',
    office: 'สพม. เขต 7',
    shows: 'the manual’s entry page: 11.3 rejected with its reason, the 6-month round as printed',
  },
  {
    system: 'krs',
    username: '22507a',
    role: 'reporter',
    office: 'สพม. เขต 7',
    shows: 'an entry page where only the finance indicators may be filled in',
  },
  {
    system: 'krs',
    username: '8101',
    role: 'district admin',
    office: 'สพป. กระบี่',
    shows: 'the entry page of a primary area, work shared with 8101a and 8101b',
  },
  {
    system: 'ars',
    username: 'b15',
    role: 'certifier',
    office: 'สำนักพัฒนากิจกรรมนักเรียน',
    shows: 'the indicators of the manual’s AUDIT page of กระบี่: 9 and 11 certified, 10 waiting',
  },
  {
    system: 'ars',
    username: '8101',
    role: 'district admin',
    office: 'สพป. กระบี่',
    shows: 'the open 6-month round of ARS; its account is not that of KRS',
  },
];

/** The accounts to try, for the start message and the README. All have the demo's one password. */
export function demoAccounts(): readonly DemoAccount[] {
  return ACCOUNTS;
}
