import type { Translate } from '../../i18n/index.ts';
import { trimZeros } from '../../lib/decimal.ts';
import { formulaName } from '../../scoring/index.ts';
import type { DraftRound } from '../drafts/types.ts';
import type { KnownThings } from '../known.ts';
import type { Framework, FrameworkNode, SubIndicator, Variable } from '../types.ts';
import { formulaInLetters, formulaInWords } from './formula-words.ts';

/** What the handbook is made of: what is published, and whom and when it names. */
export interface HandbookSource {
  framework: Framework;
  rounds: readonly DraftRound[];
  known: KnownThings;
}

export interface HandbookVariable {
  code: string;
  /** As the formula writes it, where that is another way. */
  formulaCode: string | null;
  name: string;
  unit: string;
  kind: Variable['kind'];
  min: string;
  max: string;
  explanation: string;
  filesAsked: boolean;
  carryOver: boolean;
  bureau: string;
  /** By round: who supplies it; null: not due. */
  sources: { round: string; source: 'office' | 'central' | null }[];
}

export interface HandbookIndicator {
  id: string;
  code: string;
  name: string;
  weight: string;
  letters: string;
  words: string;
  direction: 'more' | 'less';
  wholeLevels: boolean;
  resultUnit: string | null;
  isAudit: boolean;
  officeTypes: string;
  added: number;
  excluded: number;
  criteria: { rounds: string[] | null; levels: (string | null)[] }[];
  /** Labels of the rounds in which it is due. */
  due: string[];
  bureaus: string[];
  variables: HandbookVariable[];
}

/** A dimension or indicator with its heading, or a sub-indicator. */
export type HandbookPart =
  | { kind: 'heading'; level: 2 | 3; id: string; code: string; name: string }
  | { kind: 'indicator'; level: 3 | 4; indicator: HandbookIndicator };

/**
 * คู่มือตัวชี้วัด: every part of a published framework in its order. Nothing in it is about people, values or why an
 * office was taken out: everybody may read it.
 */
export function handbookParts(source: HandbookSource, t: Translate): HandbookPart[] {
  return source.framework.dimensions.flatMap((node) => partsOf(node, 2, source, t));
}

function partsOf(node: FrameworkNode, depth: number, source: HandbookSource, t: Translate): HandbookPart[] {
  const { id, kind, code, name, children, subIndicator } = node;
  if (subIndicator !== null) {
    const level = depth > 3 ? 4 : 3;
    return [{ kind: 'indicator', level, indicator: indicatorOf(subIndicator, source, t) }];
  }
  const [only, ...others] = children;
  // an undivided indicator stands for its only sub-indicator of the same name
  const isUndivided = kind === 'indicator' && only?.subIndicator && only.name === name && others.length === 0;
  if (isUndivided) return partsOf(only, depth, source, t);
  const below = children.flatMap((child) => partsOf(child, depth + 1, source, t));
  return [{ kind: 'heading', level: kind === 'dimension' ? 2 : 3, id, code, name }, ...below];
}

function indicatorOf(sub: SubIndicator, source: HandbookSource, t: Translate): HandbookIndicator {
  const { id, code, name, weight, formula, direction, wholeLevels, resultUnit, mode, variables } = sub;
  const { rounds } = source;
  const exceptions = [...sub.officeExceptions.values()];
  const shown = variables.map((variable) => variableOf(variable, source));
  const isDueIn = (kind: string) =>
    variables.length > 0 && variables.every(({ sources }) => sources.has(kind));
  return {
    ...{ id, code, name, direction, wholeLevels, resultUnit },
    weight: trimZeros(weight),
    letters: formulaInLetters(formula),
    words: formulaInWords(formula, variables, (word) => functionWord(word, t)),
    isAudit: mode === 'audit',
    officeTypes: sub.officeTypes.join(' '),
    added: exceptions.filter((included) => included).length,
    excluded: exceptions.filter((included) => !included).length,
    criteria: criteriaOf(sub, rounds),
    due: rounds.filter(({ kind }) => isDueIn(kind)).map(({ label }) => label),
    bureaus: [...new Set(shown.map(({ bureau }) => bureau))],
    variables: shown,
  };
}

function variableOf(variable: Variable, { rounds, known }: HandbookSource): HandbookVariable {
  const { code, name, unit, kind, min, max, explanation, filesAsked, carryOver, bureauId, sources } =
    variable;
  const bureau = known.bureaus.find(({ id }) => id === bureauId);
  const written = formulaName(code);
  return {
    ...{ code, name, unit, kind, explanation, filesAsked, carryOver },
    formulaCode: written === code ? null : written,
    min: trimZeros(min),
    max: trimZeros(max),
    bureau: bureau?.name ?? '–',
    sources: rounds.map((round) => ({ round: round.label, source: sources.get(round.kind) ?? null })),
  };
}

function criteriaOf(sub: SubIndicator, rounds: readonly DraftRound[]): HandbookIndicator['criteria'] {
  return [...sub.criteria].map(([kind, levels]) => ({
    rounds: kind === '' ? null : rounds.filter((round) => round.kind === kind).map(({ label }) => label),
    levels: levels.map((level) => (level === null ? null : trimZeros(level))),
  }));
}

const FUNCTIONS = ['sum', 'avg', 'min', 'max', 'count', 'steps'] as const;

function functionWord(word: string, t: Translate): string | undefined {
  const known = FUNCTIONS.find((one) => one === word);
  return known === undefined ? undefined : t(`handbook.function.${known}`);
}
