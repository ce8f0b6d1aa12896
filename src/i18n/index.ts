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
  th: remembering(catalogue.getFixedT('th')),
  en: remembering(catalogue.getFixedT('en')),
};

/** Texts that mention nothing are looked up once: a page asks for some hundreds of them. */
function remembering(translate: Translate): Translate {
  const lookUp = translate as unknown as (key: string, values?: object) => string;
  const texts = new Map<string, string>();
  const remembered = (key: string, values?: object) => {
    if (values !== undefined) return lookUp(key, values);
    const known = texts.get(key);
    if (known !== undefined) return known;
    const text = lookUp(key);
    texts.set(key, text);
    return text;
  };
  return remembered as unknown as Translate;
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
