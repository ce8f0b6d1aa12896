import fc from 'fast-check';

type Path = (string | number)[];

/** Values that break things: of the wrong kind, at the limits, or nothing that PostgreSQL would store. */
const NASTY = fc.oneof(
  fc.constantFrom<unknown[]>(
    ...[
      null,
      true,
      '',
      ' ',
      0,
      -1,
      1.5,
      101,
      1e21,
      '1e5',
      '-0',
      '007.50',
      '99999999999999999999999',
      0.1 + 0.2,
    ],
    ...[
      '\u0000',
      'a\u0007',
      '\ud800',
      '__proto__',
      'constructor',
      'x'.repeat(2000),
      "'; drop table frameworks --",
    ],
    ...[
      'a',
      'b',
      'v1',
      '1',
      '1.',
      'avg()',
      'a / (b - b)',
      '('.repeat(30),
      'a * a',
      'กขค',
      'not_due',
      'office',
      '6M',
    ],
    ...[
      [],
      {},
      [null],
      [[[]]],
      { code: 'a' },
      { '6M': 'office' },
      { __proto__: null },
      [1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1],
    ],
    ...[
      '2562-03-31',
      '2019-02-30T00:00Z',
      '2019-04-20T16:30+07:00',
      2562,
      'yes_no',
      'level',
      'audit',
      'less',
    ],
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

/** The document with one to four of its parts replaced, removed, repeated or added to. */
export function mutated(document: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(document);
  const change = fc.record({
    path: fc.constantFrom(...paths),
    how: fc.constantFrom('replace', 'remove', 'repeat', 'add'),
    value: NASTY,
  });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy = structuredClone(document);
    for (const { path, how, value } of changes) apply(copy, path, how, value);
    // Through text, as a file comes: no undefined, no shared parts.
    return JSON.parse(JSON.stringify(copy));
  });
}

const TEXTS = new Set(['name', 'unit', 'label', 'title_th', 'explanation', 'result_unit', 'provenance']);

/** The document with three of its free texts exchanged for any others. */
export function retold(document: unknown): fc.Arbitrary<unknown> {
  const texts = pathsOf(document).filter((path) => TEXTS.has(String(path.at(-1))));
  const change = fc.record({
    path: fc.constantFrom(...texts),
    text: fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: 'binary', minLength: 1 }),
    ),
  });
  return fc.array(change, { minLength: 3, maxLength: 3 }).map((changes) => {
    const copy = structuredClone(document);
    for (const { path, text } of changes) apply(copy, path, 'replace', text);
    return JSON.parse(JSON.stringify(copy));
  });
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, part]) =>
    pathsOf(part, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? below : [path, ...below];
}

function apply(document: unknown, path: Path, how: string, value: unknown): void {
  const key = path.at(-1) ?? '';
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((part, step) => (part as Record<string, unknown>)?.[step], document);
  if (typeof parent !== 'object' || parent === null) return;
  const holder = parent as Record<string | number, unknown>;
  if (how === 'add') holder[Array.isArray(parent) ? parent.length : 'surplus'] = value;
  else if (how === 'repeat' && Array.isArray(parent)) parent.push(structuredClone(holder[key]));
  else if (how === 'remove' && Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (how === 'remove') delete holder[key];
  else holder[key] = value;
}
