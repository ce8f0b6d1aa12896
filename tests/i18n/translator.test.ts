import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import { en } from '../../src/i18n/en/index.ts';
import { catalogueKeys, translator } from '../../src/i18n/index.ts';
import { th } from '../../src/i18n/th/index.ts';

type LookUp = (key: string, values?: object) => string;

const library = i18next.createInstance();
await library.init({
  lng: 'th',
  fallbackLng: false,
  resources: { th: { translation: th }, en: { translation: en } },
  interpolation: { escapeValue: false },
});

const mentioned = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);

describe.each(['th', 'en'] as const)('the translator of %s', (locale) => {
  const translate = translator(locale) as unknown as LookUp;
  const expected = library.getFixedT(locale) as unknown as LookUp;

  it('says of every text what the library says, the first time and afterwards', () => {
    const others = [...catalogueKeys()].flatMap((key) => {
      const names = mentioned(expected(key));
      return [undefined, '<b> & "ข"', 7, ''].filter((value) => {
        const values =
          value === undefined ? undefined : Object.fromEntries(names.map((name) => [name, value]));
        return translate(key, values) !== expected(key, values);
      });
    });
    expect(others).toEqual([]);
  });

  it('leaves plurals and values that are no texts to the library', () => {
    for (const count of [0, 1, 2]) {
      const key = 'report.office.asOf';
      expect(translate(key, { count, moment: 'x' })).toBe(expected(key, { count, moment: 'x' }));
      expect(translate(key, { moment: null })).toBe(expected(key, { moment: null }));
    }
  });

  it('puts a value in as it is', () => {
    expect(translate('report.office.asOf', { moment: '$& <b> {{x}} $t(common.ok)' })).toContain(
      '$& <b> {{x}} $t(common.ok)',
    );
  });
});

it('speaks of one thing as of one, whether it is a number or written out', () => {
  const say = translator('en') as unknown as LookUp;
  expect([1, '1', 11, '1'].map((count) => say('news.bell', { count }))).toEqual([
    '1 new item',
    '1 new item',
    '11 new items',
    '1 new item',
  ]);
  expect(['1', '2'].map((n) => say('design.withBelow', { n }))).toEqual([
    'with 1 part below',
    'with 2 parts below',
  ]);
  expect((translator('th') as unknown as LookUp)('news.bell', { count: 1 })).toBe('รายการใหม่ 1 รายการ');
});

it('has forms for one thing only of texts that count', () => {
  const counting = (key: string) =>
    /\{\{(count|n)\}\}/.test(String(library.getResource('en', 'translation', key)));
  const ones = keysOfOne(en);
  expect(ones.length).toBeGreaterThan(50);
  expect(ones.filter((key) => !counting(key))).toEqual([]);
});

function keysOfOne(part: object, prefix = ''): string[] {
  return Object.entries(part).flatMap(([key, value]) => {
    if (typeof value !== 'string') return keysOfOne(value as object, `${prefix}${key}.`);
    return key.endsWith('_one') ? [prefix + key.slice(0, -4)] : [];
  });
}
