import fc from 'fast-check';

const LONG = 60_000;

/** Texts that forms are known to stumble over. */
const NASTY = [
  '',
  ' ',
  '\t\r\n',
  '\0',
  'a\0b',
  '\u0001\u001f\u007f\u0085',
  '\u202eกลับด้าน\u202c',
  '\u200b\u200c\u200d\ufeff',
  `e${'\u0301'.repeat(500)}`,
  '\ud800',
  'x\udfff',
  '👩‍👩‍👧‍👦🇹🇭',
  '\u{10ffff}',
  '๐๑๒๓',
  '1,2,3',
  '-0',
  '1e999',
  '0x10',
  'NaN',
  'Infinity',
  '9'.repeat(40),
  `0.${'3'.repeat(400)}`,
  '1:1',
  '1:1,1:1',
  'null',
  'undefined',
  'true',
  '[object Object]',
  '{"a":1}',
  '__proto__',
  'constructor',
  'toString',
  "'; drop table entries; --",
  '\\',
  '%00',
  '%',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '<%= 7*7 %>',
  '{{7*7}}$t(common.logout)',
  '../../etc/passwd',
  '//evil.example.org',
  'javascript:alert(1)',
  '2019-02-30T25:61',
  '9999999-01-01T00:00',
  '2019-10-25T16:30',
  'x'.repeat(LONG),
  'ก'.repeat(5000),
];

export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
  { weight: 2, arbitrary: fc.integer().map(String) },
  { weight: 1, arbitrary: fc.double().map(String) },
);

/** Names that no form of ours has, or that a careless program takes for its own. */
const anyName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...['__proto__', '__proto__[x]', 'constructor', 'constructor.prototype', 'hasOwnProperty', 'length', ''],
    ...[
      'a[]',
      'a[b][c]',
      'value_',
      'value_1',
      'value_01',
      'value_99999999999999999999',
      'base_1',
      'resubmit',
    ],
    ...[
      'keep_theirs',
      'entry',
      'entries',
      'version',
      'reason',
      'until',
      'template',
      'round',
      'next',
      'locale',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

/** What is done to a good form; `at` counts its fields, round and round. */
export type Change =
  | { kind: 'replace'; at: number; text: string }
  | { kind: 'repeat'; at: number; text: string }
  | { kind: 'drop'; at: number }
  | { kind: 'list'; at: number }
  | { kind: 'rename'; at: number; name: string }
  | { kind: 'add'; name: string; text: string };

export const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.oneof<fc.Arbitrary<Change>[]>(
    fc.record({ kind: fc.constant('replace' as const), at: fc.nat(20), text: anyText }),
    fc.record({ kind: fc.constant('replace' as const), at: fc.nat(20), text: anyText }),
    fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(20), text: anyText }),
    fc.record({ kind: fc.constant('drop' as const), at: fc.nat(20) }),
    fc.record({ kind: fc.constant('list' as const), at: fc.nat(20) }),
    fc.record({ kind: fc.constant('rename' as const), at: fc.nat(20), name: anyName }),
    fc.record({ kind: fc.constant('add' as const), name: anyName, text: anyText }),
  ),
  { maxLength: 4 },
);

type Field = [name: string, text: string];

/** The form's body after these changes. */
export function changedBody(form: Record<string, string>, list: readonly Change[]): string {
  const fields: Field[] = Object.entries(form);
  for (const change of list) apply(fields, change);
  return fields.map(([name, text]) => `${encoded(name)}=${encoded(text)}`).join('&');
}

function apply(fields: Field[], change: Change): void {
  if (change.kind === 'add') {
    fields.push([change.name, change.text]);
    return;
  }
  const at = fields.length === 0 ? -1 : change.at % fields.length;
  const field = fields[at];
  if (field === undefined) return;
  const [name, text] = field;
  if (change.kind === 'drop') fields.splice(at, 1);
  else if (change.kind === 'replace') fields[at] = [name, change.text];
  else if (change.kind === 'repeat') fields.push([name, change.text]);
  else if (change.kind === 'rename') fields[at] = [change.name, text];
  else fields[at] = [`${name}[]`, text];
}

/** As a browser encodes it; half a surrogate pair as the three bytes that no browser would send. */
export function encoded(text: string): string {
  return [...text]
    .map((letter) => {
      const point = letter.codePointAt(0) ?? 0;
      if (point < 0xd800 || point > 0xdfff) return encodeURIComponent(letter);
      const bytes = [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)];
      return bytes.map((byte) => `%${byte.toString(16)}`).join('');
    })
    .join('');
}
