import { isDecimal } from '../../lib/decimal.ts';
import { assembleFramework } from '../assemble.ts';
import { bureausNamed, type KnownThings } from '../known.ts';
import { type CriteriaRow, emptyRows, type FrameworkRows } from '../rows.ts';
import type { Framework } from '../types.ts';
import { type Part, partsOf, type SubIndicatorPart, type VariablePart } from './parts.ts';
import type { DraftCriteria, DraftDocument } from './types.ts';

const NO_CRITERIA: DraftCriteria = [null, null, null, null, null];

/**
 * A draft as a framework in memory, however unfinished: ids are its keys. What cannot be scored yet has no result;
 * a weight that is not known counts 0; offices are those that are known. Variables that the draft closes stay due
 * where they are by `present`, the framework of rounds that have their lists.
 */
export function draftFramework(draft: DraftDocument, known: KnownThings, present?: Framework): Framework {
  const { system, fiscal_year, title_th, title_en } = draft;
  const id = `draft ${system} ${fiscal_year}`;
  const rows = emptyRows({ id, system_id: system, fiscal_year, revision: 0, version: 0, title_th, title_en });
  for (const part of partsOf(draft)) {
    if (part.kind === 'variable') addVariable(rows, part, known, present);
    else {
      addNode(rows, part);
      if (part.kind === 'sub_indicator') addSubIndicator(rows, part, known);
    }
  }
  return assembleFramework(rows);
}

function addNode(rows: FrameworkRows, part: Part): void {
  const { code, name } = part.part;
  rows.nodes.push({
    ...{ id: part.key, framework_id: rows.framework.id, kind: part.kind as 'indicator', code, name },
    parent_id: part.parents.at(-1)?.key ?? null,
    position: rows.nodes.length + 1,
  });
}

function addSubIndicator(rows: FrameworkRows, { key, part }: SubIndicatorPart, known: KnownThings): void {
  const { weight, formula, direction, whole_levels, result_unit, mode, office_types } = part;
  rows.subIndicators.push({
    ...{ node_id: key, formula, direction, whole_levels, result_unit, mode, office_types },
    weight: isDecimal(weight) ? weight : '0',
  });
  for (const { office, included, reason } of part.office_exceptions) {
    const id = known.offices.find(({ code }) => code === office)?.id;
    if (id !== undefined) rows.officeExceptions.push({ node_id: key, office_id: id, included, reason });
  }
  rows.criteria.push(criteriaRow(key, null, part.criteria ?? NO_CRITERIA));
  for (const [kind, levels] of Object.entries(part.criteria_by_round)) {
    rows.criteria.push(criteriaRow(key, kind, levels));
  }
}

/** A level that is missing is no number: then there is no result. */
function criteriaRow(node_id: string, round_kind: string | null, levels: DraftCriteria): CriteriaRow {
  const [level1, level2, level3, level4, level5] = levels;
  return { node_id, round_kind, level1: level1 ?? '', level2, level3, level4, level5: level5 ?? '' };
}

function addVariable(
  rows: FrameworkRows,
  { key, part, parents }: VariablePart,
  known: KnownThings,
  present: Framework | undefined,
): void {
  const { key: _, sources, bureau, copied_from, ...fields } = part;
  rows.variables.push({
    ...fields,
    id: key,
    framework_id: rows.framework.id,
    node_id: parents.at(-1)?.key ?? '',
    position: rows.variables.length + 1,
    bureau_id: bureausNamed(known.bureaus, bureau)[0]?.id ?? '',
    copied_from_id: copied_from,
  });
  for (const [round_kind, source] of Object.entries(sources)) {
    if (source === 'not_due') continue;
    const kept = present?.variables.get(key)?.sources.has(round_kind) === true;
    rows.variableRounds.push({ variable_id: key, round_kind, source, kept });
  }
}
