import type { Translate } from '../../../i18n/index.ts';
import type { KnownThings } from '../../known.ts';
import { type Typed, typedText } from '../fields.ts';
import { LEVELS, SOURCES, VARIABLE_KINDS } from '../forms.ts';

/** Something that was typed, readable; what stands in one row of a form is one text. */
export interface ShownText {
  label: string;
  text: string;
}

const FIELDS = [
  ...[
    'code',
    'name',
    'weight',
    'formula',
    'result_unit',
    'unit',
    'decimals',
    'min',
    'max',
    'explanation',
    'bureau',
  ],
  ...['title_th', 'title_en', 'label', 'sequence', 'data_as_of', 'office_types'],
  ...['entry_opens_at', 'entry_closes_at', 'certification_closes_at'],
] as const;
const FLAGS = ['whole_levels', 'files_asked', 'carry_over', 'open'] as const;
const CHOICES: readonly string[] = ['more', 'less', 'normal', 'audit', ...VARIABLE_KINDS, ...SOURCES];
const CHOSEN = { direction: 'direction', mode: 'mode', kind_of: 'kind' } as const;

/** What somebody typed into a form of the designer, in its order and without what was left empty. */
export function shownTexts(sent: Typed, t: Translate, bureaus: KnownThings['bureaus']): ShownText[] {
  const typed = withBureauNames(sent, bureaus);
  const groups = new Map<string, Typed>();
  for (const [name, texts] of Object.entries(typed)) {
    const [, group = '', field = name] =
      /^((?:variable-n?\d+|new\d+):|(?:round|exception)-\d+-)?(.+)$/.exec(name) ?? [];
    groups.set(group, { ...groups.get(group), [field]: texts });
  }
  return [...groups].flatMap(([group, fields]) => {
    if (group === '') return fieldTexts(fields, t);
    const texts = group.startsWith('exception') ? exceptionTexts(fields, t) : rowTexts(group, fields, t);
    return texts.text === '' ? [] : [texts];
  });
}

function withBureauNames(typed: Typed, bureaus: KnownThings['bureaus']): Typed {
  const names = new Map(bureaus.map(({ code, name, shortName }) => [code ?? name, shortName]));
  return Object.fromEntries(
    Object.entries(typed).map(([name, texts]) =>
      /^(?:.*:)?bureau$/.test(name) ? [name, texts.map((text) => names.get(text) ?? text)] : [name, texts],
    ),
  );
}

function rowTexts(group: string, fields: Typed, t: Translate): ShownText {
  const isRound = group.startsWith('round');
  const { code = fields.kind, ...others } = fields;
  const isEmpty = [...(code ?? []), ...(fields.name ?? []), ...(fields.label ?? [])].join('').trim() === '';
  const shown = isEmpty ? [] : fieldTexts(others, t);
  return {
    label: `${t(isRound ? 'design.kind.round' : 'design.kind.variable')} ${code?.[0] ?? ''}`.trim(),
    text: shown.map(({ label, text }) => `${label}: ${text}`).join(' · '),
  };
}

function exceptionTexts(fields: Typed, t: Translate): ShownText {
  const [office, reason] = [typedText(fields, 'office').trim(), typedText(fields, 'reason').trim()];
  const how = t(typedText(fields, 'included') === '1' ? 'design.included' : 'design.excluded');
  return {
    label: t('design.field.office_exceptions'),
    text: office + reason === '' ? '' : [office, how, reason].filter(Boolean).join(' · '),
  };
}

function fieldTexts(fields: Typed, t: Translate): ShownText[] {
  const plain = FIELDS.map((name) => ({
    label: t(`design.field.${name}`),
    text: (fields[name] ?? []).join(' ').trim(),
  }));
  const chosen = Object.entries(CHOSEN).map(([name, label]) => ({
    label: t(`design.field.${label as 'kind'}`),
    text: choiceText(typedText(fields, name), t),
  }));
  const flags = FLAGS.filter((name) => typedText(fields, name) !== '').map((name) => ({
    label: t(`design.field.${name}`),
    text: t('common.yes'),
  }));
  const reason = { label: t('design.reason'), text: typedText(fields, 'reason').trim() };
  return [
    ...plain,
    ...chosen,
    ...sourceTexts(fields, t),
    ...criteriaTexts(fields, t),
    ...flags,
    reason,
  ].filter(({ text }) => text !== '');
}

function sourceTexts(fields: Typed, t: Translate): ShownText[] {
  return Object.keys(fields)
    .filter((name) => name.startsWith('source-'))
    .map((name) => ({
      label: name.slice('source-'.length),
      text: choiceText(typedText(fields, name), t),
    }));
}

/** `criteria-3` or `criteria-6M-3` by round: `10 · – · 30 · – · 50`. */
function criteriaTexts(fields: Typed, t: Translate): ShownText[] {
  const rows = new Set(
    Object.keys(fields).flatMap((name) => /^criteria(?:-(.+))?-[1-5]$/.exec(name)?.slice(1) ?? []),
  );
  return [...rows].map((round) => {
    const name = round === undefined ? 'criteria' : `criteria-${round}`;
    const levels = LEVELS.map((level) => typedText(fields, `${name}-${level}`).trim());
    return {
      label: `${t('design.criteria')} (${round ?? t('design.allRounds')})`,
      text: levels.every((level) => level === '') ? '' : levels.map((level) => level || '–').join(' · '),
    };
  });
}

function choiceText(text: string, t: Translate): string {
  return CHOICES.includes(text) ? t(`design.value.${text as 'more'}`) : text;
}
