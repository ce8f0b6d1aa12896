import { describe, expect, it } from 'vitest';
import { emptyDraft } from '../../../src/framework/drafts/document.ts';
import { partsOf } from '../../../src/framework/drafts/parts.ts';
import type { DraftDocument, DraftRound } from '../../../src/framework/drafts/types.ts';
import { copyToYear, withYear } from '../../../src/framework/transfer/next-year.ts';
import { takeOver } from '../../../src/framework/transfer/take-over.ts';

const ROUND: DraftRound = {
  kind: '6M',
  sequence: 1,
  label: 'รอบที่ 1 ปี 62 (รอบ 6 เดือน)',
  data_as_of: '2019-03-31',
  entry_opens_at: '2019-03-31T17:00:00.000Z',
  entry_closes_at: '2019-04-19T09:30:00.000Z',
  certification_closes_at: '2019-05-15T09:30:00.000Z',
};

function year(rounds: DraftRound[] = [ROUND]): DraftDocument {
  const variable = (key: string, code: string) => ({ key, code, copied_from: '5' }) as never;
  const sub = { key: '12', code: '1', variables: [variable('71', 'a'), variable('n4', 'b')] } as never;
  const indicator = { key: '11', code: '1', name: 'ก', indicators: [], sub_indicators: [sub] };
  return {
    ...emptyDraft('krs', 2562),
    title_th: 'ระบบรายงาน ปีงบประมาณ พ.ศ. 2562 (๒๕๖๒)',
    title_en: 'KPI Report System 2562 (2019), version 125620',
    rounds,
    dimensions: [{ key: '10', code: 'C1', name: 'มิติ', indicators: [indicator], sub_indicators: [] }],
    next_key: 9,
  };
}

describe('a year that is copied', () => {
  const copy = copyToYear(year(), 2563);

  it('has new keys and remembers the published variables', () => {
    expect(partsOf(copy).map(({ key }) => key)).toEqual(['n1', 'n2', 'n3', 'n4', 'n5']);
    const variables = partsOf(copy).flatMap((part) => (part.kind === 'variable' ? [part.part] : []));
    expect(variables.map((variable) => variable.copied_from)).toEqual(['71', null]);
    expect(copy.next_key).toBe(6);
  });

  it('is about its own year', () => {
    expect(copy.fiscal_year).toBe(2563);
    expect(copy.title_th).toBe('ระบบรายงาน ปีงบประมาณ พ.ศ. 2563 (๒๕๖๓)');
    expect(copy.title_en).toBe('KPI Report System 2563 (2020), version 125620');
    expect(withYear('ปี ๖๒ ตัวชี้วัด 1.62', 2562, 2564)).toBe('ปี ๖๔ ตัวชี้วัด 1.64');
  });

  it('has its rounds on the same weekday at the same time, as long as they were, not before the day of the data', () => {
    expect(copy.rounds).toEqual([
      {
        ...ROUND,
        label: 'รอบที่ 1 ปี 63 (รอบ 6 เดือน)',
        data_as_of: '2020-03-31',
        // 30 March would be before the day of the data: the Monday after it
        entry_opens_at: '2020-04-05T17:00:00.000Z',
        entry_closes_at: '2020-04-24T09:30:00.000Z',
        certification_closes_at: '2020-05-20T09:30:00.000Z',
      },
    ]);
  });

  it.each([
    ['2016-02-29', '2017-02-28'],
    [null, null],
  ])('data as of %s become those of %s', (asOf, moved) => {
    const of2559 = { ...year([{ ...ROUND, data_as_of: asOf }]), fiscal_year: 2559 };
    expect(copyToYear(of2559, 2560).rounds[0]?.data_as_of).toBe(moved);
  });

  it('keeps what is not filled in', () => {
    const [round] = copyToYear(year([{ ...ROUND, entry_opens_at: '', entry_closes_at: '' }]), 2565).rounds;
    expect(round).toMatchObject({ entry_opens_at: '', entry_closes_at: '' });
    expect(new Date(round?.certification_closes_at ?? '').getUTCDay()).toBe(3);
  });
});

describe('a file that is taken over', () => {
  it('keeps the keys of parts with the same codes, of the draft before those of what is published', () => {
    const imported = copyToYear(year(), 2562);
    const [indicator] = imported.dimensions[0]?.indicators ?? [];
    const [sub] = indicator?.sub_indicators ?? [];
    const [a] = sub?.variables ?? [];
    if (sub === undefined || a === undefined) throw new Error('a variable is needed');
    sub.variables = [
      { ...a, code: 'b' },
      { ...a, code: 'a' },
      { ...a, code: 'c' },
      { ...a, code: 'c' },
    ];
    const published = year();
    const draft = year();
    draft.dimensions[0]?.indicators[0]?.sub_indicators[0]?.variables.pop();
    const taken = takeOver(imported, { draft, published });
    const keys = partsOf(taken).map(({ kind, part, key }) => `${kind} ${part.code} ${key}`);
    expect(keys).toEqual([
      'dimension C1 10',
      'indicator 1 11',
      'sub_indicator 1 12',
      'variable b n4',
      'variable a 71',
      'variable c n9',
      'variable c n10',
    ]);
    expect(taken.next_key).toBe(11);
    expect(partsOf(taken).at(-3)?.part).toMatchObject({ copied_from: '5' });
  });
});
