import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../src/http/current-user.ts';
import { may, RIGHTS, type Right } from '../../src/http/rights.ts';

/** The rules' table "Who may do what", as letters: KPI office, bureau Admin, Certifier, District admin, Reporter. */
const EXPECTED: Record<Right, string> = {
  'home.view': 'KACDR',
  'entry.view': 'DR',
  'entry.save': 'DR',
  'certify.view': 'KAC',
  'certify.decide': 'KAC',
  'threads.view': 'KACDR',
  'threads.write': 'KACDR',
  'threads.broadcast': 'KAC',
  'report.view': 'KACDR',
  'status.view': 'KACDR',
  'profile.edit': 'KACDR',
  'users.manage': 'KAD',
  'users.import': 'K',
  'users.handOver': 'K',
  'assignments.view': 'KACDR',
  'assignments.edit': 'KAD',
  'logins.view': 'KACDR',
  'mail.view': 'K',
  'settings.edit': 'K',
  'framework.edit': 'K',
  'framework.view': 'KACDR',
  'rounds.manage': 'K',
  'owing.view': 'KAC',
  'audit.request': 'KAC',
  'audit.open': 'K',
  'audit.score': 'KAC',
  'central.load': 'KAC',
  'editRequests.send': 'DR',
  'editRequests.answer': 'KAC',
};

const LETTERS: Record<Role, string> = {
  kpi_office: 'K',
  bureau_admin: 'A',
  certifier: 'C',
  district_admin: 'D',
  reporter: 'R',
};

describe('the table of rights', () => {
  it('knows the rights of the rules and no other', () => {
    expect(Object.keys(RIGHTS).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.entries(EXPECTED) as [Right, string][])('gives %s to %s', (right, letters) => {
    const having = ROLES.filter((role) => may({ role }, right)).map((role) => LETTERS[role]);
    expect(having.join('')).toBe(letters);
  });

  it('gives nothing to a role that it does not know', () => {
    for (const right of Object.keys(RIGHTS) as Right[]) {
      expect(may({ role: 'guest' as Role }, right)).toBe(false);
      expect(may({ role: '' as Role }, right)).toBe(false);
    }
  });
});
