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
 * A page asks for some hundreds of texts: each is looked up once, and taken apart where it mentions something. Of a
 * text with several forms (`key_one`, `key_other`) there is none under the key itself: the library chooses.
 */
function remembering(locale: Locale): Translate {
  const lookUp = catalogue.getFixedT(locale) as unknown as (key: string, values?: object) => string;
  const texts = new Map<string, string>();
  const pieces = new Map<string, string[]>();
  const remembered = (key: string, values?: Record<string, unknown>) => {
    if (values === undefined) return remember(texts, key, () => lookUp(key));
    return (
      joined(
        remember(pieces, key, () => piecesOf(locale, key)),
        values,
      ) ?? lookUp(key, values)
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
