import { describe, expect, it } from 'vitest';
import { owedLines, reminderDue } from '../../src/cycle/reminders/rules.ts';
import { translator } from '../../src/i18n/index.ts';

const OPENS = new Date('2019-10-01T00:00:00+07:00');
const CLOSES = new Date('2019-10-20T16:30:00+07:00');
const at = (moment: string, zone = '+07:00') => new Date(`2019-10-${moment}${zone}`);
const due = (now: Date, change: { opensAt?: Date; closesAt?: Date; changedAt?: Date | null } = {}) =>
  reminderDue({ opensAt: OPENS, closesAt: CLOSES, changedAt: null, ...change }, now);

describe('the day of a reminder', () => {
  it.each([
    ['06T08:00:00', 14],
    ['13T08:00:00', 7],
    ['17T08:00:00', 3],
    ['19T08:00:00', 1],
    ['19T23:59:59', 1],
  ])('is reached at %s: %i days before', (moment, days) => {
    expect(due(at(moment))).toEqual({ days, late: false });
  });

  it.each([
    '05T08:00:00',
    '06T07:59:59',
    '09T08:00:00',
    '10T08:00:00',
    '12T08:00:00',
    '16T08:00:00',
    '13T07:59:59',
  ])('is not %s', (moment) => {
    expect(due(at(moment))).toBeNull();
  });

  it('is counted in days of Bangkok, wherever the time comes from', () => {
    expect(due(at('13T01:00:00', 'Z'))).toEqual({ days: 7, late: false });
    expect(due(at('12T20:00:00', '-05:00'))).toEqual({ days: 7, late: false });
    expect(due(at('13T00:59:59', 'Z'))).toBeNull();
    // already the 14th in UTC+14, still the 13th in Bangkok
    expect(due(at('14T05:00:00', '+14:00'))).toEqual({ days: 7, late: false });
    // the last minute of a day and the first of the next are different days
    const [last, first] = [at('20T23:59:00'), at('21T00:00:00')];
    expect(due(at('19T08:00:00'), { closesAt: last })).toEqual({ days: 1, late: false });
    expect(due(at('19T08:00:00'), { closesAt: first })).toEqual({ days: 3, late: true });
    expect(due(at('20T08:00:00'), { closesAt: first })).toEqual({ days: 1, late: false });
  });

  it('is made up for within two days, until it closes', () => {
    expect(due(at('14T08:00:00'))).toEqual({ days: 7, late: true });
    expect(due(at('15T23:00:00'))).toEqual({ days: 7, late: true });
    expect(due(at('20T16:29:59'))).toEqual({ days: 1, late: true });
    expect(due(CLOSES)).toBeNull();
  });

  it('is none before entry opened, nor before the deadline was set', () => {
    expect(due(at('06T08:00:00'), { opensAt: at('06T08:00:01') })).toBeNull();
    expect(due(at('07T08:00:00'), { opensAt: at('06T09:00:00') })).toBeNull();
    expect(due(at('14T08:00:00'), { changedAt: at('13T10:00:00') })).toBeNull();
    expect(due(at('14T08:00:00'), { changedAt: at('13T07:00:00') })).toEqual({ days: 7, late: true });
  });
});

describe('the lines of a reminder', () => {
  const node = { name: 'ร้อยละของนักเรียน', unreported: 2, rejected: 1, unused: 0, pending: 4, audits: 3 };
  const nodes = Array.from({ length: 20 }, (_, at) => ({ ...node, code: `${at + 1}` }));

  it('name the first twenty indicators and count the others, in the language of the reader', () => {
    const lines = owedLines({ kind: 'entry', nodes, count: 23 }, translator('th'));
    expect(lines).toHaveLength(21);
    expect(lines[0]).toBe('1 ร้อยละของนักเรียน – ยังไม่รายงานผล 2 รายการ, ไม่รับรอง 1 รายการ');
    expect(lines[20]).toBe('และอีก 3 ตัวชี้วัด');
    const english = owedLines(
      { kind: 'certification', nodes: nodes.slice(0, 1), count: 1 },
      translator('en'),
    );
    expect(english).toEqual([
      '1 ร้อยละของนักเรียน – 4 waiting for certification, AUDIT scores of 3 offices to be given',
    ]);
  });
});
