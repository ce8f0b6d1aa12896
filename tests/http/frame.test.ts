import { describe, expect, it } from 'vitest';
import { menuFor } from '../../src/frame.ts';
import type { Role } from '../../src/http/current-user.ts';
import { translator } from '../../src/i18n/index.ts';
import { initialOf } from '../../src/lib/initial.ts';
import type { Round } from '../../src/rounds/types.ts';

const ENTRY_OPEN = new Date('2019-10-15T09:00:00+07:00');
const CERTIFICATION_OPEN = new Date('2019-11-01T09:00:00+07:00');
const ALL_OVER = new Date('2020-01-01T09:00:00+07:00');

const past: Round = {
  id: '1',
  systemId: '1',
  frameworkId: '1',
  revision: 1,
  frameworkVersion: 1,
  fiscalYear: 2562,
  kind: '6M',
  sequence: 1,
  label: 'รอบ 6 เดือน ปี 62',
  entryOpensAt: new Date('2019-04-01T00:00:00+07:00'),
  entryClosesAt: new Date('2019-04-20T16:30:00+07:00'),
  certificationClosesAt: new Date('2019-05-15T16:30:00+07:00'),
  officeClosesAt: null,
  sealedAt: null,
  hasPermit: false,
  takesPart: true,
  newestRevision: 1,
};
const open: Round = {
  ...past,
  id: '2',
  kind: '12M',
  sequence: 2,
  label: 'รอบ 12 เดือน ปี 62',
  entryOpensAt: new Date('2019-10-01T00:00:00+07:00'),
  entryClosesAt: new Date('2019-10-20T16:30:00+07:00'),
  certificationClosesAt: new Date('2019-11-15T16:30:00+07:00'),
};

/** The menu as lines: `label → address`, children indented, the present page marked with *. */
function menu(
  role: Role,
  now: Date,
  rounds = [open, past],
  address = { path: '/krs', round: null as string | null },
  heading = 'common.mainMenu',
) {
  const sections = menuFor({ user: { role }, rounds, now, t: translator('th'), address, base: '/krs' });
  const line = ({ label, href, active }: { label: string; href?: string; active?: boolean }) =>
    `${active ? '* ' : ''}${label}${href === undefined ? '' : ` → ${href}`}`;
  const chosen = sections.filter(({ headingKey }) => headingKey === heading);
  return chosen.flatMap(({ items }) =>
    items.flatMap((item) => [line(item), ...(item.children ?? []).map((child) => `  ${line(child)}`)]),
  );
}

describe('the menu', () => {
  it('marks the item above the page, too', () => {
    const at = (path: string) =>
      menu('kpi_office', ENTRY_OPEN, [open], { path, round: null }, 'common.manage').filter((line) =>
        line.startsWith('*'),
      );
    expect(at('/krs/rounds/2/seal')).toEqual(['* รอบการรายงาน → /krs/rounds']);
    expect(at('/krs/framework/2562')).toHaveLength(1);
  });

  it('leads a reporter to the open round, and to those that are over', () => {
    expect(menu('reporter', ENTRY_OPEN)).toEqual([
      '* หน้าแรก → /krs',
      'รายการใหม่ → /krs/news',
      'บันทึกข้อมูล รอบ 12 เดือน ปี 62 → /krs/entry?round=2',
      'รอบที่ผ่านมา → /krs/entry?round=1',
      'รายงานคะแนนแยกหน่วยงาน → /krs/reports/office',
      'สถานะการบันทึกข้อมูล → /krs/status',
    ]);
  });

  it('leaves out rounds in which the office has no part', () => {
    const others = { ...open, takesPart: false };
    const lines = menu('reporter', ENTRY_OPEN, [others, { ...past, takesPart: false }]);
    expect(lines.join()).not.toContain('/krs/entry');
    expect(menu('reporter', ENTRY_OPEN, [others, past]).join()).not.toContain('round=2');
    // who certifies has a part in none, and meets all
    expect(menu('certifier', ENTRY_OPEN, [others]).join()).toContain('/krs/certify/variables?round=2');
  });

  it('offers entry only while the office may type: in its own time, or by permit', () => {
    expect(menu('district_admin', CERTIFICATION_OPEN).join()).not.toContain('บันทึกข้อมูล รอบ');
    const extended = { ...open, officeClosesAt: open.certificationClosesAt };
    const permitted = { ...open, hasPermit: true };
    for (const round of [extended, permitted]) {
      expect(menu('district_admin', CERTIFICATION_OPEN, [round, past])).toContain(
        'บันทึกข้อมูล รอบ 12 เดือน ปี 62 → /krs/entry?round=2',
      );
    }
  });

  it('leads a certifier to both lists of the round that is being certified, later to the latest', () => {
    const certifying = [
      'รับรองข้อมูล',
      '  ตามตัวชี้วัด รอบ 12 เดือน ปี 62 → /krs/certify/variables?round=2',
      '  ตามหน่วยงาน รอบ 12 เดือน ปี 62 → /krs/certify/offices?round=2',
    ];
    for (const now of [ENTRY_OPEN, CERTIFICATION_OPEN, ALL_OVER]) {
      const lines = menu('certifier', now);
      expect(lines.slice(2, 5)).toEqual(certifying);
      expect(lines.join()).not.toContain('/krs/entry');
    }
  });

  it('marks the present page, with and without its round in the address', () => {
    const certify = { path: '/krs/certify/offices', round: null };
    expect(
      menu('kpi_office', ENTRY_OPEN, [open, past], certify).filter((line) => line.includes('*')),
    ).toEqual(['  * ตามหน่วยงาน รอบ 12 เดือน ปี 62 → /krs/certify/offices?round=2']);
    const entryOfPast = { path: '/krs/entry', round: '1' };
    expect(menu('reporter', ENTRY_OPEN, [open, past], entryOfPast)).toContain(
      '* รอบที่ผ่านมา → /krs/entry?round=1',
    );
  });

  it('names nothing that needs a round while there is none', () => {
    expect(menu('reporter', ENTRY_OPEN, [])).toHaveLength(4);
    expect(menu('certifier', ENTRY_OPEN, [])).toHaveLength(4);
  });

  it('offers to manage what the role may manage', () => {
    const managing = (role: Role) =>
      menu(role, ENTRY_OPEN, [], { path: '/krs', round: null }, 'common.manage').map(
        (line) => line.split('/krs')[1],
      );
    expect(managing('reporter')).toEqual(['/profile', '/assignments', '/logins']);
    expect(managing('district_admin')).toEqual(['/profile', '/users', '/assignments', '/logins']);
    expect(managing('kpi_office')).toEqual([
      ...['/profile', '/users', '/assignments', '/rounds', '/framework', '/manuals', '/logins'],
      ...['/mail', '/settings'],
    ]);
  });
});

describe('the letter in place of a portrait', () => {
  it.each([
    ['นางสาวมาลี ตัวอย่าง', 'ม'],
    ['นายเอก ตัวอย่าง', 'อ'],
    ['ใจดี', 'จ'],
    ['Mr. john', 'J'],
    ['', '?'],
  ])('%s → %s', (name, letter) => expect(initialOf(name)).toBe(letter));
});
