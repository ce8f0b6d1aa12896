import { lint } from '../../i18n/en/lint.ts';
import type { Translate } from '../../i18n/index.ts';
import { changesOf } from '../design/history/changes.ts';
import type { Difference } from '../drafts/differences.ts';
import type { KnownThings } from '../known.ts';
import { textOfProblem } from '../problems.ts';
import { SHEETS } from './sheets.ts';
import type { FileIssue, IssuePlace } from './types.ts';

/** Longer lists help nobody; how many more there are is told. */
const SHOWN = 300;

/** What is wrong with a file, as the page prints it: what refuses it first. */
export function shownIssues(issues: readonly FileIssue[], t: Translate) {
  const order = ['refuses', 'later', 'warning'] as const;
  const sorted = order.flatMap((weight) => issues.filter((issue) => issue.weight === weight));
  return {
    count: Object.fromEntries(
      order.map((weight) => [weight, issues.filter((issue) => issue.weight === weight).length]),
    ),
    more: Math.max(0, sorted.length - SHOWN),
    rows: sorted.slice(0, SHOWN).map(({ weight, place, text }) => ({
      weight,
      place: placeText(place, t),
      text:
        'lint' in text
          ? textOfProblem(t, { text: text.lint, values: text.values })
          : t(`transfer.sheetProblem.${text.sheet}`, text.values),
    })),
  };
}

function placeText({ path, sheet, row, column }: IssuePlace, t: Translate): string {
  if (sheet === undefined) return pathText(path ?? '', t);
  const where = t('transfer.place.sheet', { sheet: SHEETS[sheet].title });
  if (row === undefined) return where;
  const line = `${where} ${t('transfer.place.row', { row })}`;
  return column === undefined ? line : `${line} ${t('transfer.place.column', { column })}`;
}

/** `dimensions[0] C1 > 1 > 1.1 > variable a` by its codes alone; fields that no code could be, by their names. */
function pathText(path: string, t: Translate): string {
  const codes = path
    .replace(/^dimensions\[\d+\] ?/, '')
    .replace(/^rounds(\[\d+\])? ?/, `${t('design.kind.round')} `)
    .replace(/> variable /g, `> ${t('design.kind.variable')} `)
    .split(' > ')
    .map((step) => (isField(step) ? t(`lint.field.${step}`) : step))
    .join(' › ')
    .trim();
  return codes === '' || codes === 'file' || codes === 'dimensions' ? t('lint.wholeFile') : codes;
}

function isField(step: string): step is keyof typeof lint.field {
  return step.includes('_') && step in lint.field;
}

/** What a file would change, as the page prints it: what goes first, for that is what hurts. */
export function shownChanges(differences: readonly Difference[], known: KnownThings) {
  const order = ['removed', 'changed', 'added'] as const;
  const sorted = order.flatMap((what) => differences.filter((one) => one.what === what));
  return {
    count: Object.fromEntries(
      order.map((what) => [what, differences.filter((one) => one.what === what).length]),
    ),
    more: Math.max(0, sorted.length - SHOWN),
    rows: sorted.slice(0, SHOWN).map(({ what, kind, place, before, after }) => ({
      what,
      kind,
      place,
      changes: changesOf({ before, after }, known),
    })),
  };
}
