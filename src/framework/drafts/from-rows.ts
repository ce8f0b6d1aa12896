import { trimZeros } from '../../lib/decimal.ts';
import type { KnownThings } from '../known.ts';
import type { CriteriaRow, FrameworkRows, NodeRow, SubIndicatorRow, VariableRow } from '../rows.ts';
import { withRound } from '../year-rounds.ts';
import { emptyDraft } from './document.ts';
import type {
  DraftCriteria,
  DraftDocument,
  DraftNode,
  DraftRound,
  DraftSubIndicator,
  DraftVariable,
} from './types.ts';

/**
 * A published framework as a draft: keys are the ids of the rows. `rounds` are those of the year; of a kind that the
 * framework speaks of and the year has no round of, there is one without times, so that nothing of it is lost. A round
 * kind in which a variable has no source is one in which it is not due.
 */
export function draftOf(
  rows: FrameworkRows,
  { system, known, rounds }: { system: string; known: KnownThings; rounds: readonly DraftRound[] },
): DraftDocument {
  const { fiscal_year: fiscalYear, title_th, title_en } = rows.framework;
  const ofYear = withKindsOf(rows, rounds);
  const draft: DraftDocument = { ...emptyDraft(system, fiscalYear), title_th, title_en, rounds: ofYear };
  const details = new Map(rows.subIndicators.map((row) => [row.node_id, row]));
  const nodes = new Map<string, DraftNode>();
  const subIndicators = new Map<string, DraftSubIndicator>();
  for (const row of rows.nodes) {
    const detail = details.get(row.id);
    const parent = row.parent_id === null ? undefined : nodes.get(row.parent_id);
    if (detail !== undefined) {
      const sub = subIndicatorOf(row, detail, rows, known);
      subIndicators.set(row.id, sub);
      parent?.sub_indicators.push(sub);
    } else {
      const node = { key: row.id, code: row.code, name: row.name, indicators: [], sub_indicators: [] };
      nodes.set(row.id, node);
      (parent?.indicators ?? draft.dimensions).push(node);
    }
  }
  const sources = sourcesOf(
    rows,
    ofYear.map(({ kind }) => kind),
  );
  for (const row of rows.variables) {
    subIndicators.get(row.node_id)?.variables.push(variableOf(row, sources.get(row.id) ?? {}, known));
  }
  return draft;
}

function withKindsOf(rows: FrameworkRows, rounds: readonly DraftRound[]): DraftRound[] {
  const named = [...rows.variableRounds, ...rows.criteria].flatMap(({ round_kind: kind }) => kind ?? []);
  const missing = [...new Set(named)].filter((kind) => !rounds.some((round) => round.kind === kind));
  const times = { data_as_of: null, entry_opens_at: '', entry_closes_at: '', certification_closes_at: '' };
  const added = missing.map((kind) => ({ kind, sequence: 0, label: kind, ...times }));
  return added.reduce(withRound<DraftRound>, [...rounds]);
}

function subIndicatorOf(
  { id, code, name }: NodeRow,
  row: SubIndicatorRow,
  rows: FrameworkRows,
  known: KnownThings,
): DraftSubIndicator {
  const criteria = rows.criteria.filter((one) => one.node_id === id);
  const forAll = criteria.find((one) => one.round_kind === null);
  return {
    key: id,
    code,
    name,
    weight: trimZeros(row.weight),
    formula: row.formula,
    direction: row.direction,
    whole_levels: row.whole_levels,
    result_unit: row.result_unit,
    mode: row.mode,
    criteria: forAll === undefined ? null : levelsOf(forAll),
    criteria_by_round: Object.fromEntries(
      criteria.flatMap((one) => (one.round_kind === null ? [] : [[one.round_kind, levelsOf(one)]])),
    ),
    office_types: row.office_types,
    office_exceptions: rows.officeExceptions
      .filter((one) => one.node_id === id)
      .map(({ office_id: officeId, included, reason }) => ({
        office: officeCode(officeId, known),
        included,
        reason,
      })),
    variables: [],
  };
}

function levelsOf({ level1, level2, level3, level4, level5 }: CriteriaRow): DraftCriteria {
  const plain = (level: string | null) => (level === null ? null : trimZeros(level));
  return [plain(level1), plain(level2), plain(level3), plain(level4), plain(level5)];
}

function variableOf(row: VariableRow, sources: DraftVariable['sources'], known: KnownThings): DraftVariable {
  const { id, code, name, unit, kind, decimals, explanation, files_asked, carry_over, open } = row;
  return {
    key: id,
    code,
    name,
    unit,
    kind,
    decimals,
    min: trimZeros(row.min),
    max: trimZeros(row.max),
    explanation,
    files_asked,
    carry_over,
    open,
    sources,
    bureau: bureauCode(row.bureau_id, known),
    copied_from: row.copied_from_id,
  };
}

function sourcesOf(
  rows: FrameworkRows,
  kinds: readonly string[],
): ReadonlyMap<string, DraftVariable['sources']> {
  const notDue = Object.fromEntries(kinds.map((kind) => [kind, 'not_due' as const]));
  const sources = new Map(rows.variables.map(({ id }) => [id, { ...notDue } as DraftVariable['sources']]));
  for (const { variable_id: id, round_kind: kind, source } of rows.variableRounds) {
    const own = sources.get(id);
    if (own !== undefined) own[kind] = source;
  }
  return sources;
}

/** As a file names it; a bureau or office that is not of the system any more by its number, which a check refuses. */
function bureauCode(id: string, { bureaus }: KnownThings): string {
  const bureau = bureaus.find((one) => one.id === id);
  return bureau === undefined ? `#${id}` : (bureau.code ?? bureau.name);
}

function officeCode(id: string, { offices }: KnownThings): string {
  return offices.find((one) => one.id === id)?.code ?? `#${id}`;
}
