import { appliesTo, isDue, type ScopedOffice } from '../framework/rules.ts';
import type { Framework, FrameworkNode, SubIndicator } from '../framework/types.ts';
import {
  explainSubIndicator,
  type NodeScore,
  type OfficeScore,
  type ScoredNode,
  type ScoredSubIndicator,
  subIndicatorsBelow,
  type Totals,
  weightedColumn,
} from '../scoring/index.ts';
import type { OfficeValues } from './scores-format.ts';

export interface ScoredRound {
  framework: Framework;
  roundKind: string;
  office: ScopedOffice;
  tree: readonly ScoredNode[];
  values: OfficeValues;
  score: OfficeScore;
}

/** All scores of one office in one round with their explanations, as plain data: docs/framework-format.md. */
export function scoreReport(round: ScoredRound): Record<string, unknown> {
  const { framework, roundKind, office, score } = round;
  const nodes = new Map(allNodes(score.nodes).map((node) => [node.id, node]));
  const scored = new Map(subIndicatorsBelow(round.tree).map((sub) => [sub.id, sub]));
  const reportNode = (node: FrameworkNode): object => ({
    code: node.code,
    name: node.name,
    ...totals(nodes.get(node.id)),
    indicators: node.children.filter(({ kind }) => kind === 'indicator').map(reportNode),
    subIndicators: node.children.flatMap(({ subIndicator }) => {
      const sub = subIndicator && scored.get(subIndicator.id);
      return sub ? [reportSubIndicator(subIndicator, sub, round)] : [];
    }),
  });
  return snakeCase({
    title: framework.titleEn,
    fiscalYear: framework.fiscalYear,
    round: roundKind,
    officeType: office.type,
    office: totals(score.total),
    dimensions: framework.dimensions.map(reportNode),
    notCounted: framework.subIndicators.flatMap((sub) => {
      if (!appliesTo(sub, office)) return [{ code: sub.code, why: 'not_applicable' }];
      return isDue(sub, roundKind) ? [] : [{ code: sub.code, why: 'not_due' }];
    }),
  }) as Record<string, unknown>;
}

/** Null scores: nothing below is due and applicable. */
function totals(node: Totals | undefined) {
  const { weight = null, selfAssessed = null, certified = null } = node ?? {};
  const { selfPercent = null, certifiedPercent = null } = node ?? {};
  const { selfWeighted: selfWeightedSum = null, certifiedWeighted: certifiedWeightedSum = null } = node ?? {};
  return {
    weight,
    selfAssessed,
    selfPercent,
    selfWeightedSum,
    certified,
    certifiedPercent,
    certifiedWeightedSum,
  };
}

function reportSubIndicator({ name, variables }: SubIndicator, sub: ScoredSubIndicator, round: ScoredRound) {
  const score = round.score.subIndicators.get(sub.id);
  if (score === undefined) throw new Error(`Sub-indicator ${sub.code} was not scored`);
  const explanation = explainSubIndicator(sub, round.values.entries, score);
  const names = new Map(variables.map((variable) => [variable.id, variable.name]));
  return {
    code: sub.code,
    name,
    weight: sub.weight,
    selfAssessed: score.selfAssessed,
    percent: score.percent,
    selfWeighted: weightedColumn(sub.weight, score.selfAssessed),
    certified: score.certified,
    certifiedWeighted: weightedColumn(sub.weight, score.certified),
    variables: explanation.inputs.map((input) => ({
      code: input.code,
      name: names.get(input.variableId),
      value: input.value,
      status: input.status,
      source: input.source,
      selfAssessed: input.selfAssessed,
      certified: input.certified,
      reason: input.reason,
    })),
    explanation: {
      formula: explanation.formula,
      inputs: explanation.inputs.map(({ name: written, value }) => ({ name: written, value })),
      result: score.result,
      resultUnit: explanation.resultUnit,
      noResult: score.noResult,
      direction: explanation.direction,
      wholeLevels: explanation.wholeLevels,
      criteria: explanation.criteria,
      placement: score.placement,
      selfReasons: score.selfReasons,
      audit: score.audit,
      reasons: score.reasons,
    },
  };
}

function allNodes(nodes: readonly NodeScore[]): NodeScore[] {
  return nodes.flatMap((node) => [node, ...allNodes(node.children)]);
}

/** `selfAssessed` → `self_assessed` in all keys: the files of this program are written so. */
function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    snakeCase(part),
  ]);
  return Object.fromEntries(entries);
}
