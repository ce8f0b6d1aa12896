import i18next, { type TFunction } from 'i18next';
import type { Locale } from './dates.ts';
import { en } from './en/index.ts';
import { th } from './th/index.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof th };
  }
}

export type Translate = TFunction;

const catalogue = i18next.createInstance();
await catalogue.init({
  lng: 'th',
  fallbackLng: false,
  resources: { th: { translation: th }, en: { translation: en } },
  // EJS escapes what it prints; escaping twice would show &amp;
  interpolation: { escapeValue: false },
  returnNull: false,
});

const translators: Record<Locale, Translate> = {
  th: remembering('th'),
  en: remembering('en'),
};

/**
 * A page asks for some hundreds of texts: each is looked up once, and taken apart where it mentions something. English
 * has forms of its own for one thing (`key_one`): they are taken where `count`, or `n`, is 1.
 */
function remembering(locale: Locale): Translate {
  const lookUp = catalogue.getFixedT(locale) as unknown as (key: string, values?: object) => string;
  const texts = new Map<string, string>();
  const pieces = new Map<string, string[]>();
  const forms = new Map<string, string>();
  const remembered = (key: string, values?: Record<string, unknown>) => {
    if (values === undefined) return remember(texts, key, () => lookUp(key));
    const form = isOne(values.count ?? values.n) ? remember(forms, key, () => formOfOne(locale, key)) : key;
    return (
      joined(
        remember(pieces, form, () => piecesOf(locale, form)),
        values,
      ) ?? lookUp(form, values)
    );
  };
  return remembered as unknown as Translate;
}

function remember<Value>(memory: Map<string, Value>, key: string, make: () => Value): Value {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}

/** Numbers come as they are, or written out for people. */
function isOne(value: unknown): boolean {
  return value === 1 || value === '1';
}

function formOfOne(locale: Locale, key: string): string {
  return catalogue.exists(`${key}_one`, { lng: locale }) ? `${key}_one` : key;
}

/** The text, the name of a value, the text after it, and so on. */
function piecesOf(locale: Locale, key: string): string[] {
  const text: unknown = catalogue.getResource(locale, 'translation', key);
  return typeof text === 'string' ? text.split(/\{\{(\w+)\}\}/) : [];
}

/** Undefined where the library has more to do than to put values in their places. */
function joined(pieces: readonly string[], values: Record<string, unknown>): string | undefined {
  if (pieces.length === 0) return undefined;
  let text = '';
  for (const [at, piece] of pieces.entries()) {
    const value = at % 2 === 0 ? piece : values[piece];
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    text += value;
  }
  return text;
}

/** The catalogue in one language. */
export function translator(locale: Locale): Translate {
  return translators[locale];
}

/** Every key of the catalogue, as `entry.title`; for checking that views name existing ones. */
export function catalogueKeys(): Set<string> {
  return new Set(keysOf(th));
}

function keysOf(part: object, prefix = ''): string[] {
  return Object.entries(part).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${prefix}${key}`] : keysOf(value as object, `${prefix}${key}.`),
  );
}
