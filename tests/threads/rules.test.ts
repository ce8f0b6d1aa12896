import { describe, expect, it } from 'vitest';
import type { CurrentUser, OfficeKind, Role } from '../../src/http/current-user.ts';
import { askedRound, lockReason } from '../../src/rounds/rules.ts';
import {
  actsInSteadOf,
  attachRefusal,
  commentRefusal,
  isNewFor,
  mayWrite,
  reachOf,
  sideOf,
  withdrawRefusal,
} from '../../src/threads/rules.ts';
import type { ThreadItem, ThreadRound } from '../../src/threads/types.ts';

const PEOPLE = {
  kpiOffice: person('kpi_office', 'kpi_office', '12'),
  bureauAdmin: person('bureau_admin', 'bureau', '9'),
  certifier: person('certifier', 'bureau', '9'),
  districtAdmin: person('district_admin', 'district', '81'),
  reporter: person('reporter', 'district', '81'),
};
const day = (date: string) => new Date(`2019-${date}T09:00:00+07:00`);

function person(role: Role, officeKind: OfficeKind, officeId: string) {
  return { id: `${role}-1`, role, officeKind, officeId, systemId: '1' } as CurrentUser;
}

function round(change: Partial<ThreadRound> = {}): ThreadRound {
  return {
    id: '2',
    label: '12M',
    kind: '12M',
    sequence: 2,
    entryOpensAt: day('10-01'),
    entryClosesAt: day('10-20'),
    certificationClosesAt: day('11-15'),
    officeClosesAt: null,
    sealedAt: null,
    setAside: false,
    entryId: '7',
    source: 'office',
    status: 'pending',
    value: '1',
    permitUntil: null,
    carriedFromId: null,
    pinnedVersion: null,
    ...change,
  };
}

it.each([
  ['kpiOffice', { officeId: null, bureauId: null }],
  ['bureauAdmin', { officeId: null, bureauId: '9' }],
  ['certifier', { officeId: null, bureauId: '9' }],
  ['districtAdmin', { officeId: '81', bureauId: null }],
  ['reporter', { officeId: '81', bureauId: null }],
] as const)('%s sees %o', (who, reach) => {
  expect(reachOf(PEOPLE[who])).toEqual({ systemId: '1', ...reach });
});

it.each([
  ['kpiOffice', true, true],
  ['bureauAdmin', true, true],
  ['certifier', true, true],
  ['districtAdmin', true, true],
  ['reporter', true, false],
] as const)('%s writes where assigned: %s, and elsewhere: %s', (who, assigned, elsewhere) => {
  expect(mayWrite(PEOPLE[who], { assigned: true })).toBe(assigned);
  expect(mayWrite(PEOPLE[who], { assigned: false })).toBe(elsewhere);
});

it('speaks in the stead of a bureau only from the KPI office', () => {
  expect(actsInSteadOf(PEOPLE.kpiOffice, '9')).toBe('9');
  expect(actsInSteadOf(PEOPLE.kpiOffice, '12')).toBeNull();
  expect(actsInSteadOf(PEOPLE.certifier, '9')).toBeNull();
});

describe('attaching', () => {
  const situations = [
    round(),
    round({ status: 'unreported', value: null }),
    round({ status: 'rejected' }),
    round({ status: 'certified' }),
    round({ source: 'central' }),
    round({ permitUntil: day('10-30') }),
    round({ status: 'certified', permitUntil: day('10-30') }),
    round({ officeClosesAt: day('10-25') }),
    round({ permitUntil: day('10-30'), sealedAt: day('10-22') }),
  ];
  const moments = ['09-20', '10-10', '10-22', '10-29', '11-10', '11-20'].map(day);

  it('is for an office where the value may be edited: the entry page’s own rule', () => {
    for (const one of situations) {
      for (const now of moments) {
        for (const assigned of [true, false]) {
          const lock = lockReason(one, assigned, one, now);
          expect(attachRefusal(PEOPLE.districtAdmin, { assigned }, one, now)).toBe(lock);
          expect(attachRefusal(PEOPLE.reporter, { assigned }, one, now)).toBe(assigned ? lock : 'readOnly');
        }
      }
    }
  });

  it.each(['kpiOffice', 'bureauAdmin', 'certifier'] as const)(
    'is for %s until certification closes',
    (who) => {
      for (const one of situations) {
        for (const now of moments) {
          const expected =
            one.sealedAt !== null ? 'sealed' : now < one.certificationClosesAt ? null : 'certificationClosed';
          expect(attachRefusal(PEOPLE[who], { assigned: false }, one, now)).toBe(expected);
        }
      }
    },
  );
});

it('comments are written until the round is sealed, whatever else has closed', () => {
  for (const who of Object.values(PEOPLE)) {
    expect(commentRefusal(who, { assigned: true }, round({ status: 'certified' }))).toBeNull();
    expect(commentRefusal(who, { assigned: true }, round({ sealedAt: day('11-20') }))).toBe('sealed');
  }
  expect(commentRefusal(PEOPLE.reporter, { assigned: false }, round())).toBe('readOnly');
  expect(commentRefusal(PEOPLE.reporter, { assigned: false }, round({ sealedAt: day('11-20') }))).toBe(
    'readOnly',
  );
});

describe('taking back', () => {
  const fresh = {
    kind: 'comment',
    senderId: 'reporter-1',
    withdrawnAt: null,
    isRegistered: false,
    isDecided: false,
    isSealed: false,
  };
  it.each([
    ['by its sender', {}, null],
    ['a document', { kind: 'document' }, null],
    ['by somebody else', { senderId: '2' }, 'notSender'],
    ['a rejection', { kind: 'rejection' }, 'decision'],
    ['a permit', { kind: 'permit' }, 'decision'],
    ['twice', { withdrawnAt: day('10-10') }, 'withdrawn'],
    ['after it was registered', { isRegistered: true }, 'registered'],
    ['after a decision', { isDecided: true }, 'decided'],
    ['after the seal', { isSealed: true }, 'sealed'],
    ['of somebody else, registered', { senderId: '2', isRegistered: true }, 'notSender'],
  ] as const)('%s', (_what, change, expected) => {
    expect(withdrawRefusal({ id: 'reporter-1' }, { ...fresh, ...change } as ThreadItem)).toBe(expected);
  });
});

it('is new for the other side until it is registered or taken back', () => {
  const item = { side: 'office' as const, registeredAt: null, withdrawnAt: null };
  for (const who of Object.values(PEOPLE)) {
    const isOther = sideOf(who) === 'bureau';
    expect(isNewFor(who, item)).toBe(isOther);
    expect(isNewFor(who, { ...item, side: 'bureau' })).toBe(!isOther);
    expect(isNewFor(who, { ...item, registeredAt: day('10-10') })).toBe(false);
    expect(isNewFor(who, { ...item, withdrawnAt: day('10-10') })).toBe(false);
  }
});

it('the round is the one asked for, otherwise the one whose entry window is open, or the latest begun', () => {
  const first = round({ id: '1', entryOpensAt: day('04-01'), entryClosesAt: day('04-20') });
  const both = [first, round()];
  expect(askedRound(both, '1', day('10-10'))?.id).toBe('1');
  expect(() => askedRound(both, '3', day('10-10'))).toThrow('notFound');
  expect(askedRound(both, undefined, day('10-10'), [])).toBeUndefined();
  expect(askedRound(both, undefined, day('10-10'))?.id).toBe('2');
  expect(askedRound(both, undefined, day('04-10'))?.id).toBe('1');
  expect(askedRound(both, undefined, day('06-10'))?.id).toBe('1');
});
