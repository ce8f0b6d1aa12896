import { describe, expect, it } from 'vitest';
import { checkReason } from '../../src/certification/forms.ts';
import { changeOf, checkUntil, decisionWindow, groupOf, reachOf } from '../../src/certification/rules.ts';
import {
  CERTIFIER_EVENTS,
  CERTIFIER_TRANSITIONS,
  type CertifierEvent,
  refusal,
  type Situation,
  statusAfter,
} from '../../src/certification/transitions.ts';
import { refuseSealed } from '../../src/rounds/rules.ts';
import type { EntryStatus } from '../../src/scoring/types.ts';

const OPEN: Situation = { decisions: 'open', entryWindow: 'open', certificationClosed: false };
const AFTER_ENTRY: Situation = { ...OPEN, entryWindow: 'closed' };
const STATUSES: EntryStatus[] = ['unreported', 'pending', 'certified', 'rejected'];

/** The life of an entry, written down once more by hand: where each verb leads while entry is open. */
const EXPECTED: Record<CertifierEvent, Partial<Record<EntryStatus, EntryStatus>>> = {
  certify: { pending: 'certified', rejected: 'certified' },
  reject: { pending: 'rejected', certified: 'rejected' },
  cancel: { certified: 'pending', rejected: 'pending' },
  permit: { unreported: 'unreported', pending: 'pending', rejected: 'rejected' },
};

const entry = (status: EntryStatus, value: string | null = status === 'unreported' ? null : '1') =>
  ({ source: 'office', status, value }) as const;

describe.each(CERTIFIER_EVENTS)('%s', (event) => {
  it.each(STATUSES)('from %s', (status) => {
    const to = EXPECTED[event][status];
    if (to === undefined) expect(refusal(event, entry(status), OPEN)).not.toBeNull();
    else {
      expect(refusal(event, entry(status), OPEN)).toBeNull();
      expect(statusAfter(event, entry(status))).toBe(to);
    }
  });

  it.each(STATUSES)('not of central data that are %s', (status) => {
    const central = { ...entry(status), source: 'central' as const };
    expect(refusal(event, central, AFTER_ENTRY)).toBe('central');
  });

  it.each(['upcoming', 'closed'] as const)('not while deciding is %s', (decisions) => {
    for (const status of STATUSES) {
      expect(refusal(event, entry(status), { ...AFTER_ENTRY, decisions })).toBe(decisions);
    }
  });
});

it('knows the four verbs and no other', () => {
  expect(Object.keys(CERTIFIER_TRANSITIONS)).toEqual(['certify', 'reject', 'cancel', 'permit']);
});

it('rejects an unreported entry only after its office could report', () => {
  expect(refusal('reject', entry('unreported'), OPEN)).toBe('entryOpen');
  expect(refusal('reject', entry('unreported'), { ...OPEN, entryWindow: 'upcoming' })).toBe('entryOpen');
  expect(refusal('reject', entry('unreported'), AFTER_ENTRY)).toBeNull();
});

it('certifies no entry without a value, and cancels it to unreported', () => {
  expect(refusal('certify', entry('rejected', null), AFTER_ENTRY)).toBe('noValue');
  expect(statusAfter('cancel', entry('rejected', null))).toBe('unreported');
});

it('permits nothing once certifying has closed, even where the KPI office may still decide', () => {
  const late: Situation = { ...AFTER_ENTRY, certificationClosed: true };
  expect(refusal('permit', entry('pending'), late)).toBe('closed');
  expect(refusal('certify', entry('pending'), late)).toBeNull();
});

describe('who decides, and when', () => {
  const windows = {
    entryOpensAt: new Date('2019-10-01T00:00:00+07:00'),
    entryClosesAt: new Date('2019-10-20T16:30:00+07:00'),
    certificationClosesAt: new Date('2019-11-15T16:30:00+07:00'),
    sealedAt: null,
  };
  const bureau = { role: 'certifier', officeId: '9' } as const;
  const kpiOffice = { role: 'kpi_office', officeId: '12' } as const;
  const at = (text: string) => new Date(`${text}+07:00`);

  it.each([
    ['2019-09-30T23:59:59', 'upcoming', 'upcoming'],
    ['2019-10-01T00:00:00', 'open', 'open'],
    ['2019-11-15T16:29:59', 'open', 'open'],
    ['2019-11-15T16:30:00', 'closed', 'open'],
  ])('at %s a bureau finds it %s, the KPI office %s', (moment, forBureau, forKpiOffice) => {
    expect(decisionWindow(bureau, windows, at(moment))).toBe(forBureau);
    expect(decisionWindow(kpiOffice, windows, at(moment))).toBe(forKpiOffice);
  });

  it('ends for the KPI office, too, with the seal', () => {
    const sealed = { ...windows, sealedAt: at('2019-12-01T09:00:00') };
    expect(decisionWindow(kpiOffice, sealed, at('2019-12-02T09:00:00'))).toBe('sealed');
    expect(() => refuseSealed(windows, sealed)).toThrow('sealed');
    expect(() => refuseSealed(windows)).not.toThrow();
  });

  it('reaches the own variables, the KPI office all', () => {
    expect(reachOf(bureau)).toBe('9');
    expect(reachOf({ ...bureau, role: 'bureau_admin' })).toBe('9');
    expect(reachOf(kpiOffice)).toBeNull();
  });

  it('permits until a time that lies ahead, at most the close of certification', () => {
    const now = at('2019-10-25T09:00:00');
    expect(checkUntil(at('2019-10-25T09:00:00'), windows, now)).toBe('past');
    expect(checkUntil(at('2019-10-25T09:01:00'), windows, now)).toBeNull();
    expect(checkUntil(windows.certificationClosesAt, windows, now)).toBeNull();
    expect(checkUntil(at('2019-11-15T16:31:00'), windows, now)).toBe('tooLate');
  });
});

describe('the change against last round', () => {
  it.each([
    ['5', '5', '=', false],
    ['5.0', '5', '=', false],
    ['45', '40', '+5', false],
    ['60', '40', '+20', false],
    ['61', '40', '+21', true],
    ['20', '40', '−20', false],
    ['19', '40', '−21', true],
    ['0.3', '0.1', '+0.2', true],
    ['12.5', '10', '+2.5', false],
    ['40197173.68', '21008685.98', '+19,188,487.7', true],
    ['1', '0', '+1', true],
    ['-20', '-10', '−10', true],
    ['100000000000000000001', '100000000000000000000', '+1', false],
  ])('%s after %s is %s', (value, last, text, outlier) => {
    expect(changeOf(value, last, 'number')).toMatchObject({ text, outlier });
  });

  it('a yes that was a no is no outlier', () => {
    expect(changeOf('1', '0', 'yes_no')).toMatchObject({ text: '+1', outlier: false });
  });

  it('is nothing without two values', () => {
    expect(changeOf(null, '1', 'number')).toBeNull();
    expect(changeOf('1', null, 'number')).toBeNull();
  });
});

it('counts an entry in one group: central, decided by AUDIT, or its status', () => {
  const row = { source: 'office', status: 'pending', audit: null } as const;
  expect(groupOf(row)).toBe('pending');
  expect(groupOf({ ...row, audit: '4.0000' })).toBe('audited');
  expect(groupOf({ ...row, source: 'central', status: 'unreported' })).toBe('central');
});

describe('a typed reason', () => {
  const typed = { template: undefined, reason: '', until: '' };
  it('is needed, ready-made or typed', () => {
    expect(checkReason(typed, '', false).problems).toEqual({ reason: 'reasonMissing' });
    expect(checkReason({ ...typed, reason: 'ไม่ตรง' }, '', false)).toMatchObject({
      reason: 'ไม่ตรง',
      problems: {},
    });
    expect(checkReason({ ...typed, reason: 'หน้า 3' }, 'ไม่ครบ', false).reason).toBe('ไม่ครบ หน้า 3');
    expect(checkReason({ ...typed, reason: 'ก'.repeat(2001) }, '', false).problems).toEqual({
      reason: 'reasonTooLong',
    });
  });

  it('has a time that can be read; a permit needs one', () => {
    const reason = { ...typed, reason: 'x' };
    expect(checkReason(reason, '', true).problems).toEqual({ until: 'untilMissing' });
    expect(checkReason({ ...reason, until: '31/12/2562' }, '', true).problems).toEqual({
      until: 'untilUnreadable',
    });
    expect(checkReason({ ...reason, until: '2019-11-01T16:30' }, '', true)).toMatchObject({
      until: new Date('2019-11-01T16:30:00+07:00'),
      problems: {},
    });
  });
});
