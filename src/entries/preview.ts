import { toScoring } from '../framework/rules.ts';
import type { Framework } from '../framework/types.ts';
import type { Translate } from '../i18n/index.ts';
import { fromScaled, toScaled } from '../lib/decimal.ts';
import { type Facts, SCORE_PLACES } from '../scoring/index.ts';
import { checkValue } from './rules.ts';
import { shownScores } from './shown-score.ts';
import { problemText, scoreNote } from './texts.ts';
import type { Entry, EntryForm } from './types.ts';

/** What changes on the page while typing: texts by cell, messages by box. */
export interface Preview {
  figures: Record<string, Record<string, string>>;
  problems: Record<string, string>;
  change: string;
}

/**
 * The scores that typed values would give, computed as a save would. Unreadable values count as not typed and
 * get their message.
 */
export function preview(
  {
    framework,
    round,
    office,
    entries,
  }: {
    framework: Framework;
    round: { kind: string };
    office: { id: string; type: string | null };
    entries: readonly Entry[];
  },
  form: EntryForm,
  t: Translate,
): Preview {
  const tree = toScoring(framework, round.kind, office);
  const stored = new Map(entries.map((entry) => [entry.variableId, entry]));
  const { facts, problems } = typedFacts(framework, entries, form, t);
  const before = shownScores(framework, tree, stored, stored).scores.total.selfAssessed;
  const { scores, subIndicators } = shownScores(framework, tree, facts, stored);
  const figures: Preview['figures'] = { total: { value: scores.total.selfAssessed ?? t('common.nothing') } };
  for (const node of scores.nodes) figures[node.id] = { value: node.selfAssessed ?? t('common.nothing') };
  for (const [id, shown] of subIndicators) {
    const { value, percent } = shown;
    figures[id] = {
      value,
      level: value,
      percent: percent ?? t('common.nothing'),
      note: scoreNote(t, shown),
      one: shown.countsAsOne && !shown.decided ? 'yes' : '',
    };
  }
  return { figures, problems, change: changeText(before, scores.total.selfAssessed, t) };
}

function typedFacts(framework: Framework, entries: readonly Entry[], form: EntryForm, t: Translate) {
  const problems: Record<string, string> = {};
  const facts: Facts = new Map(
    entries.map(({ id, variableId, value, status }) => {
      const variable = framework.variables.get(variableId);
      const typed = form.typed.get(id);
      const checked = typed && variable && checkValue(typed.text, variable);
      if (checked === undefined) return [variableId, { value, status }];
      if ('problem' in checked) {
        problems[id] = problemText(t, checked.problem);
        return [variableId, { value, status }];
      }
      return [
        variableId,
        { value: checked.value, status: checked.value === null ? 'unreported' : 'pending' },
      ];
    }),
  );
  return { facts, problems };
}

function changeText(before: string | null, after: string | null, t: Translate): string {
  if (before === null || after === null || before === after) return '';
  const difference = toScaled(after, SCORE_PLACES) - toScaled(before, SCORE_PLACES);
  const sign = difference > 0n ? '+' : '';
  return t('entry.sinceSaved', { change: `${sign}${fromScaled(difference, SCORE_PLACES)}` });
}
