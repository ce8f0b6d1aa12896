const ALL = { '6M': 'office', '9M': 'office', '12M': 'office' };

/** A framework file with faults of every kind; lint.test.ts lists them. */
export const BROKEN = {
  system: 'krs',
  fiscal_year: 2562,
  title_th: 'กรอบที่ผิด',
  title_en: 'A faulty framework',
  colour: 'blue',
  rounds: [
    round('6M', 1, { entry_opens_at: '2019-04-21T00:00+07:00' }),
    round('12M', 1, { certification_closes_at: '2019-04-19T00:00+07:00' }),
    round('9M', 3, { data_as_of: '2562-06-30' }),
  ],
  dimensions: [
    {
      code: 'C1',
      name: 'มิติที่ 1',
      indicators: [
        indicator('1', sub('1', { formula: 'a / c * 100' })),
        indicator('1', sub('2', { formula: 'a / b +' })),
        indicator('3', sub('3', { formula: 'a' })),
        indicator('4', sub('4', { criteria: [60, 80, 70, 90, 100] })),
        indicator('5', sub('5', { criteria: [null, 70, 80, 90, null] })),
        indicator('6', sub('6', { direction: 'less' })),
        indicator(
          '7',
          sub('7', {
            criteria: undefined,
            criteria_by_round: { '6M': [1, 2, 3, 4, 5], '3M': [1, 2, 3, 4, 5] },
          }),
        ),
        indicator('8', sub('8', { office_types: ['สพป', 'โรงเรียน'] })),
        indicator('9', sub('9', { weight: 0 })),
      ],
    },
    {
      code: 'C1',
      name: 'มิติที่ 1 อีกครั้ง',
      indicators: [
        { ...indicator('10', sub('10', {})), indicators: [indicator('10.1', sub('10.1', {}))] },
        { code: '11', name: 'ว่าง' },
        indicator('12', sub('10', { variables: [] })),
      ],
    },
    {
      code: 'C3',
      name: 'มิติที่ 3',
      indicators: [
        indicator('13', sub('13', { variables: [variable('a', { min: 10, max: 5 }), variable('a', {})] })),
        indicator(
          '14',
          sub('14', {
            variables: [
              variable('a', { kind: 'yes_no', max: 5 }),
              variable('b', { kind: 'level', min: 0, max: 6 }),
            ],
          }),
        ),
        indicator(
          '15',
          sub('15', {
            variables: [variable('a', { decimals: 2 }), variable('b', { kind: 'number', min: '0.5' })],
          }),
        ),
        indicator(
          '16',
          sub('16', { variables: [variable('a', { bureau: '99' }), variable('b', { bureau: 'สำนักที่ไม่มี' })] }),
        ),
        indicator(
          '17',
          sub('17', {
            variables: [variable('a', { sources: { ...ALL, '12M': 'not_due' } }), variable('b', {})],
          }),
        ),
        indicator(
          '18',
          sub('18', {
            variables: [
              variable('a', { sources: { ...ALL, '3M': 'office' } }),
              variable('b', { sources: { '6M': 'office' } }),
            ],
          }),
        ),
        indicator(
          '19',
          sub('19', {
            variables: [variable('ก', {}), variable('a', { name: '' }), variable('b', { unit: 5 })],
          }),
        ),
        indicator('20', { ...sub('20', {}), name: undefined, formula: 'eval(a) / b' }),
      ],
    },
  ],
};

function round(kind: string, sequence: number, changes: object) {
  return {
    kind,
    sequence,
    label: `รอบ ${kind}`,
    data_as_of: null,
    entry_opens_at: '2019-04-01T00:00+07:00',
    entry_closes_at: '2019-04-20T16:30+07:00',
    certification_closes_at: '2019-05-15T16:30+07:00',
    ...changes,
  };
}

function indicator(code: string, subIndicator: object) {
  return { code, name: `ตัวชี้วัด ${code}`, sub_indicators: [subIndicator] };
}

function sub(code: string, changes: object) {
  return {
    code,
    name: `ตัวชี้วัดย่อย ${code}`,
    weight: 4,
    formula: 'a / b * 100',
    direction: 'more',
    result_unit: 'percent',
    criteria: [60, 70, 80, 90, 100],
    office_types: ['สพป', 'สพม'],
    variables: [variable('a', {}), variable('b', {})],
    ...changes,
  };
}

function variable(code: string, changes: object) {
  return {
    code,
    name: `ตัวแปร ${code}`,
    unit: 'คน',
    kind: 'whole',
    min: 0,
    max: 1000,
    sources: ALL,
    bureau: '9',
    ...changes,
  };
}
